"""A stored plan is a choice and its bill as a file says them, of a service or of a run."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Annotated, Any, Literal

from plimsoll.ground.start_up import record
from plimsoll.money.line import CostLine
from plimsoll.money.runs.month import RunLine
from plimsoll.plan.plan import Plan
from plimsoll.plan.runs.plan import DeadlineFigures, RunChosen, RunFigures, RunPlan, SaveFigures

BASES = ("floor", "expected", "ceiling")
Sums = Mapping[str, Decimal]
Per = Literal["month", "run"]
BillLine = CostLine | RunLine


@record
class RunShape:
    """How a run is done: what it rents, for how long, and how it keeps its hours."""

    nodes: Annotated[int, "Nodes that run at once."]
    capacity: Annotated[str, "on-demand, spot or reserved."]
    method: Annotated[str | None, "Method of a training; null of other work."]
    run_p50_h: Annotated[float, "Hours that half of the runs keep."]
    run_p90_h: Annotated[float, "Hours that nine runs in ten keep."]
    enforced_h: Annotated[float, "Hours after which the cluster ends it."]
    switch_at_h: Annotated[float | None, "Hours at which it leaves spot for on-demand; null where never."]
    checkpoint_interval_s: Annotated[float | None, "Seconds between two checkpoints; null where none is."]


@record
class StoredPlan:
    """What a file says was chosen, at what cost.

    `usd_per_month` is None of a run of which nobody says how many a month has; `usd_per_run` and `shape` are
    None of a service, `replicas_max` of a run.
    """

    id: str
    instance_type: str
    region: str
    precision: str | None
    replicas_max: int | None
    usd_per_month: Sums | None
    lines: tuple[BillLine, ...]
    usd_per_run: Sums | None = None
    shape: RunShape | None = None

    def usd(self, per: Per) -> Sums | None:
        """The three numbers of a month or of a run; None where there is no such thing."""
        return self.usd_per_run if per == "run" else self.usd_per_month

    @property
    def monthly_lines(self) -> tuple[CostLine, ...]:
        """The bill of a month; empty where there is no month."""
        if self.usd_per_month is None:
            return ()
        return tuple(line if isinstance(line, CostLine) else line.monthly() for line in self.lines)


def stored_of(plan: Plan | RunPlan) -> StoredPlan:
    """Write down what a whole plan chose."""
    return of_service(plan) if isinstance(plan, Plan) else of_run(plan)


def of_service(plan: Plan) -> StoredPlan:
    """Write down the choice of a service."""
    chosen = plan.chosen
    return StoredPlan(
        id=chosen.id,
        instance_type=chosen.instance_type,
        region=chosen.region,
        precision=chosen.precision,
        replicas_max=chosen.replicas.max,
        usd_per_month=sums_of(plan.cost.usd_per_month),
        lines=plan.cost.lines,
    )


def of_run(plan: RunPlan) -> StoredPlan:
    """Write down the choice of a run."""
    chosen = plan.chosen
    month = plan.cost.usd_per_month
    return StoredPlan(
        id=chosen.id,
        instance_type=chosen.instance_type,
        region=chosen.region,
        precision=chosen.precision,
        replicas_max=None,
        usd_per_month=None if month is None else sums_of(month),
        lines=plan.cost.lines,
        usd_per_run=sums_of(plan.cost.usd_per_run),
        shape=shape_of(plan.workload, chosen, plan.run, plan.checkpoint, plan.deadline),
    )


def shape_of(
    workload: Mapping[str, Any],
    chosen: RunChosen,
    run: RunFigures,
    saves: SaveFigures | None,
    deadline: DeadlineFigures,
) -> RunShape:
    """Take from the parts of a run's plan how it is done."""
    return RunShape(
        nodes=chosen.nodes,
        capacity=chosen.capacity,
        method=None if workload.get("measured") else workload.get("method"),
        run_p50_h=run.run_h.estimate,
        run_p90_h=run.run_h.high,
        enforced_h=run.enforced_h,
        switch_at_h=deadline.switch_at_h,
        checkpoint_interval_s=None if saves is None else saves.interval_s,
    )


def sums_of(usd: object) -> dict[str, Decimal]:
    """Read the three numbers of a record that has them."""
    return {of: Decimal(getattr(usd, of)) for of in BASES}


def added(lines: Sequence[BillLine], per: Per) -> dict[str, Decimal]:
    """Add up the lines of a bill, of a month or of a run."""
    found: dict[str, Decimal] = dict.fromkeys(BASES, Decimal(0))
    for line in lines:
        found[line.of] += usd_of(line, per) or Decimal(0)
    return found


def usd_of(line: BillLine, per: Per) -> Decimal | None:
    """Read what a line comes to in a month or a run; None where it has no part in that."""
    told = line.usd_per_run if per == "run" else line.usd_per_month
    return None if told is None else Decimal(told)
