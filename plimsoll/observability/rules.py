"""One PrometheusRule of a workload: what is recorded, and alerts that hold it against the plan."""

from typing import Any

from plimsoll.ground.units import HOURS_PER_MONTH
from plimsoll.objects.tags import WORKLOAD_LABEL
from plimsoll.observability import metrics, queries
from plimsoll.observability.slo import BURNS, WINDOWS, Burn, Objective
from plimsoll.observability.watch import PlannedHours, PlannedMonth, Watch

Rule = dict[str, Any]

COST, ACTIVE, READY, NODES = (
    "plimsoll:nodes:usd_per_hour",
    "plimsoll:gpu:active_ratio",
    "plimsoll:replicas:ready",
    "plimsoll:nodes:count",
)
RUN = "plimsoll:run:seconds"
SPENT = "plimsoll:month:nodes_usd"
INTERVAL_S = 60
"""How often rules are evaluated: the step at which the month's money is added up."""


def rule_object(watch: Watch) -> dict[str, Any]:
    """Build the PrometheusRule of a workload; it stands in its namespace with its tags."""
    group = {"interval": f"{INTERVAL_S}s"}
    metadata = {"name": watch.name, "namespace": watch.name, "labels": watch.tags.labels()}
    return {
        "apiVersion": "monitoring.coreos.com/v1",
        "kind": "PrometheusRule",
        "metadata": metadata,
        "spec": {
            "groups": [
                group | {"name": f"plimsoll-{watch.name}-recorded", "rules": recorded(watch)},
                group | {"name": f"plimsoll-{watch.name}-alerts", "rules": alerts(watch)},
            ]
        },
    }


def series(name: str, watch: Watch) -> str:
    """Name a recorded series of a workload."""
    return f'{name}{{workload="{watch.name}"}}'


def recorded(watch: Watch) -> list[Rule]:
    """List what is recorded: names of ours, with the workload as a label."""
    found = {NODES: queries.node_count(watch.name), COST: queries.usd_per_hour(watch.name)}
    if watch.accelerated:
        found[ACTIVE] = queries.gpu_active(watch.name)
    if watch.run is not None:
        found[RUN] = queries.run_seconds(watch.name)
    else:
        found[READY] = queries.ready(watch.name, watch.nodes_per_replica)
    found[SPENT] = month_so_far(series(COST, watch))
    for each in watch.objectives:
        found |= {each.recorded(window): each.slow(watch.name, window) for window in WINDOWS}
    labels = {"workload": watch.name}
    return [{"record": name, "expr": query, "labels": labels} for name, query in found.items()]


def month_so_far(cost: str) -> str:
    """Write what nodes have cost since the month began (UTC, as AWS bills), US dollars.

    PromQL has no range that begins with the month: each day of a month has its own. Hours of the first day
    that the range of whole days leaves out count at the rate of the last day; last month never counts.
    """
    first = f"sum(avg_over_time({cost}[24h])) * scalar(hour())"
    days = [f"(({first}) and on () (day_of_month() == 1))"]
    for day in range(2, 32):
        whole = f"sum(sum_over_time({cost}[{day - 1}d])) * {INTERVAL_S} / 3600"
        days.append(f"(({whole} + {first}) and on () (day_of_month() == {day}))")
    return " or ".join(days)


def alerts(watch: Watch) -> list[Rule]:
    """List the alerts of a workload, each with a number of its plan."""
    found = [*_drift(watch)]
    if watch.money is not None:
        found += _money(watch, watch.money)
    if watch.replicas is not None:
        found += [*_idle(watch, watch.replicas), *_replicas(watch, watch.replicas)]
    if watch.run is not None:
        found += _run(watch, watch.run)
    found += [_burn(watch, each, burn) for each in watch.objectives for burn in BURNS]
    return found


def _alert(watch: Watch, name: str, query: str, wait: str, severity: str, text: str) -> Rule:
    tags = {
        key.replace("-", "_"): value for key, value in watch.tags.labels().items() if key != WORKLOAD_LABEL
    }
    labels = tags | {"severity": severity, "workload": watch.name}
    return {
        "alert": name,
        "expr": query,
        "for": wait,
        "labels": dict(sorted(labels.items())),
        "annotations": {"summary": f"{watch.name}: {text}"},
    }


def _drift(watch: Watch) -> list[Rule]:
    types = ", ".join(watch.types)
    more = f"{series(NODES, watch)} > {watch.max_nodes}"
    other = f"{queries.other_types(watch.name, watch.types)} > 0"
    text = f"nodes of another instance type than the plan's ({types})"
    most = f"more nodes than the plan's {watch.max_nodes}, those in flight included"
    return [
        _alert(watch, "PlimsollInstanceTypeDrift", other, "15m", "ticket", text),
        _alert(watch, "PlimsollMoreNodesThanPlanned", more, "30m", "ticket", most),
    ]


def _money(watch: Watch, money: PlannedMonth) -> list[Rule]:
    month = f"{series(COST, watch)} * {HOURS_PER_MONTH} + {money.beside}"
    above = f"a month at this rate is above the ceiling of ${money.ceiling}"
    over = f"for 6 hours a month at this rate is 1.2 × above the expected ${money.expected}"
    found = [
        _alert(watch, "PlimsollCostAboveCeiling", f"{month} > {money.ceiling}", "1h", "page", above),
        _alert(watch, "PlimsollCostAboveExpected", f"{month} > 1.2 * {money.expected}", "6h", "ticket", over),
    ]
    if money.budget is not None:
        text = f"the month is on its way above the budget of ${money.budget}"
        query = f"{month_end(watch)} + {money.beside} > {money.budget}"
        found.append(_alert(watch, "PlimsollBudgetPace", query, "1h", "ticket", text))
    return found


def month_end(watch: Watch) -> str:
    """Write what nodes will have cost when the month ends, at the rate of the last day, US dollars."""
    left = "scalar((days_in_month() - day_of_month() + 1) * 24 - hour())"
    return f"{series(SPENT, watch)} + avg_over_time({series(COST, watch)}[24h]) * {left}"


def _idle(watch: Watch, replicas: tuple[int, int, int]) -> list[Rule]:
    if not watch.accelerated:
        return []
    least, _, most = replicas
    query = f"{series(ACTIVE, watch)} < 0.05"
    if watch.tokens:
        query += f" and on () ({queries.total(metrics.RUNNING, watch.name)} == 0)"
    wait, text = "24h", "accelerators have done nothing for a day"
    if most > least:
        query += f" and on () ({series(READY, watch)} > {least})"
        wait, text = "1h", f"accelerators idle for an hour, with more replicas than the least ({least})"
    return [_alert(watch, "PlimsollIdleGpu", query, wait, "ticket", text)]


def _replicas(watch: Watch, replicas: tuple[int, int, int]) -> list[Rule]:
    least, _, most = replicas
    if most == least:
        return []
    text = f"all {most} replicas of the plan run for an hour: more load finds no more of them"
    query = f"{series(READY, watch)} >= {most}"
    return [_alert(watch, "PlimsollReplicasAtMax", query, "1h", "ticket", text)]


def _run(watch: Watch, run: PlannedHours) -> list[Rule]:
    late = f"{series(RUN, watch)} > {round(run.high * 3600)}"
    text = f"the run takes longer than {run.high:g} h, the most of its estimate ({run.expected:g} h)"
    found = [_alert(watch, "PlimsollRunLate", late, "5m", "ticket", text)]
    if run.switch_at is not None:
        spot = f"{series(RUN, watch)} > {round(run.switch_at * 3600)}"
        spot += f" and on () ({queries.on_spot(watch.name)} > 0)"
        text = f"still on spot past {run.switch_at:g} h, when the plan leaves it for on-demand"
        found.append(_alert(watch, "PlimsollRunPastSwitch", spot, "15m", "page", text))
    return found


def _burn(watch: Watch, objective: Objective, burn: Burn) -> Rule:
    limit = objective.threshold(burn)
    long, short = (series(objective.recorded(window), watch) for window in (burn.long, burn.short))
    text = (
        f"{objective.key} {objective.limit_ms:g} ms: above {limit:.3g} of requests were slower than "
        f"{objective.edge_s:g} s for {burn.long} and {burn.short}"
    )
    made = _alert(
        watch, "PlimsollSloBurn", f"{long} > {limit} and {short} > {limit}", "2m", burn.severity, text
    )
    made["labels"] = dict(
        sorted((made["labels"] | {"objective": objective.key, "window": burn.long}).items())
    )
    return made
