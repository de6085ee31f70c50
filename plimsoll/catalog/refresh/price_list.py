"""The price list has one SKU for each way to rent an instance; those that a plan means are picked out.

Linux, shared tenancy, no software that is paid for, capacity that is used (not reserved, not idle), and no
Capacity Block: without one of these filters several SKUs of a type come back (SOURCES.md, Reading it again).
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from plimsoll.catalog.refresh.calls import Asking, Call

HOME = "us-east-1"
"""The Price List API answers for all regions in a few; this is one of them."""
ON_DEMAND, RESERVED = "on_demand", "reserved_1y"
FAMILIES = ("Compute Instance", "Compute Instance (bare metal)")
PICKED = {
    "operatingSystem": "Linux",
    "tenancy": "Shared",
    "preInstalledSw": "NA",
    "capacitystatus": "Used",
    "marketoption": "OnDemand",
    "licenseModel": "No License required",
}
"""Attributes of the SKUs that are picked, by their names in the Price List API."""
RESERVED_TERM = {"LeaseContractLength": "1yr", "OfferingClass": "standard", "PurchaseOption": "No Upfront"}
_HOURS = "Hrs"
_MOST_A_PAGE = 100


@dataclass(frozen=True, slots=True)
class Sku:
    """One price of one SKU, as it is published."""

    sku: str
    instance_type: str
    kind: str
    usd: str
    unit: str
    currency: str


Listed = dict[tuple[str, str], Decimal]
"""Price by instance type and kind."""


def listed(skus: Iterable[Sku], call: Call) -> Listed:
    """Take the one price of each type and kind.

    Raises:
        CallFailedError: a type has two SKUs, or a price is not of an hour in US dollars, or nothing.
    """
    found: dict[tuple[str, str], Sku] = {}
    for sku in skus:
        key = sku.instance_type, sku.kind
        if sku.kind == RESERVED and sku.unit != _HOURS:
            continue  # the part that is paid at once, which is nothing without an upfront payment
        if sku.unit != _HOURS or sku.currency != "USD":
            why = f"{sku.instance_type} is priced in {sku.currency} per {sku.unit}, not in USD per {_HOURS}"
            raise call.refuse("UnexpectedUnit", why)
        if found.get(key, sku) != sku:
            raise call.refuse("TwoSKUs", _two(found[key], sku))
        found[key] = sku
    return {key: call.amount(sku.usd, f"{sku.instance_type} (SKU {sku.sku})") for key, sku in found.items()}


def _two(one: Sku, other: Sku) -> str:
    both = " and ".join(f"{sku.sku} at {sku.usd}" for sku in (one, other))
    return f"{one.instance_type} has two SKUs of {one.kind}: {both}; which is meant cannot be told"


def read_price_list(asking: Asking, region: str) -> Listed:
    """Read the prices of every instance type of a region.

    Raises:
        CallFailedError: the call fails, or a price cannot be used.
    """
    call = Call("pricing", "get_products", region, HOME)
    asked = {"regionCode": region} | PICKED
    filters = [{"Type": "TERM_MATCH", "Field": key, "Value": value} for key, value in asked.items()]
    products = asking.items(
        call,
        "PriceList",
        ServiceCode="AmazonEC2",
        FormatVersion="aws_v1",
        Filters=filters,
        MaxResults=_MOST_A_PAGE,
    )
    return listed((sku for product in products for sku in _skus(_product(product, call), call)), call)


def _product(written: object, call: Call) -> Any:  # noqa: ANN401
    if not isinstance(written, str):
        return written
    try:
        return json.loads(written)
    except ValueError as error:
        raise call.refuse("MalformedAnswer", f"an item is no JSON: {error}") from None


def _skus(product: Any, call: Call) -> Iterator[Sku]:  # noqa: ANN401
    attributes = call.of(product, "product", "attributes")
    if product["product"].get("productFamily") not in FAMILIES or not is_picked(attributes):
        return
    name, sku = call.of(attributes, "instanceType"), call.of(product, "product", "sku")
    terms: Mapping[str, Mapping[str, Any]] = call.of(product, "terms")
    for kind, term in ((ON_DEMAND, "OnDemand"), (RESERVED, "Reserved")):
        for offer in terms.get(term, {}).values():
            if kind == RESERVED and not _is_kept(call.of(offer, "termAttributes")):
                continue
            for dimension in call.of(offer, "priceDimensions").values():
                ((currency, usd),) = call.of(dimension, "pricePerUnit").items()
                yield Sku(sku, name, kind, usd, call.of(dimension, "unit"), currency)


def is_picked(attributes: Mapping[str, str]) -> bool:
    """Say whether a SKU is one that a plan means, by those attributes that it has."""
    return all(attributes.get(key, value) == value for key, value in PICKED.items())


def _is_kept(term: Mapping[str, str]) -> bool:
    return all(term.get(key) == value for key, value in RESERVED_TERM.items())
