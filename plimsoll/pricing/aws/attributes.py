"""EC2 fleets, groups and templates may select instances by attributes (`instanceRequirements`).

Only a few attributes are evaluated; the others are taken to exclude nothing, so the set found is never
smaller than the one that AWS would choose from.
"""

from collections.abc import Callable
from decimal import Decimal

from plimsoll.catalog.facts import InstanceType
from plimsoll.ground.tree import View
from plimsoll.pricing.market import Market
from plimsoll.pricing.result import Unpriceable

Measure = Callable[[InstanceType], Decimal]

_MEASURES: dict[str, Measure] = {
    "vcpuCount": lambda kind: Decimal(kind.vcpus),
    "memoryMib": lambda kind: Decimal(str(kind.memory_gib)) * 1024,
    "acceleratorCount": lambda kind: Decimal(kind.accelerators),
}


def types_with_attributes(wanted: View, market: Market) -> tuple[str, ...]:
    """List the types that instance requirements admit here; refuse a set that the catalogue cannot close."""
    excluded = {view.text() for view in wanted["excludedInstanceTypes"].items()}
    allowed = [view.text() for view in wanted["allowedInstanceTypes"].items()]
    if allowed and not any("*" in name for name in allowed):
        for name in allowed:
            market.book.instance_type(name, f"{wanted.path}.allowedInstanceTypes")
        candidates = allowed
    elif _needs_accelerator(wanted):
        book = market.book
        candidates = [n for n in book.catalog.instance_types if book.accelerated(n) and market.offers(n)]
    else:
        raise Unpriceable(
            "unpriced",
            f"{wanted.path} admits instance types that are not in the catalogue; "
            "name instance types, or require accelerators",
        )
    kinds = [market.book.catalog.instance_types[name] for name in sorted(set(candidates) - excluded)]
    found = tuple(kind.name for kind in kinds if _within(wanted, kind))
    if not found:
        raise wanted.fail("admits no instance type of the catalogue")
    return found


def _needs_accelerator(wanted: View) -> bool:
    least = wanted["acceleratorCount"]["min"]
    named = wanted["acceleratorNames"].items() or wanted["acceleratorTypes"].items()
    return bool(named) or (not least.absent and least.count() > 0)


def _within(wanted: View, kind: InstanceType) -> bool:
    for name, measure in _MEASURES.items():
        least, most = wanted[name]["min"], wanted[name]["max"]
        have = measure(kind)
        if not least.absent and have < least.decimal():
            return False
        if not most.absent and have > most.decimal():
            return False
    return True
