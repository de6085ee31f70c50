"""A service is tried by its search: money is of a month."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, cast

from plimsoll.candidates.candidate import Candidate
from plimsoll.candidates.checks import over_budget
from plimsoll.candidates.search import Search
from plimsoll.catalog.facts import Catalog
from plimsoll.ground.start_up import record
from plimsoll.plan.plan import Plan
from plimsoll.plan.size import plan_of
from plimsoll.review.solved.entry import Entry
from plimsoll.review.solved.stored_plan import StoredPlan, sums_of
from plimsoll.review.solved.tried import TriedCandidate
from plimsoll.sizing.limits import Reason
from plimsoll.spec.workload import Workload

if TYPE_CHECKING:
    from plimsoll.money.purchase import Purchase


@record
class TriedService:
    """A candidate of a service."""

    candidate: Candidate

    @property
    def id(self) -> str:
        """Its name."""
        return self.candidate.id

    @property
    def instance_type(self) -> str:
        """The instance type."""
        return self.candidate.instance.name

    @property
    def region(self) -> str:
        """The region."""
        return self.candidate.option.region

    @property
    def capacity(self) -> str:
        """The capacity type."""
        return self.candidate.option.capacity_type

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """Every limit that it breaks."""
        return self.candidate.reasons

    @property
    def expected(self) -> Decimal:
        """What it is expected to cost a month."""
        return self.candidate.must_be_sized().bill.expected

    @property
    def purchase(self) -> "Purchase | None":
        """How it is paid on the organisation's own terms."""
        return self.candidate.must_be_sized().purchase

    def stored(self) -> StoredPlan:
        """Write it down as a file would."""
        sized = self.candidate.must_be_sized()
        return StoredPlan(
            id=self.id,
            instance_type=self.instance_type,
            region=self.region,
            precision=self.candidate.setup.precision,
            replicas_max=sized.fleet.replicas.max,
            usd_per_month=sums_of(sized.bill),
            lines=tuple(line.written() for line in sized.bill.lines),
        )

    def fits(self, entry: Entry) -> bool:
        """Say whether it is within the budget of an entry."""
        sized = self.candidate.must_be_sized()
        return not any(over_budget(cast("Workload", entry.workload), sized.bill, sized.fleet))


class TriedServices:
    """All candidates of a service."""

    every = "a month"

    def __init__(self, search: Search) -> None:
        """Take a search without the budget."""
        self._search = search
        self.holding: Sequence[TriedCandidate] = tuple(map(TriedService, search.holding))

    @property
    def catalog(self) -> Catalog:
        """The facts."""
        return self._search.catalog

    def candidate(self, wanted: str) -> TriedService | None:
        """Find a candidate by its name."""
        return next((TriedService(each) for each in self._search.candidates if each.id == wanted), None)

    def refusal(self) -> str:
        """Say what clashes where nothing holds."""
        from plimsoll.candidates.refusal import clash, exit_code, message

        return message(self._search, clash(self._search.candidates), exit_code(self._search))

    def plan(self, choice: TriedCandidate, entry: Entry) -> Plan:
        """Write the plan of a choice; what became of the other candidates is left out."""
        best, workload = cast("TriedService", choice).candidate, cast("Workload", entry.workload)
        alone = replace(self._search, workload=workload, candidates=(), holding=(best,))
        return plan_of(alone, best)
