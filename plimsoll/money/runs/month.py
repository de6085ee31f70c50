"""A month of runs: the run's money times its runs, and the fixed parts of the cluster beside."""

from decimal import Decimal
from typing import TYPE_CHECKING, Annotated

from plimsoll.ground import meaning
from plimsoll.ground.start_up import record
from plimsoll.ground.units import exact_text, to_cent, usd_text
from plimsoll.money.bill import Bill
from plimsoll.money.line import Basis, CostLine, Kind, Line, Scope
from plimsoll.money.totals import MonthlyUsd

if TYPE_CHECKING:  # start-up: only a plan with a discounts file has one
    from plimsoll.money.purchase import Purchase


@record
class RunUsd:
    """The three numbers of one run, each the exact sum of its lines."""

    floor: Annotated[str, "On time, nothing interrupts it, in its own capacity type. " + meaning.USD_PER_RUN]
    expected: Annotated[str, "With the interruptions that are expected. " + meaning.USD_PER_RUN]
    ceiling: Annotated[str, "The most until the cluster ends it, on demand. " + meaning.USD_PER_RUN]


@record
class RunLine:
    """One line of a run's bill: quantity × unit price = USD per run, and what it counts towards.

    `scope` is `cluster` for a part that several workloads of one cluster share.
    """

    item: Annotated[str, "What is billed."]
    of: Annotated[Basis, "The number that this line counts towards."]
    quantity: Annotated[str, "Billed units of a run; of a part of the cluster, in a month."]
    unit: Annotated[str, "Unit of the quantity."]
    usd_per_unit: Annotated[str, "Unit price with all decimals of its source."]
    list_usd_per_unit: Annotated[str | None, "Its list price; null without a discounts file."]
    usd_per_month: Annotated[str | None, "What a month's runs cost of it; null without runs_per_month."]
    usd_per_run: Annotated[str | None, "Quantity × unit price, to the cent; null of a part of the cluster."]
    source: Annotated[str, "Where the price comes from."]
    as_of: Annotated[str, "Date of the price."]
    scope: Annotated[Scope, "cluster for a part that several workloads share."]
    kind: Annotated[Kind, "What is paid for; fixed for the parts of the cluster."]
    pool: Annotated[str | None, "Pool that it is paid for; null for a part of the cluster."]
    instance_type: Annotated[str | None, "Type whose hours are billed; null of what is no instance-hour."]
    inferred: Annotated[str | None, "How the unit price was derived; null where it was read."]

    def monthly(self) -> CostLine:
        """What a month pays of it, as the plan of a service beside it carries a line."""
        return CostLine(
            item=self.item,
            of=self.of,
            quantity=self.quantity,
            unit=self.unit,
            usd_per_unit=self.usd_per_unit,
            list_usd_per_unit=self.list_usd_per_unit,
            usd_per_month=self.usd_per_month or "0.00",
            source=self.source,
            as_of=self.as_of,
            scope=self.scope,
            kind=self.kind,
            pool=self.pool,
            instance_type=self.instance_type,
            inferred=self.inferred,
        )


@record
class RunMonth:
    """A run's bill, its runs a month (None: not said), and what stands beside them.

    `cluster` are the fixed parts of the cluster, and commitments; `purchase` says how the month is paid on
    the organisation's own terms, with no use where there is no month, and is None at list prices.
    """

    run: Bill
    runs_per_month: Decimal | None
    cluster: Bill | None
    purchase: "Purchase | None" = None

    @property
    def lines(self) -> tuple[RunLine, ...]:
        """Every line of the run, then those of the cluster where there is a month to speak of."""
        own = (_written(line, line.usd, self._monthly(line)) for line in self.run.lines)
        if self.runs_per_month is None or self.cluster is None:
            return tuple(own)
        return (*own, *(_written(line, None, line.usd) for line in self.cluster.lines))

    def _monthly(self, line: Line) -> Decimal | None:
        return None if self.runs_per_month is None else to_cent(line.usd * self.runs_per_month)

    def sum_of(self, of: Basis) -> Decimal | None:
        """Add up a month; None where nobody says how many runs it has."""
        if self.runs_per_month is None or self.cluster is None:
            return None
        own = (self._monthly(line) or Decimal(0) for line in self.run.lines if line.of == of)
        return sum(own, Decimal(0)) + getattr(self.cluster, of)

    @property
    def usd_per_run(self) -> RunUsd:
        """The three numbers of a run."""
        run = self.run
        return RunUsd(usd_text(run.floor), usd_text(run.expected), usd_text(run.ceiling))

    @property
    def usd_per_month(self) -> MonthlyUsd | None:
        """The three numbers of a month; None where nobody says how many runs it has."""
        floor, expected, ceiling = self.sum_of("floor"), self.sum_of("expected"), self.sum_of("ceiling")
        if floor is None or expected is None or ceiling is None:
            return None
        return MonthlyUsd(usd_text(floor), usd_text(expected), usd_text(ceiling))

    @property
    def list_usd_per_run(self) -> RunUsd | None:
        """The three numbers of a run at list prices; None where that is what is paid."""
        if self.purchase is None:
            return None
        return RunUsd(**{of: usd_text(usd) for of, usd in self.run.at_list().items()})

    @property
    def list_usd_per_month(self) -> MonthlyUsd | None:
        """The three numbers of a month at list prices; None without a month, or where that is paid."""
        if self.purchase is None or self.runs_per_month is None or self.cluster is None:
            return None
        sums = self.cluster.at_list()
        for line in self.run.lines:
            sums[line.of] += to_cent(line.usd_at_list * self.runs_per_month)
        return MonthlyUsd(**{of: usd_text(usd) for of, usd in sums.items()})


def _written(line: Line, per_run: Decimal | None, per_month: Decimal | None) -> RunLine:
    written = line.written()
    return RunLine(
        item=written.item,
        of=written.of,
        quantity=exact_text(line.quantity),
        unit=written.unit,
        usd_per_unit=written.usd_per_unit,
        list_usd_per_unit=written.list_usd_per_unit,
        usd_per_month=None if per_month is None else usd_text(per_month),
        usd_per_run=None if per_run is None else usd_text(per_run),
        source=written.source,
        as_of=written.as_of,
        scope=written.scope,
        kind=written.kind,
        pool=written.pool,
        instance_type=written.instance_type,
        inferred=written.inferred,
    )
