"""A refused spec is mended by changes of it, each solved again on the facts that it was solved on."""

from typing import Protocol

from plimsoll.candidates.change import Change, apply
from plimsoll.candidates.row import WayOut
from plimsoll.candidates.search import Search, search
from plimsoll.candidates.ways_out import way_out, ways_out
from plimsoll.review.solved.entry import Entry, with_model
from plimsoll.review.solved.facts import DatedPrices, Here
from plimsoll.spec.runs.asked import RunAsked
from plimsoll.spec.workload import Workload
from plimsoll.speed.facts import SpeedFacts


class Mending(Protocol):
    """One spec that has no plan, and what changes make of it."""

    def under(self, change: Change) -> WayOut | None:
        """Solve under a change; None where the changed spec is not valid, or nothing holds."""
        ...

    def ways_out(self) -> tuple[WayOut, ...]:
        """List the ways out of its refusal."""
        ...


def mending_of(entry: Entry, here: Here) -> Mending:
    """Take the spec of an entry, of whatever kind, on its facts."""
    market, speed = here.markets[str(entry.facts.prices)], here.speeds[str(entry.facts.speed)]
    asked = entry.workload
    if isinstance(asked, Workload):
        return _OfService(entry, asked, market, speed)
    return _OfRun(entry, asked, market, speed)


class _OfService:
    def __init__(self, entry: Entry, workload: Workload, market: DatedPrices, speed: SpeedFacts) -> None:
        self._entry, self._workload, self._market, self._speed = entry, workload, market, speed
        self._catalog = with_model(market.catalog, entry)

    def under(self, change: Change) -> WayOut | None:
        changed = apply(self._workload, change)
        if changed is None:
            return None
        best = next(iter(self._search(changed).holding), None)
        return None if best is None else way_out(change, best)

    def ways_out(self) -> tuple[WayOut, ...]:
        return ways_out(self._search(self._workload))

    def _search(self, workload: Workload) -> Search:
        return search(workload, self._entry.architecture, self._catalog, self._speed, self._market.discounts)


class _OfRun:
    def __init__(self, entry: Entry, spec: RunAsked, market: DatedPrices, speed: SpeedFacts) -> None:
        from plimsoll.plan.runs.size import search_of

        self._architecture, self._spec, self._speed = entry.architecture, spec, speed
        catalog = with_model(market.catalog, entry)
        self._refused = search_of(spec, entry.architecture, catalog, speed, market.discounts)

    def under(self, change: Change) -> WayOut | None:
        from plimsoll.candidates.runs.candidate import RunSpace
        from plimsoll.candidates.runs.search import runs_holding
        from plimsoll.candidates.runs.ways_out import apply_to_run, run_way_out
        from plimsoll.sizing.runs.registry import run_work_of

        changed, tried = apply_to_run(self._spec, change), self._refused.space
        if changed is None:
            return None
        work = run_work_of(changed, self._architecture, tried.catalog, self._speed)
        space = RunSpace(changed, work, tried.catalog, tried.discounts)
        found = runs_holding(space)
        return run_way_out(self._refused, space, found[0], change) if found else None

    def ways_out(self) -> tuple[WayOut, ...]:
        from plimsoll.candidates.runs.ways_out import run_ways_out

        return run_ways_out(self._refused)
