"""The nearest candidates are those that fail least: what is easiest to mend, then the fewest limits."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from plimsoll.candidates.row import CandidateRow
from plimsoll.catalog.facts import Accelerator
from plimsoll.ground.start_up import record
from plimsoll.sizing.limits import DENIED, HOST, LIMITS, NOT_OFFERED, PINNED, PRECISION, Limit

NO_MONEY_USD = Decimal("1e12")
"""Stands for the cost of a candidate that has no price: dearer than all that have one."""

NO_NUMBERS = 100.0
"""How many times a limit counts as missed that has no numbers: far."""

Accelerators = Mapping[str, Accelerator | None]
"""The accelerator of each instance type; None for CPUs alone."""


@record
class Alike:
    """Accelerators that all fail for one reason beside which no other limit matters."""

    limit: Limit
    names: tuple[str, ...]


@record
class Misses:
    """The nearest candidate of each accelerator that has none that holds, and the accelerators alike."""

    rows: tuple[tuple[str, CandidateRow], ...]
    alike: tuple[Alike, ...]


def nearest(rows: Sequence[CandidateRow]) -> CandidateRow:
    """Pick the chosen row, else one that holds, else the one that fails least."""
    rank = {"chosen": 0, "dominated": 1, "rejected": 2}
    return min(rows, key=lambda row: (rank[row.verdict], distance(row)))


def misses(rows: Sequence[CandidateRow], accelerators: Accelerators, *, own_image: bool = False) -> Misses:
    """Rank, for each accelerator without a candidate that holds, the one that fails least.

    Our image cannot run on a foreign platform; an owner's `own_image` did run where it was measured.
    """
    best = _best(rows, accelerators)
    alike = tuple(_alike(best, frozenset() if own_image else _foreign(accelerators)))
    told = {name for group in alike for name in group.names}
    apart = [(name, row) for name, row in best.items() if name not in told]
    return Misses(tuple(sorted(apart, key=lambda each: (distance(each[1]), each[0]))), alike)


def distance(row: CandidateRow) -> tuple[int, int, float, Decimal, str]:
    """Rank how far a candidate is from holding: hardest failure, failed limits, worst overrun, money, id."""
    codes = {reason.code for reason in row.reasons}
    hardest = max((LIMITS[code].hardness for code in codes), default=0)
    over = max((_overrun(reason.limit, reason.value) for reason in row.reasons), default=0.0)
    money = Decimal(row.usd_per_month_expected) if row.usd_per_month_expected else NO_MONEY_USD
    return (hardest, len(codes), over, money, row.id)


def _overrun(limit: object, value: object) -> float:
    """Count how many times a limit is missed; a rule that has no numbers counts as far."""
    if isinstance(limit, int | float) and isinstance(value, int | float) and min(limit, value) > 0:
        return max(limit / value, value / limit)
    return NO_NUMBERS


def _best(rows: Sequence[CandidateRow], accelerators: Accelerators) -> dict[str, CandidateRow]:
    """The nearest row of each accelerator on which nothing holds, in the order of the rows."""
    carried = [(accelerators.get(row.instance_type), row) for row in rows]
    held = {each.name for each, row in carried if each is not None and row.verdict != "rejected"}
    failed: dict[str, list[CandidateRow]] = {}
    for each, row in carried:
        if each is not None and each.name not in held:
            failed.setdefault(each.name, []).append(row)
    return {name: min(rows, key=distance) for name, rows in failed.items()}


def _foreign(accelerators: Accelerators) -> frozenset[str]:
    """The accelerators on which the image that we choose cannot run."""
    return frozenset(each.name for each in accelerators.values() if each is not None and not each.cuda)


def _alike(best: Mapping[str, CandidateRow], foreign: frozenset[str]) -> Iterator[Alike]:
    """The accelerators that share a limit which says it all, where they are more than one."""
    kinds = {name: _beside_which(row, foreign=name in foreign) for name, row in best.items()}
    for limit in LIMITS.values():
        names = sorted(name for name, kind in kinds.items() if kind is limit)
        if limit.alike and len(names) > 1:
            yield Alike(limit, tuple(names))


def _beside_which(row: CandidateRow, *, foreign: bool) -> Limit | None:
    """The limit that no other matters beside: absence, another platform, a choice by name."""
    codes = {reason.code for reason in row.reasons}
    said = {NOT_OFFERED: True, HOST: foreign, PRECISION: True, PINNED: True, DENIED: True}
    return next((limit for limit, tells in said.items() if tells and limit.code in codes), None)
