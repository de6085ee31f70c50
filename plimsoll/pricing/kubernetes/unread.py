"""A type that is rented and whose price nobody read is bounded by the types of its category that were read.

Only an open set may use it, where the type is one of hundreds and nobody asked for it by name: there the
ceiling must cover it, and refusing the set would help nobody. A type that is named must have its own price.
"""

from decimal import Decimal

from plimsoll.catalog.facts import Offering
from plimsoll.pricing.kubernetes.labels import KARPENTER, labels_from_name
from plimsoll.pricing.market import Market, Rate
from plimsoll.pricing.result import Unpriceable

UNREAD_EXCESS = Decimal("1.35")
"""How far a family's price per vCPU may lie above every other family of its category in its region: less
than this among the current families (generation 5 and later) of every region, which a test measures."""

BOUNDED_CATEGORIES = frozenset({"c", "i", "m", "r", "t", "x"})
"""Categories of many families alike. Accelerators, and machines of which there is one kind, have no like."""


def ceiling_rate(name: str, market: Market) -> Rate:
    """Find the most that an hour of a type of an open set can cost here, read or bounded.

    Raises `Unpriceable` where it was not read and nothing like it was.
    """
    key = ("ceiling rate", name, market.regions, market.named)
    return market.book.memo(key, lambda: _ceiling_rate(name, market))


def _ceiling_rate(name: str, market: Market) -> Rate:
    unread = [offer for offer in market.offers(name) if offer.on_demand is None]
    if not unread or (not market.named and len(unread) < len(market.offers(name))):
        return market.node_rate(name)
    read = [
        Market(market.book, (offer.region,), named=True) for offer in market.offers(name) if offer.on_demand
    ]
    rates = [*(there.node_rate(name) for there in read), *(_bound(offer, market) for offer in unread)]
    return max(rates, key=lambda rate: (rate.usd, rate.region))


def _bound(offer: Offering, market: Market) -> Rate:
    """Take the dearest vCPU of the category in the region, and what a family was ever above its like."""
    name, region = offer.instance_type, offer.region
    category = _category(name)
    dearest = market.book.memo(("dearest vcpu", region), lambda: _dearest(market, region)).get(category)
    if dearest is None or category not in BOUNDED_CATEGORIES:
        raise Unpriceable(
            "unpriced",
            f"the requirements admit {name}, whose price in {region} is not known; "
            f"exclude it, or its family {name.partition('.')[0]}, with NotIn",
        )
    usd, like = dearest
    rate = Market(market.book, (region,), named=True).node_rate(like)
    vcpus = market.book.catalog.instance_types[name].vcpus
    note = f"no price of {name} was read: bounded by {like} per vCPU, times {UNREAD_EXCESS}"
    return Rate(usd * vcpus * UNREAD_EXCESS, rate.unit, region, rate.source, rate.as_of, note, inferred=True)


def _dearest(market: Market, region: str) -> dict[str, tuple[Decimal, str]]:
    """Find, for each category, the dearest vCPU that was read in a region and the type that has it."""
    book, here = market.book, Market(market.book, (region,), named=True)
    found: dict[str, tuple[Decimal, str]] = {}
    for name, kind in book.catalog.instance_types.items():
        for offer in here.offers(name):
            if offer.on_demand is None:
                continue
            category, each = _category(name), (offer.on_demand.usd / kind.vcpus, name)
            found[category] = max(each, found.get(category, each))
    return found


def _category(name: str) -> str:
    return labels_from_name(name).get(KARPENTER + "instance-category", "")
