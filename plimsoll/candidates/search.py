"""A search tries all candidates of a workload, and puts those that hold every limit in order."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from plimsoll.candidates.candidate import Candidate
from plimsoll.candidates.every import SearchSpace, every_candidate, every_holding, with_mix
from plimsoll.catalog.facts import Catalog
from plimsoll.ground.start_up import record
from plimsoll.models.architecture import Architecture
from plimsoll.sizing.traffic import Traffic, traffic_of
from plimsoll.sizing.work.base import Assignment, Work
from plimsoll.sizing.work.registry import work_of
from plimsoll.spec.workload import Workload
from plimsoll.speed.facts import SpeedFacts

if TYPE_CHECKING:  # start-up: only a plan with a discounts file reads one
    from plimsoll.catalog.discounts.terms import Discounts


@record
class Search:
    """A search tried these. `holding` is in the order of preference; its first is the choice."""

    workload: Workload
    architecture: Architecture | None
    catalog: Catalog
    traffic: Traffic
    work: Work
    candidates: tuple[Candidate, ...]
    holding: tuple[Candidate, ...]
    discounts: "Discounts | None" = None

    def again(self, workload: Workload) -> Candidate | None:
        """Choose under a spec that differs from this search's in anything but its model and its load.

        The same candidate that `search` would choose, without the reasons of the others.
        """
        return next(iter(self.holding_under(workload)), None)

    def holding_under(self, workload: Workload) -> tuple[Candidate, ...]:
        """List what holds under such a spec, in the order of preference."""
        space = SearchSpace(workload, self.work.adapted(workload), self.catalog, self.discounts)
        return in_order(workload, holding_of(space, self.traffic))

    def under(self, workload: Workload, discounts: "Discounts | None") -> "Search":
        """Search under such a spec and other terms; no candidate is kept but those that hold."""
        work = self.work.adapted(workload)
        space = SearchSpace(workload, work, self.catalog, discounts)
        holding = in_order(workload, holding_of(space, self.traffic))
        return Search(workload, self.architecture, self.catalog, self.traffic, work, (), holding, discounts)

    def in_order(self, candidates: Iterable[Candidate]) -> tuple[Candidate, ...]:
        """Put candidates that have a price in this spec's order of preference."""
        return in_order(self.workload, candidates)


def search(
    workload: Workload,
    architecture: Architecture | None,
    catalog: Catalog,
    speed: SpeedFacts,
    discounts: "Discounts | None" = None,
) -> Search:
    """Try every candidate. `architecture` is None for a measured service, `discounts` at list prices.

    Pure and deterministic: the same workload and facts give the same answer.
    """
    traffic = traffic_of(workload.load, architecture)
    work = work_of(Assignment(workload, architecture, catalog, speed, traffic))
    space = SearchSpace(workload, work, catalog, discounts)
    candidates = with_mix(space, traffic, tuple(every_candidate(space)))
    holding = in_order(workload, (candidate for candidate in candidates if candidate.holds))
    return Search(workload, architecture, catalog, traffic, work, candidates, holding, discounts)


def anew(
    workload: Workload,
    architecture: Architecture | None,
    catalog: Catalog,
    speed: SpeedFacts,
    discounts: "Discounts | None" = None,
) -> Search:
    """Search as `search` does; no candidate is kept but those that hold."""
    traffic = traffic_of(workload.load, architecture)
    work = work_of(Assignment(workload, architecture, catalog, speed, traffic))
    holding = in_order(workload, holding_of(SearchSpace(workload, work, catalog, discounts), traffic))
    return Search(workload, architecture, catalog, traffic, work, (), holding, discounts)


def holding_of(space: SearchSpace, traffic: Traffic) -> Iterable[Candidate]:
    """Yield what holds every limit; for a mix the others are tried too, since it may keep a budget."""
    if space.workload.capacity.mix == 1:
        return every_holding(space)
    every = with_mix(space, traffic, tuple(every_candidate(space)))
    return (candidate for candidate in every if candidate.holds)


def in_order(workload: Workload, holding: Iterable[Candidate]) -> tuple[Candidate, ...]:
    """Put candidates that have a price in the order of preference of a spec."""
    prefer_spot = workload.capacity.spot == "prefer"
    precisions = workload.precision or ()
    return tuple(sorted(holding, key=lambda each: each.order(prefer_spot=prefer_spot, precisions=precisions)))
