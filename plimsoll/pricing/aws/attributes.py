"""EC2 fleets, groups and templates may select instances by attributes (`instanceRequirements`).

Only a few attributes are evaluated; the others are taken to exclude nothing, so the set found is never
smaller than the one that AWS would choose from.
"""

import re
from collections.abc import Callable, Sequence
from decimal import Decimal

from plimsoll.catalog.facts import InstanceType
from plimsoll.ground.tree import View
from plimsoll.pricing.market import BURSTABLE, Market
from plimsoll.pricing.result import Unpriceable

_MOST_FAMILIES = 12

Measure = Callable[[InstanceType], Decimal]

_MEASURES: dict[str, Measure] = {
    "vcpuCount": lambda kind: Decimal(kind.vcpus),
    "memoryMib": lambda kind: Decimal(str(kind.memory_gib)) * 1024,
    "acceleratorCount": lambda kind: Decimal(kind.accelerators),
}


def types_with_attributes(wanted: View, market: Market) -> tuple[str, ...]:
    """List the types that instance requirements admit here, of all that the region offers."""
    excluded = [view.text() for view in wanted["excludedInstanceTypes"].items()]
    allowed = [view.text() for view in wanted["allowedInstanceTypes"].items()]
    book = market.book
    for name in allowed:
        if "*" not in name:
            book.instance_type(name, f"{wanted.path}.allowedInstanceTypes")
    known = book.catalog.instance_types
    plain = bool(allowed) and not any("*" in name for name in allowed)
    candidates = allowed if plain else [name for name in known if market.may_launch(name)]
    if not plain and _needs_accelerator(wanted):
        candidates = [name for name in candidates if book.accelerated(name)]
    found = tuple(
        name
        for name in sorted(set(candidates))
        if (not allowed or _matches(name, allowed))
        and not _matches(name, excluded)
        and _usual(wanted, known[name])
        and _within(wanted, known[name])
    )
    if not found:
        raise wanted.fail("admits no instance type of the catalogue")
    if not plain:
        _refuse_unread(wanted, found, market)
    return found


def _refuse_unread(wanted: View, found: Sequence[str], market: Market) -> None:
    """Refuse a set of which a type has no price here, and say what leaves such types out."""
    unread = [name for name in found if any(each.on_demand is None for each in market.offers(name))]
    if not market.named:
        unread = [n for n in unread if all(each.on_demand is None for each in market.offers(n))]
    if unread:
        globs = sorted({f"{name.partition('.')[0]}.*" for name in unread})
        listed = ", ".join(globs[:_MOST_FAMILIES]) + (", …" if len(globs) > _MOST_FAMILIES else "")
        raise Unpriceable(
            "unpriced",
            f"{wanted.path} admits {unread[0]}, whose price in {market.where()} is not known; bound "
            "vcpuCount and memoryMib from above, or leave out what has no price: "
            f"excludedInstanceTypes: [{listed}]",
        )


def _matches(name: str, globs: Sequence[str]) -> bool:
    """Say whether a name is among these; * stands for any signs, the rest for itself (EC2 API reference)."""
    return any(
        re.fullmatch(".*".join(re.escape(part) for part in glob.split("*")), name) is not None
        for glob in globs
    )


def _usual(wanted: View, kind: InstanceType) -> bool:
    """Leave out bare metal and burstable types unless they are asked for, as EC2 does, or all others."""
    kinds = {"bareMetal": kind.bare_metal, "burstablePerformance": kind.name.startswith(BURSTABLE)}
    unwanted = {True: "excluded", False: "required"}
    return all(wanted[key].text("excluded") != unwanted[is_one] for key, is_one in kinds.items())


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
