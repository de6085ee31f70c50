"""The ways back of a workload whose change takes it over its budget, or leaves nothing that holds.

Each is one change of the later spec, solved again: what is printed comes true when it is applied. The
author's own keys come back as little as it takes; beside them stand the ways out of a plan's refusal.
"""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from plimsoll.candidates.candidate import Candidate
from plimsoll.candidates.change import Change, apply
from plimsoll.candidates.levers import plain
from plimsoll.candidates.row import WayOut
from plimsoll.candidates.search import Search, search
from plimsoll.candidates.ways_out import way_out, ways_out
from plimsoll.ground.start_up import record
from plimsoll.review.diff.entry import Entry
from plimsoll.review.diff.facts import Here
from plimsoll.review.diff.solution import with_model
from plimsoll.review.diff.spec_changes import SpecChange, spec_changes
from plimsoll.spec.workload import Workload

BUDGET, BUDGET_KEY = "budget", "budget."
_TRIES = 64
"""Halvings at most; three digits, or the next whole number, end them earlier."""


@record
class OverBudget:
    """A workload of the later side has no plan: its budget, by how much it is over, and the ways back.

    Without a budget, or where nothing holds at all, the amounts are None.
    """

    name: str
    budget_usd: Decimal | None
    basis: str | None
    over_usd: Decimal | None
    ways: tuple[WayOut, ...]


def ways_back(was: Entry | None, now: Entry, here: Here) -> tuple[WayOut, ...]:
    """Find every single change that mends the later spec, cheapest first; of two that cost the same, one."""
    back = _Back(now, here)
    own = spec_changes(was.spec, now.spec) if was is not None else ()
    ways = [*(way for change in own if (way := back.to(change)) is not None), *ways_out(back.refused)]
    told = {(way.change, way.usd_per_month_ceiling): way for way in reversed(ways)}
    return tuple(sorted(told.values(), key=lambda way: (Decimal(way.usd_per_month_ceiling or 0), way.change)))


class _Back:
    """Tries changes of one spec on the facts that it was solved on."""

    def __init__(self, entry: Entry, here: Here) -> None:
        self._entry = entry
        self._market = here.markets[str(entry.facts.prices)]
        self._speed = here.speeds[str(entry.facts.speed)]
        self._catalog = with_model(self._market.catalog, entry)
        self.refused = self._search(entry.workload)

    def to(self, change: SpecChange) -> WayOut | None:
        """Take one change back as little as it takes; None where that mends nothing."""
        if change.path == BUDGET or change.path.startswith(BUDGET_KEY):
            return None
        best = self._best(change, change.from_)
        if best is None:
            return None
        value = change.from_
        if _is_number(change.from_) and _is_number(change.to):
            value = nearest(change.to, change.from_, lambda tried: self._best(change, tried) is not None)
        found = best if value == change.from_ else self._best(change, value)
        return way_out(Change(change.path, change.to, value), found or best)

    def _best(self, change: SpecChange, value: Any) -> Candidate | None:  # noqa: ANN401 - any value of a spec
        changed = apply(self._entry.workload, Change(change.path, change.to, value))
        if changed is None:
            return None
        return next(iter(self._search(changed).holding), None)

    def _search(self, workload: Workload) -> Search:
        return search(workload, self._entry.architecture, self._catalog, self._speed, self._market.discounts)


def nearest(fails: float, fits: float, holds: Callable[[float], bool]) -> float:
    """Halve the way between a number that fails and one that fits, in whole numbers where both are."""
    whole = float(fails).is_integer() and float(fits).is_integer()
    for _ in range(_TRIES):
        middle = (fails + fits) / 2
        middle = int(middle) if whole else float(f"{middle:.3g}")
        if middle in (fails, fits):
            break
        if holds(middle):
            fits = middle
        else:
            fails = middle
    return plain(fits)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
