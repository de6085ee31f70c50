"""A watch is what a plan promised, as the numbers that its dashboard and its alerts are held against."""

from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from plimsoll.ground.start_up import record
from plimsoll.ground.units import usd_text
from plimsoll.objects.facts_file import UNSAID
from plimsoll.objects.tags import CostTags
from plimsoll.observability.slo import Objective, objectives
from plimsoll.plan.of_stack import PlanTerms, plan_on
from plimsoll.plan.plan import Plan
from plimsoll.plan.runs.plan import RunPlan
from plimsoll.sizing.pool import Pool

if TYPE_CHECKING:
    from plimsoll.spec.overrides import Overrides


@record
class PlannedPrice:
    """What a node of a pool costs by the plan, US dollars per hour, with its source and date."""

    instance_type: str
    usd_per_hour: str
    source: str
    as_of: str


@record
class PlannedMonth:
    """The plan's month, US dollars; `beside` is what is expected beside nodes, `budget` the spec's."""

    expected: str
    ceiling: str
    beside: str
    budget: str | None


@record
class PlannedHours:
    """Hours of a run: expected, the upper end of its interval, when it leaves spot (None: never)."""

    expected: float
    high: float
    switch_at: float | None


@record
class Watch:
    """What a workload's dashboard and alerts read of its plan."""

    name: str
    tags: CostTags
    types: tuple[str, ...]
    accelerated: bool
    tokens: bool
    prices: tuple[PlannedPrice, ...]
    replicas: tuple[int, int, int] | None
    nodes_per_replica: int
    max_nodes: int
    money: PlannedMonth | None
    objectives: tuple[Objective, ...]
    notes: tuple[str, ...]
    run: PlannedHours | None


def watches(
    specs: Sequence[Path],
    overrides: "Overrides | None",
    on: str | None,
    prices: str | None,
    discounts: str | None,
    calibration: str | None,
) -> list[Watch]:
    """Plan specs, each as if it said the overrides, and read what is watched of each.

    Raises:
        SpecError: A spec or the discounts file is wrong, or two have one name.
        NoPlanError: A spec has no plan.
    """
    terms = PlanTerms(None, on, overrides or (), prices, discounts, None, calibration)
    return [watch_of(plan) for plan in plan_on(specs, terms).values()]


def watch_of(plan: Plan | RunPlan) -> Watch:
    """Read what is watched of a plan; of a run there are hours, of a service replicas and limits."""
    name, pools, workload = plan.workload["name"], plan.chosen.pools, plan.workload
    told: dict[str, Any] = workload.get("engine") or {}
    engine = str(told.get("name")) if isinstance(plan, Plan) else ""
    limits = objectives(workload.get("sla") or {}, engine) if isinstance(plan, Plan) else ((), ())
    counts = plan.chosen.replicas if isinstance(plan, Plan) else None
    return Watch(
        name=name,
        tags=UNSAID.of(name, workload.get("owner") or {}).tags,
        types=tuple(sorted({pool.instance_type for pool in pools})),
        accelerated=any(pool.accelerators_per_node for pool in pools),
        tokens=engine == "vllm",
        prices=_prices(plan),
        replicas=None if counts is None else (counts.min, counts.peak, counts.max),
        nodes_per_replica=max(pool.nodes_per_replica for pool in pools),
        max_nodes=sum(map(_most, pools)),
        money=_money(plan, workload.get("budget")),
        objectives=limits[0],
        notes=limits[1] if isinstance(plan, Plan) else (_NO_SAVES,),
        run=_hours(plan) if isinstance(plan, RunPlan) else None,
    )


_NO_SAVES = "no alert on the age of the last checkpoint: no exporter here has a metric of it"


def _most(pool: Pool) -> int:
    return pool.max_nodes + pool.overshoot_nodes


def _prices(plan: Plan | RunPlan) -> tuple[PlannedPrice, ...]:
    found = {
        (line.instance_type, line.usd_per_unit): PlannedPrice(
            line.instance_type, line.usd_per_unit, line.source, line.as_of
        )
        for line in plan.cost.lines
        if line.kind in ("nodes", "run") and line.of == "expected" and line.instance_type
    }
    return tuple(found[key] for key in sorted(found))


def _money(plan: Plan | RunPlan, budget: dict[str, Any] | None) -> PlannedMonth | None:
    if not isinstance(plan, Plan):
        return None
    month = plan.cost.usd_per_month
    nodes = sum(
        (
            Decimal(line.usd_per_month)
            for line in plan.cost.lines
            if line.kind == "nodes" and line.of == "expected"
        ),
        Decimal(0),
    )
    limit = (budget or {}).get("usd_per_month")
    return PlannedMonth(
        month.expected,
        month.ceiling,
        usd_text(Decimal(month.expected) - nodes),
        None if limit is None else usd_text(Decimal(str(limit))),
    )


def _hours(plan: RunPlan) -> PlannedHours:
    hours = plan.run.run_h
    return PlannedHours(hours.estimate, hours.high, plan.deadline.switch_at_h)
