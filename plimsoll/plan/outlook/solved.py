"""What a changed spec is solved to: the money of its plan, or the limits that leave none."""

from collections.abc import Callable, Sequence
from copy import copy
from decimal import Decimal

from plimsoll.candidates.candidate import Candidate
from plimsoll.candidates.every import SearchSpace, every_candidate
from plimsoll.candidates.refusal import clash
from plimsoll.candidates.search import Search, holding_of, in_order
from plimsoll.ground.start_up import record
from plimsoll.plan.outlook.setting import SpecSetting, set_to
from plimsoll.sizing.traffic import Traffic, traffic_of
from plimsoll.sizing.work.base import Assignment, Work
from plimsoll.sizing.work.registry import work_of
from plimsoll.sizing.work.requests import Requests
from plimsoll.spec.workload import Workload
from plimsoll.speed.facts import SpeedFacts


@record
class Solved:
    """The plan of a changed spec in its numbers, USD a month or a run; `binding` are limits that leave none.

    `replicas` counts what `counted` says.
    """

    instance_type: str | None
    replicas: int | None
    floor: Decimal | None
    expected: Decimal | None
    ceiling: Decimal | None
    binding: tuple[str, ...] = ()
    counted: str = "replica"

    @property
    def holds(self) -> bool:
        """Whether the changed spec has a plan."""
        return self.ceiling is not None


def solved_of(candidate: Candidate) -> Solved:
    """Write down the numbers of a choice."""
    sized = candidate.must_be_sized()
    bill, name = sized.bill, candidate.instance.name
    return Solved(name, sized.fleet.replicas.peak, bill.floor, bill.expected, bill.ceiling)


class ChangeSolver:
    """Solves changes of one spec, each once; it keeps of the first search what a change leaves alone."""

    def __init__(self, search: Search, speed: SpeedFacts) -> None:
        self.search = search
        self._speed = speed
        self._solved: dict[str, Solved | None] = {}

    def solve(self, settings: Sequence[SpecSetting]) -> Solved | None:
        """Solve the spec with these settings; None if it would not be a valid spec."""
        key = "\n".join(each.typed for each in settings)
        if key not in self._solved:
            workload = set_to(self.search.workload, settings)
            self._solved[key] = self._choose(workload) if workload is not None else None
        return self._solved[key]

    def _choose(self, workload: Workload) -> Solved:
        space = SearchSpace(workload, self._work(workload), self.search.catalog, self.search.discounts)
        holding = in_order(workload, holding_of(space, self._traffic(workload)))
        if holding:
            return solved_of(holding[0])
        return Solved(None, None, None, None, None, clash(tuple(every_candidate(space))))

    def _traffic(self, workload: Workload) -> Traffic:
        if workload.load == self.search.workload.load:
            return self.search.traffic
        return traffic_of(workload.load, self.search.architecture)

    def _work(self, workload: Workload) -> Work:
        """Take up the work of the search: whole at another limit, the same replicas at another rate."""
        search = self.search
        if workload.load == search.workload.load:
            return search.work.adapted(workload)
        traffic = traffic_of(workload.load, search.architecture)
        found = _at_rate(search.work, workload, traffic)
        if found is not None:
            return found
        return work_of(Assignment(workload, search.architecture, search.catalog, self._speed, traffic))


Solve = Callable[[Sequence[SpecSetting]], Solved | None]
"""Solves the spec with settings."""


def _at_rate(work: Work, workload: Workload, traffic: Traffic) -> Work | None:
    """Take the same work under a spec whose requests arrive at another rate, and are the same; else None."""
    if not isinstance(work, Requests) or workload.load.of_one_request != work.workload.load.of_one_request:
        return None
    found = copy(work.adapted(workload))
    if isinstance(found, Requests):
        found.traffic = traffic
    return found
