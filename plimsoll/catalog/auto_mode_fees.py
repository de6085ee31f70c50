"""EKS Auto Mode adds a fee to every node-hour, published by instance type; read when one is asked for."""

from dataclasses import dataclass, replace
from decimal import ROUND_CEILING, Decimal
from functools import cache

from plimsoll.catalog.facts import Offering, Price
from plimsoll.catalog.rows import table

FEES = "auto_mode_fees.csv"
FEE_REGION = "us-east-1"
"""Region of the published figures; elsewhere the fee is the same share of the region's on-demand price."""


@dataclass(frozen=True, slots=True)
class AutoModeFee:
    """One instance type has this fee: USD an hour in `FEE_REGION`, its share of the on-demand price there."""

    usd: Decimal
    share: Decimal
    source: str
    as_of: str


def auto_mode_fee(instance_type: str) -> AutoModeFee | None:
    """Find the published fee of an instance type; None where none was read."""
    return _fees().get(instance_type)


FEE_FELL_LATE = {"eu-south-2": ({"c7a", "c7i"}, Decimal("0.1264"))}
"""Families whose price fell by 5 % after the fee was set, so that the fee is a larger share there. Source:
the fees and prices of AWS's price pages, 2025-10 and 2025-11."""

_DIGITS = Decimal("0.00001")
"""Fees are published to five decimals of a dollar."""


def with_fee(offering: Offering) -> Offering:
    """Add the fee of an hour to an offering; it is a share of the on-demand price, also of spot nodes."""
    fee, listed = auto_mode_fee(offering.instance_type), offering.on_demand
    if fee is None or listed is None:
        return offering
    if offering.region == FEE_REGION:
        return replace(offering, node_fee=Price(fee.usd, fee.source, fee.as_of))
    families, larger = FEE_FELL_LATE.get(offering.region, (frozenset[str](), fee.share))
    share = larger if offering.instance_type.partition(".")[0] in families else fee.share
    usd = (listed.usd * share).quantize(_DIGITS, ROUND_CEILING)
    return replace(offering, node_fee=Price(usd, fee.source, fee.as_of, listed.inferred))


@cache
def largest_share() -> AutoModeFee:
    """Find the fee that is the largest share of its type's price: the same 12 %, rounded up most."""
    return max(_fees().values(), key=lambda fee: fee.share)


@cache
def _fees() -> dict[str, AutoModeFee]:
    return {
        name: AutoModeFee(Decimal(usd), Decimal(percent) / 100, source, as_of)
        for name, usd, percent, source, as_of in table(FEES)
    }
