"""One rentable way to do a run: its nodes, its hours and its money, with every limit that it breaks."""

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from plimsoll.catalog.facts import Catalog, InstanceType, Offering
from plimsoll.ground.start_up import record
from plimsoll.money.bill import Bill
from plimsoll.money.runs.bill import Rented
from plimsoll.money.runs.month import RunMonth
from plimsoll.sizing.limits import Limit, Reason
from plimsoll.sizing.runs.checkpoint import RunCheckpoint
from plimsoll.sizing.runs.hours import RunHours
from plimsoll.sizing.runs.pace import Pace, RunWay, RunWork
from plimsoll.spec.runs.asked import RunAsked

if TYPE_CHECKING:  # start-up: only a plan with a discounts file reads one
    from plimsoll.catalog.discounts.terms import Discounts


@record
class RunOption:
    """One way on one instance type in one region at one capacity type, before anything is judged."""

    way: RunWay
    region: str
    capacity_type: str
    offering: Offering | None

    @property
    def instance(self) -> InstanceType:
        """The instance type."""
        return self.way.instance


@record
class TimedRun:
    """A run on so many nodes: its pace, its saves (None: none), and its hours."""

    pace: Pace
    checkpoint: RunCheckpoint | None
    hours: RunHours


def waits_in_queue(timed: TimedRun, *, asked: bool, alone: bool) -> bool:
    """Say whether Kueue admits a run: it starts as a gang, may move off spot, or its owner asks for it.

    `alone` says that no pod of it needs another.
    """
    gang = timed.pace.nodes > 1 and not alone
    return gang or asked or timed.hours.switch_h is not None


@record
class RunSized:
    """What a candidate rents, what that costs a run, and what a month of runs costs."""

    timed: TimedRun
    rented: Rented
    month: RunMonth

    @property
    def bill(self) -> Bill:
        """The bill of one run."""
        return self.month.run


@record
class RunCandidate:
    """One option, judged: `timed` where its hours can be worked out, `sized` where its money can be too."""

    option: RunOption
    reasons: tuple[Reason, ...]
    timed: TimedRun | None
    sized: RunSized | None

    @property
    def id(self) -> str:
        """Region, type, nodes, tensor parallelism, precision, capacity type; left out without a meaning."""
        option, timed = self.option, self.timed
        parts = [option.region, option.instance.name]
        parts += [f"n{timed.pace.nodes}"] if timed is not None else []
        split = timed.pace.split if timed is not None else None
        parts += [f"tp{split}"] if split is not None else []
        parts += [option.way.precision] if option.way.precision else []
        return "/".join([*parts, option.capacity_type])

    @property
    def codes(self) -> frozenset[str]:
        """The codes of the limits it breaks."""
        return frozenset(reason.code for reason in self.reasons)

    def breaks_only(self, *limits: Limit) -> bool:
        """Say whether it breaks something, and nothing but these."""
        return bool(self.reasons) and self.codes <= {limit.code for limit in limits}

    @property
    def holds(self) -> bool:
        """Whether it keeps every limit."""
        return not self.reasons

    def must_be_sized(self) -> RunSized:
        """Return what a candidate that holds always has; one without would be a fault of ours."""
        if self.sized is None:
            msg = f"{self.id} holds every limit but was never sized"
            raise ValueError(msg)
        return self.sized

    def order(
        self, *, prefer_spot: bool, precisions: Sequence[str]
    ) -> tuple[int, Decimal, Decimal, int, int, str]:
        """The total order of INTERFACE by money per run: expected, ceiling, accelerators, precision, id."""
        sized, precision = self.must_be_sized(), self.option.way.precision
        first = 0 if prefer_spot and self.option.capacity_type == "spot" else 1
        accelerators = sized.rented.nodes * self.option.instance.accelerators
        place = precisions.index(precision) if precision in precisions else 0
        return (first, sized.bill.expected, sized.bill.ceiling, accelerators, place, self.id)


@record
class RunSpace:
    """The candidates of one run share the spec, the work that it asks for, the facts, and the terms.

    `spec` is of any kind that ends; what is read of it are the keys that all of them share. `discounts` is
    None at list prices.
    """

    spec: RunAsked
    work: RunWork
    catalog: Catalog
    discounts: "Discounts | None" = None

    def under(self, spec: RunAsked) -> "RunSpace":
        """Ask something else of the same work, on the same facts and terms."""
        return RunSpace(spec, self.work.adapted(spec), self.catalog, self.discounts)


@record
class RunSearch:
    """A search tried these. `holding` is in the order of preference; its first is the choice."""

    space: RunSpace
    candidates: tuple[RunCandidate, ...]
    holding: tuple[RunCandidate, ...]
