"""A run is tried by its search: money is of a run, and of a month where the spec says how many it has."""

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, cast

from plimsoll.candidates.runs.candidate import RunCandidate, RunSearch, RunSpace
from plimsoll.candidates.runs.checks import over_run_budget
from plimsoll.candidates.runs.every import RunTrial
from plimsoll.candidates.runs.refusal import run_clash
from plimsoll.catalog.facts import Catalog
from plimsoll.ground.start_up import record
from plimsoll.plan.runs.figures import chosen_run, deadline_figures, run_figures, save_figures
from plimsoll.plan.runs.plan import RunPlan
from plimsoll.plan.runs.size import plan_of_run
from plimsoll.review.solved.entry import Entry
from plimsoll.review.solved.stored_plan import RunShape, StoredPlan, shape_of, sums_of
from plimsoll.review.solved.tried import TriedCandidate
from plimsoll.sizing.limits import Reason
from plimsoll.spec.runs.asked import RunAsked

if TYPE_CHECKING:
    from plimsoll.money.purchase import Purchase


@record
class TriedRun:
    """A candidate of a run."""

    space: RunSpace
    one: RunCandidate

    @property
    def id(self) -> str:
        """Its name."""
        return self.one.id

    @property
    def instance_type(self) -> str:
        """The instance type."""
        return self.one.option.instance.name

    @property
    def region(self) -> str:
        """The region."""
        return self.one.option.region

    @property
    def capacity(self) -> str:
        """The capacity type."""
        return self.one.option.capacity_type

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """Every limit that it breaks."""
        return self.one.reasons

    @property
    def expected(self) -> Decimal:
        """What a run of it is expected to cost."""
        return self.one.must_be_sized().bill.expected

    @property
    def purchase(self) -> "Purchase | None":
        """How its month is paid on the organisation's own terms; None at list prices."""
        return self.one.must_be_sized().month.purchase

    def stored(self) -> StoredPlan:
        """Write it down as a file would."""
        month = self.one.must_be_sized().month
        return StoredPlan(
            id=self.id,
            instance_type=self.instance_type,
            region=self.region,
            precision=self.one.option.way.precision,
            replicas_max=None,
            usd_per_month=None if month.usd_per_month is None else sums_of(month.usd_per_month),
            lines=month.lines,
            usd_per_run=sums_of(month.usd_per_run),
            shape=self._shape(),
        )

    def _shape(self) -> RunShape:
        return shape_of(
            self.space.spec.model_dump(mode="json"),
            chosen_run(self.space, self.one),
            run_figures(self.space, self.one),
            save_figures(self.space, self.one.must_be_sized().timed.checkpoint),
            deadline_figures(self.space, self.one),
        )

    def fits(self, entry: Entry) -> bool:
        """Say whether it is within the budget of an entry."""
        return not any(over_run_budget(cast("RunAsked", entry.workload), self.one.must_be_sized()))


_NODES = re.compile(r"/n(\d+)(?=/)")
"""The part of a candidate's name that says on how many nodes it runs."""


def _on_other_nodes(search: RunSearch, wanted: str) -> RunCandidate | None:
    """Judge a way that was tried on the nodes that a name says: of each way, one number alone is kept."""
    said, named = _NODES.search(wanted), _NODES.sub("", wanted)
    alike = next((each for each in search.candidates if _NODES.sub("", each.id) == named), None)
    if said is None or alike is None:
        return None
    return RunTrial(search.space).on_nodes(alike.option, int(said[1]))


class TriedRuns:
    """All candidates of a run."""

    every = "a run"

    def __init__(self, search: RunSearch) -> None:
        """Take a search without the budget."""
        self._search = search
        self.holding: Sequence[TriedCandidate] = tuple(
            TriedRun(search.space, each) for each in search.holding
        )

    @property
    def catalog(self) -> Catalog:
        """The facts."""
        return self._search.space.catalog

    def candidate(self, wanted: str) -> TriedRun | None:
        """Find a candidate by its name."""
        space = self._search.space
        found = next((each for each in self._search.candidates if each.id == wanted), None)
        found = found or _on_other_nodes(self._search, wanted)
        return None if found is None else TriedRun(space, found)

    def refusal(self) -> str:
        """Say what clashes where nothing holds."""
        _, message, _ = run_clash(self._search)
        return message

    def plan(self, choice: TriedCandidate, entry: Entry) -> RunPlan:
        """Write the plan of a choice; what became of the other candidates is left out."""
        best, spec = cast("TriedRun", choice).one, cast("RunAsked", entry.workload)
        own = self._search.space.under(spec)
        return plan_of_run(RunSearch(own, (), (best,)), best)
