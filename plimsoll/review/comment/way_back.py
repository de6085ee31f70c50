"""The ways back of a workload whose change takes it over its budget, or leaves nothing that holds.

Each is one change of the later spec, solved again: what is printed comes true when it is applied. The
author's own keys come back as little as it takes; beside them stand the ways out of a plan's refusal.
"""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from plimsoll.candidates.candidate import Candidate
from plimsoll.candidates.change import Change, apply
from plimsoll.candidates.row import WayOut
from plimsoll.candidates.search import Search, search
from plimsoll.candidates.ways_out import way_out, ways_out
from plimsoll.ground.start_up import record
from plimsoll.review.diff.entry import Entry
from plimsoll.review.diff.facts import Here
from plimsoll.review.diff.solution import with_model
from plimsoll.review.diff.spec_changes import SpecChange, spec_changes

BUDGET_KEY = "budget."
_TRIES = 12
"""Halvings between two numbers that are no integers; the thirteenth digit helps nobody."""


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
    """Find every single change that mends the later spec, cheapest first."""
    back = _Back(now, here)
    own = spec_changes(was.spec, now.spec) if was is not None else ()
    reverted = [way for change in own if (way := back.to(change)) is not None]
    told = {(way.change, str(way.to)) for way in reverted}
    others = [way for way in ways_out(back.refused) if (way.change, str(way.to)) not in told]
    return tuple(
        sorted([*reverted, *others], key=lambda way: (Decimal(way.usd_per_month_ceiling), way.change))
    )


class _Back:
    """Tries changes of one spec on the facts that it was solved on."""

    def __init__(self, entry: Entry, here: Here) -> None:
        self._entry, self._here = entry, here
        self._market = here.markets[str(entry.facts.prices)]
        self._catalog = with_model(self._market.catalog, entry)
        self.refused = self._search(entry)

    def to(self, change: SpecChange) -> WayOut | None:
        """Take one change back as little as it takes; None where that mends nothing."""
        if change.path.startswith(BUDGET_KEY) or change.path == "budget":
            return None
        whole = Change(change.path, change.to, change.from_)
        best = self._best(whole)
        if best is None:
            return None
        for value in _between(change.to, change.from_):
            nearer = Change(change.path, change.to, value.tried)
            found = self._best(nearer)
            value.holds = found is not None
            if found is not None:
                whole, best = nearer, found
        return way_out(whole, best)

    def _best(self, change: Change) -> Candidate | None:
        changed = apply(self._entry.workload, change)
        if changed is None:
            return None
        found = self._search(self._entry, changed).holding
        return found[0] if found else None

    def _search(self, entry: Entry, workload: Any = None) -> Search:  # noqa: ANN401 - a Workload, or its own
        asked = workload or entry.workload
        speed = self._here.speeds[str(entry.facts.speed)]
        return search(asked, entry.architecture, self._catalog, speed, self._market.discounts)


class _Try:
    """A value that is tried; whoever tries it says whether it holds."""

    def __init__(self, tried: float) -> None:
        self.tried = tried
        self.holds = False


def _between(fails: object, fits: object) -> Iterator[_Try]:
    """Halve the way from a number that fails to one that fits, in whole numbers where both are."""
    if not _is_number(fails) or not _is_number(fits):
        return
    low, high = float(fits), float(fails)  # type: ignore[arg-type] - numbers, as told
    whole = low.is_integer() and high.is_integer()
    for _ in range(64 if whole else _TRIES):
        middle = (low + high) / 2
        middle = float(int(middle)) if whole else float(f"{middle:.3g}")
        if middle in (low, high):
            return
        value = _Try(int(middle) if whole else middle)
        yield value
        low, high = (middle, high) if value.holds else (low, middle)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
