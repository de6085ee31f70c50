"""What was tried of a spec without its budget, whatever its kind: what holds, and why others do not."""

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Protocol

from plimsoll.catalog.facts import Catalog
from plimsoll.plan.plan import Plan
from plimsoll.plan.runs.plan import RunPlan
from plimsoll.review.solved.entry import Entry
from plimsoll.review.solved.stored_plan import StoredPlan
from plimsoll.sizing.limits import Reason

if TYPE_CHECKING:
    from plimsoll.money.purchase import Purchase


class TriedCandidate(Protocol):
    """One candidate that was tried."""

    @property
    def id(self) -> str:
        """Its name."""
        ...

    @property
    def instance_type(self) -> str:
        """The instance type."""
        ...

    @property
    def region(self) -> str:
        """The region."""
        ...

    @property
    def capacity(self) -> str:
        """The capacity type."""
        ...

    @property
    def reasons(self) -> Sequence[Reason]:
        """Every limit that it breaks; none where it holds."""
        ...

    @property
    def expected(self) -> Decimal:
        """What one that holds is expected to cost, a month or a run."""
        ...

    @property
    def purchase(self) -> "Purchase | None":
        """How one that holds is paid on the organisation's own terms; None at list prices."""
        ...

    def stored(self) -> StoredPlan:
        """Write one that holds down as a file would."""
        ...

    def fits(self, entry: Entry) -> bool:
        """Say whether one that holds is within the budget of an entry."""
        ...


class Tried(Protocol):
    """All candidates of one spec without its budget, on given facts."""

    @property
    def every(self) -> str:
        """What its money is of: `a month` or `a run`."""
        ...

    @property
    def catalog(self) -> Catalog:
        """The facts."""
        ...

    @property
    def holding(self) -> Sequence[TriedCandidate]:
        """What holds every limit but the budget, in the order of preference."""
        ...

    def candidate(self, wanted: str) -> TriedCandidate | None:
        """Find a candidate by its name; None where the spec does not admit it."""
        ...

    def refusal(self) -> str:
        """Say what clashes where nothing holds, in the words of a plan's refusal."""
        ...

    def plan(self, choice: TriedCandidate, entry: Entry) -> Plan | RunPlan:
        """Write the plan of a choice for an entry that differs from the spec in what moves no answer."""
        ...
