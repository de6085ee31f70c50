"""A watch is what a plan promised, as the numbers that its dashboard and its alerts are held against."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from plimsoll.ground.start_up import record
from plimsoll.ground.tree import mapping_at, step
from plimsoll.ground.units import HOURS_PER_MONTH, usd_text
from plimsoll.money.line import CostLine
from plimsoll.money.runs.month import RunLine
from plimsoll.objects.caps.workload import pools_of
from plimsoll.objects.facts_file import UNSAID
from plimsoll.objects.tags import CostTags
from plimsoll.observability.node_price import NODE_KINDS, usd_of_node, usd_of_nodes
from plimsoll.observability.slo import Objective, objectives
from plimsoll.plan.of_stack import PlanTerms, plan_on
from plimsoll.plan.plan import Plan
from plimsoll.plan.runs.plan import RunPlan
from plimsoll.sizing.pool import Pool

if TYPE_CHECKING:
    from plimsoll.plan.portfolio.groups.group import Group
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
    """The plan's month, US dollars; `beside` is what is expected beside nodes, `budget` the spec's.

    Commitments are beside nodes, less what the hours that they cover would cost: `beside` may be below zero.
    `nodes_per_hour` is what nodes cost in the mean hour; `varies` says that hours differ from one another.
    """

    expected: str
    ceiling: str
    beside: str
    budget: str | None
    nodes_per_hour: str
    varies: bool


@record
class PlannedRun:
    """A run's hours: expected, the upper end of its interval, when it leaves spot (None: never).

    Its money is US dollars a run; `beside` is what is expected beside nodes, `monthly_budget` the spec's for
    all runs of a month.
    """

    expected: float
    high: float
    switch_at: float | None
    usd_expected: str
    usd_ceiling: str
    usd_beside: str
    monthly_budget: str | None


@record
class PlannedQueue:
    """Tasks that all workers of the plan are held at, and seconds in which they drain a backlog."""

    most_tasks: int
    drain_s: float


@record
class Watch:
    """What a workload's dashboard and alerts read of its plan.

    `beside` are names of what runs in its namespace and is no replica: its cache, the picker of its gateway.
    """

    name: str
    tags: CostTags
    types: tuple[str, ...]
    accelerated: bool
    tokens: bool
    prices: tuple[PlannedPrice, ...]
    replicas: tuple[int, int, int] | None
    nodes_per_replica: int
    beside: tuple[str, ...]
    max_nodes: int
    money: PlannedMonth | None
    objectives: tuple[Objective, ...]
    notes: tuple[str, ...]
    run: PlannedRun | None
    queue: PlannedQueue | None
    peak_qps: float | None
    home: str = ""
    """The group on whose nodes its replicas run: these, and their money, are watched as the group's."""
    kept: int = 0
    """Replicas that a schedule keeps in its hours, whatever the load; 0 without one."""


def watches(
    specs: Sequence[Path],
    overrides: "Overrides | None",
    on: str | None,
    prices: str | None,
    discounts: str | None,
    calibration: str | None,
    portfolio: Path | None = None,
) -> list[Watch]:
    """Plan specs, each as if it said the overrides, and read what is watched of each.

    With the file of a `portfolio` they are planned together: then nodes that several share are watched too.

    Raises:
        SpecError: A spec, the discounts file or that of the portfolio is wrong, or two have one name.
        NoPlanError: A spec has no plan, or not all get what they ask for.
    """
    terms = PlanTerms(None, on, overrides or (), prices, discounts, None, calibration)
    if portfolio is None:
        return [watch_of(plan) for plan in plan_on(specs, terms).values()]
    return _watches_together(specs, terms, portfolio)


def _watches_together(specs: Sequence[Path], terms: PlanTerms, portfolio: Path) -> list[Watch]:
    """Read what is watched of each workload of a portfolio, then of the nodes of each group."""
    from plimsoll.objects.joint import common_owner  # start-up: only a portfolio has groups
    from plimsoll.plan.portfolio.groups.on_cluster import portfolio_on

    joint = portfolio_on(specs, portfolio, terms)
    homes = {name: group.node.name for group in joint.groups for name in group.node.tenants}
    found = [watch_of(plan, home=homes.get(name, "")) for name, plan in joint.plans.items()]
    for group in joint.groups:
        owner = common_owner(group, joint.plans)
        found.append(watch_of_group(group, UNSAID.of(group.node.name, owner).tags))
    return found


def watch_of(plan: Plan | RunPlan, tags: CostTags | None = None, home: str = "") -> Watch:
    """Read what is watched of a plan; of a run there are hours, of a service replicas and limits.

    `tags` say who pays; without them the plan's own owner does. `home` is the group on whose nodes it runs.
    """
    name, pools, workload = plan.workload["name"], plan.chosen.pools, plan.workload
    every = pools_of(plan)
    limits, notes = _limits(plan)
    counts = plan.chosen.replicas if isinstance(plan, Plan) else None
    return Watch(
        name=name,
        tags=tags or UNSAID.of(name, workload.get("owner") or {}).tags,
        types=tuple(sorted({pool.instance_type for pool in every})),
        accelerated=any(pool.accelerators_per_node for pool in pools),
        tokens=isinstance(plan, Plan) and plan.serving.engine == "vllm",
        prices=_prices(plan),
        replicas=None if counts is None else (counts.min, counts.peak, counts.max),
        nodes_per_replica=max(pool.nodes_per_replica for pool in pools),
        beside=_beside(plan),
        max_nodes=sum(map(_most, every)),
        money=None if home else _money(plan, workload.get("budget")),
        objectives=limits,
        notes=notes,
        run=_run(plan) if isinstance(plan, RunPlan) else None,
        queue=_queue(plan) if isinstance(plan, Plan) else None,
        peak_qps=_peak_qps(plan),
        home=home,
        kept=step(workload, "scale", "schedule", "min_replicas") or 0,
    )


def watch_of_group(group: "Group", tags: CostTags) -> Watch:
    """Read what is watched of nodes that services share: their number, their types, their money."""
    pools, node = [each.pool for each in group.rented.pools], group.node
    lines = [line.written() for line in group.rented.bill.lines if line.pool]
    month, ceiling = (usd_text(group.rented.usd(of)) for of in ("expected", "ceiling"))
    nodes = _nodes_of(lines, "expected")
    beside = usd_text(group.rented.usd("expected") - nodes)
    return Watch(
        name=node.name,
        tags=tags,
        types=(node.instance_type,),
        accelerated=False,
        tokens=False,
        prices=_prices_in(lines),
        replicas=None,
        nodes_per_replica=1,
        beside=(),
        max_nodes=sum(map(_most, pools)),
        money=PlannedMonth(month, ceiling, beside, None, f"{nodes / HOURS_PER_MONTH:.6f}", varies=False),
        objectives=(),
        notes=(f"shared by {', '.join(node.tenants)}",),
        run=None,
        queue=None,
        peak_qps=None,
    )


def _beside(plan: Plan | RunPlan) -> tuple[str, ...]:
    """Name what has pods in the namespace that are no replicas; a picker that is named like them counts."""
    if not isinstance(plan, Plan):
        return ()
    own = [f"{plan.workload['name']}-{pool.name}" for pool in pools_of(plan)]
    replicas, others = own[: len(plan.chosen.pools)], own[len(plan.chosen.pools) :]
    if plan.routing is not None:
        picker = plan.routing.endpoint_picker
        others += [] if any(f"{each}-".startswith(f"{picker}-") for each in replicas) else [picker]
    return tuple(others)


def _peak_qps(plan: Plan | RunPlan) -> float | None:
    """Work out the peak that servers see: what a cache of answers leaves."""
    peak, cache = step(plan.workload, "load", "qps", "peak"), plan.cache if isinstance(plan, Plan) else None
    return peak if peak is None or cache is None else float(f"{peak * (1 - cache.hit):.4g}")


_NO_STEPS = (
    "no alert on steps done or on the age of the last checkpoint: no exporter here has a metric of them"
)


def _limits(plan: Plan | RunPlan) -> tuple[tuple[Objective, ...], tuple[str, ...]]:
    """Read the limits that alerts are held to, and what their reader should know."""
    if isinstance(plan, RunPlan):
        return (), (_NO_STEPS,)
    expected = {key: each.estimate for key, each in plan.latency.items()}
    return objectives(mapping_at(plan.workload, "sla"), plan.serving.engine, expected)


def _most(pool: Pool) -> int:
    return pool.max_nodes + pool.overshoot_nodes


def _prices(plan: Plan | RunPlan) -> tuple[PlannedPrice, ...]:
    return _prices_in(plan.cost.lines)


def _prices_in(lines: Sequence[CostLine] | Sequence[RunLine]) -> tuple[PlannedPrice, ...]:
    found = {
        (line.instance_type, usd): PlannedPrice(line.instance_type, usd, line.source, line.as_of)
        for line in lines
        for usd in (usd_of_node(line, lines),)
        if line.kind in ("nodes", "run") and line.of == "expected" and line.instance_type
    }
    return tuple(found[key] for key in sorted(found))


def _money(plan: Plan | RunPlan, budget: dict[str, Any] | None) -> PlannedMonth | None:
    if not isinstance(plan, Plan):
        return None
    month = plan.cost.usd_per_month
    own = {pool.name for pool in pools_of(plan)}
    lines = [line for line in plan.cost.lines if line.pool in own]
    nodes, least = (_nodes_of(lines, of) for of in ("expected", "floor"))
    return PlannedMonth(
        month.expected,
        month.ceiling,
        usd_text(Decimal(month.expected) - nodes),
        _amount(budget),
        f"{nodes / HOURS_PER_MONTH:.6f}",
        nodes != least,
    )


def _nodes_of(lines: Sequence[CostLine], of: str) -> Decimal:
    """Add up what nodes cost in a month at the prices of an hour more, of hours that are covered too."""
    found = (usd_of_nodes(line, lines) for line in lines if line.kind in NODE_KINDS and line.of == of)
    return sum(found, Decimal(0))


def _nodes_of_run(lines: Sequence[RunLine]) -> Decimal:
    """Add up what nodes are expected to cost in a run."""
    found = (line.usd_per_run for line in lines if (line.kind, line.of) == ("nodes", "expected"))
    return sum((Decimal(usd or 0) for usd in found), Decimal(0))


def _amount(budget: Mapping[str, Any] | None) -> str | None:
    limit = (budget or {}).get("usd_per_month")
    return None if limit is None else usd_text(Decimal(str(limit)))


def _run(plan: RunPlan) -> PlannedRun:
    hours, usd = plan.run.run_h, plan.cost.usd_per_run
    return PlannedRun(
        hours.estimate,
        hours.high,
        plan.deadline.switch_at_h,
        usd.expected,
        usd.ceiling,
        usd_text(Decimal(usd.expected) - _nodes_of_run(plan.cost.lines)),
        _amount(plan.workload.get("budget")),
    )


PATIENCE_S = 3600
"""Seconds that a backlog may stand where the spec names no time to drain it."""


def _queue(plan: Plan) -> PlannedQueue | None:
    if plan.queue is None:
        return None
    drain = mapping_at(plan.workload, "sla").get("drain_s")
    most = plan.queue.target_per_worker * plan.chosen.replicas.max
    return PlannedQueue(most, float(drain or PATIENCE_S))
