"""A case is one workload with its plan, and what would be chosen under each change of it.

Levers ask it; whether it is a service or a run they need not know. Money is per month of a service, per run
of a run. In a refusal the plan is that without the budget, and the budget is asked of each change.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Protocol, cast

from plimsoll.candidates.change import Change
from plimsoll.catalog.facts import Price
from plimsoll.ground.start_up import record
from plimsoll.plan.beside.saving import Strategy

if TYPE_CHECKING:  # start-up: only a plan with a discounts file has one
    from plimsoll.money.purchase import IdleCommitment


class LeverChoice(Protocol):
    """What is chosen: the cheapest that holds every limit of a spec."""

    @property
    def id(self) -> str:
        """The candidate's id."""
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
    def precision(self) -> str | None:
        """The precision; None where it has no meaning."""
        ...

    @property
    def capacity(self) -> str:
        """The capacity type: on-demand or spot."""
        ...

    @property
    def expected(self) -> Decimal:
        """What it is expected to cost."""
        ...

    @property
    def ceiling(self) -> Decimal:
        """The most that it can cost."""
        ...

    @property
    def per_month(self) -> tuple[Decimal, Decimal] | None:
        """Expected and ceiling of a month; None where a run has no month."""
        ...

    @property
    def left(self) -> Sequence["IdleCommitment"]:
        """The commitments of the plan that it cannot use: they are paid all the same."""
        ...

    @property
    def paid(self) -> Decimal:
        """What is paid if it is chosen: what it is expected to cost, and what it leaves idle."""
        ...

    @property
    def scale(self) -> str:
        """How much of it there is, in words (`2 × g6e.xlarge`)."""
        ...

    @property
    def start_s(self) -> float | None:
        """Seconds of a cold start; None where nothing starts under load."""
        ...

    @property
    def interruption(self) -> float | None:
        """The share of spot nodes taken back in a month, upper edge of AWS's band; None if unknown."""
        ...

    @property
    def usd_per_hour(self) -> Mapping[str, Decimal]:
        """The list price of a node-hour by the terms on which it rents: spot before on demand."""
        ...

    @property
    def standing(self) -> int:
        """Replicas that are there without any load; 0 of a run."""
        ...

    def figures(self) -> Mapping[str, tuple[float, str]]:
        """What a person feels of it: latencies or hours, by name, with their unit."""
        ...


@record
class SteadyNodes:
    """Nodes of one type that run on demand, hour by hour, and the terms on which a year of them could be had.

    `listed` is the on-demand list price of an hour, `on_demand` what it costs now, USD. `reserved` is None
    where AWS lists no such price; `plans` are the rates of Savings Plans by kind, empty where nobody has read
    them.
    """

    instance_type: str
    region: str
    listed: Decimal
    on_demand: Decimal
    reserved: Price | None
    plans: Mapping[str, Price]
    hourly: tuple[int, ...]


@record
class RentedNodes:
    """What a candidate rents on demand, in the order in which commitments cover it: its own, the cluster's.

    `paid` is its whole bill with the commitments of the plan that it leaves idle, USD a month; `own` says
    whether nodes of its own are among them.
    """

    paid: Decimal
    nodes: tuple[SteadyNodes, ...]
    own: bool


class LeverCase(Protocol):
    """One workload, its plan, and what a change makes of it."""

    @property
    def spec(self) -> Mapping[str, Any]:
        """The spec as plain data, defaults filled in."""
        ...

    @property
    def model(self) -> str | None:
        """The catalogue's name of the model that it serves; None of another, and of what was measured."""
        ...

    @property
    def every(self) -> str:
        """What its money is of: `a month` or `a run`."""
        ...

    @property
    def chosen(self) -> LeverChoice:
        """What is chosen without a change."""
        ...

    @property
    def precisions(self) -> Sequence[str]:
        """Precisions that it may be served in beside those that were tried, what serves best first."""
        ...

    @property
    def regions_beside(self) -> Sequence[str]:
        """Regions of the continents of the spec's, without these."""
        ...

    @property
    def hourly(self) -> Sequence[float]:
        """The load of each hour as a fraction of the peak; empty of a run."""
        ...

    @property
    def shape_assumed(self) -> bool:
        """Whether the shape of the day is assumed, between the peak and the average that the spec gives."""
        ...

    def under(self, change: Change) -> LeverChoice | None:
        """Choose under a change; None if the changed spec is not valid, or nothing holds."""
        ...

    def mends(self, change: Change) -> bool:
        """Say whether a change makes a refused spec hold, its budget included."""
        ...

    def others(self) -> Sequence[LeverChoice]:
        """List what else holds every limit, the cheapest first."""
        ...

    def rentals(self) -> Sequence[RentedNodes]:
        """List what candidates rent on demand that a commitment could cover; empty of a run."""
        ...

    @property
    def year(self) -> str:
        """The last day of a year that begins on the day of the prices (`YYYY-MM-DD`)."""
        ...

    def nearest_miss(self, capacity: str) -> str:
        """Say what fails least of a capacity type, and with what; empty where nothing was tried."""
        ...


@record
class LeverAnswer:
    """What a lever found: its best change and what is then chosen, or why there is none.

    `trade_off` says in numbers what is given for it; `note` ends the sentence; `why` says why it does nothing
    where it saves nothing.
    """

    strategy: Strategy
    why: str
    change: Change | None = None
    choice: LeverChoice | None = None
    trade_off: str = ""
    note: str = ""


def tried(case: LeverCase, changes: Sequence[Change]) -> list[tuple[Change, LeverChoice]]:
    """Try changes; those with which least is paid first, then by the ceiling, then the earlier."""
    found = [(change, choice) for change in changes if (choice := case.under(change)) is not None]
    return sorted(found, key=lambda each: (each[1].paid, each[1].ceiling))


def said(spec: Mapping[str, Any], path: str) -> Any:  # noqa: ANN401 - JSON data of any shape
    """Read what a spec says at a dotted path; None where it says nothing."""
    here: object = spec
    for key in path.split("."):
        here = cast("Mapping[str, object]", here).get(key) if isinstance(here, Mapping) else None
    return here
