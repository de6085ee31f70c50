"""The series that rules record for a workload, which alerts and dashboards ask for by name."""

from plimsoll.ground.units import HOURS_PER_MONTH
from plimsoll.observability import queries
from plimsoll.observability.slo import WINDOWS
from plimsoll.observability.watch import Watch

COST, ACTIVE, READY, NODES = (
    "plimsoll:nodes:usd_per_hour",
    "plimsoll:gpu:active_ratio",
    "plimsoll:replicas:ready",
    "plimsoll:nodes:count",
)
MONTH_RATE, SPENT = "plimsoll:month:usd_per_hour", "plimsoll:month:nodes_usd"
RUN, RUN_RATE, RUN_SPENT = "plimsoll:run:seconds", "plimsoll:run:usd_per_hour", "plimsoll:run:nodes_usd"
MONEY = frozenset({MONTH_RATE, SPENT, RUN_RATE, RUN_SPENT})
"""What adds up money: recorded less often, because each reads a month of it."""

INTERVAL_S = 60
"""How often rules are evaluated."""

MONEY_INTERVAL_S = 180
"""The step at which money is added up: below the 5 minutes after which Prometheus calls a series stale."""

KEPT = "31d"
"""How far back the month is added up, and a run."""

WEEK_STEPS = 7 * 24 * 3600 // MONEY_INTERVAL_S


def series(name: str, watch: Watch) -> str:
    """Name a recorded series of a workload."""
    return f'{name}{{workload="{watch.name}"}}'


def recorded(watch: Watch) -> dict[str, str]:
    """Write what is recorded, by name, in the order in which each asks for the ones before it."""
    name, cost = watch.name, series(COST, watch)
    # Nodes that are shared are recorded once, as the group's: their money would be each tenant's else.
    found = {} if watch.home else {NODES: queries.node_count(name), COST: queries.usd_per_hour(name)}
    if watch.accelerated:
        found[ACTIVE] = queries.gpu_active(name)
    if not watch.home:
        found[MONTH_RATE] = queries.named(cost, "month", "month()")
        found[SPENT] = queries.summed(series(MONTH_RATE, watch), "month", "month()", KEPT, MONEY_INTERVAL_S)
    if watch.run is None:
        found[READY] = queries.ready(name, watch.nodes_per_replica, watch.beside)
    else:
        began = queries.run_began(name)
        found[RUN] = queries.run_seconds(name)
        found[RUN_RATE] = queries.named(cost, "began", began)
        found[RUN_SPENT] = queries.summed(series(RUN_RATE, watch), "began", began, KEPT, MONEY_INTERVAL_S)
    for each in watch.objectives:
        found |= {each.recorded(window): each.slow(name, window) for window in WINDOWS}
    return found


def lasting_rate(watch: Watch) -> str:
    """Write the rate at which money will be spent, US dollars per hour: the last day's, or the last week's.

    Hours of a load that varies differ by plan: only a week is like another, and what of it is not measured
    counts as planned.
    """
    cost = series(COST, watch)
    if watch.money is None or not watch.money.varies:
        return f"avg_over_time({cost}[24h])"
    week = f"{cost}[7d:{MONEY_INTERVAL_S}s]"
    missing = f"({WEEK_STEPS} - count_over_time({week})) * {watch.money.nodes_per_hour}"
    return f"(sum_over_time({week}) + {missing}) / {WEEK_STEPS}"


def month_end(watch: Watch) -> str:
    """Write what nodes will have cost when the month ends (UTC, as AWS bills), US dollars."""
    left = "scalar((days_in_month() - day_of_month() + 1) * 24 - hour())"
    return f"{series(SPENT, watch)} + {lasting_rate(watch)} * {left}"


def month_at(rate: str, beside: str) -> str:
    """Write what a month costs at a rate of nodes, US dollars."""
    return f"{rate} * {HOURS_PER_MONTH} + {beside}"


def run_end(watch: Watch) -> str:
    """Write what nodes will have cost from now until a run has taken its expected hours, US dollars."""
    expected = 0.0 if watch.run is None else watch.run.expected
    return f"{series(COST, watch)} * clamp_min({expected:g} - {series(RUN, watch)} / 3600, 0)"
