"""The alerts of a service: each holds a series against a number of its plan."""

from typing import Any

from plimsoll.objects.tags import WORKLOAD_LABEL
from plimsoll.observability import metrics, queries
from plimsoll.observability.series import (
    ACTIVE,
    COST,
    NODES,
    READY,
    lasting_rate,
    month_at,
    month_end,
    series,
)
from plimsoll.observability.slo import BURNS, Burn, Objective
from plimsoll.observability.uid import uid_of
from plimsoll.observability.watch import PlannedMonth, PlannedQueue, Watch

Rule = dict[str, Any]

IDLE = 0.05
"""Accelerators that work a smaller share of the time do nothing."""


def alerts_of(watch: Watch) -> list[Rule]:
    """List the alerts of a service."""
    found = [] if watch.home else drift(watch)
    if watch.money is not None:
        found += _money(watch, watch.money)
    if watch.replicas is not None:
        found += [*_idle(watch, watch.replicas), *_replicas(watch, watch.replicas)]
    if watch.queue is not None:
        found.append(_queue(watch, watch.queue))
    return found + [_burn(watch, each, burn) for each in watch.objectives for burn in BURNS]


def alert(watch: Watch, name: str, query: str, wait: str, severity: str, text: str) -> Rule:
    """Write an alert that fires once its query has held for so long; its labels say who pays."""
    tags = {
        key.replace("-", "_"): value for key, value in watch.tags.labels().items() if key != WORKLOAD_LABEL
    }
    labels = tags | {"severity": severity, "workload": watch.name}
    return {
        "alert": name,
        "expr": query,
        "for": wait,
        "labels": dict(sorted(labels.items())),
        "annotations": {"summary": f"{watch.name}: {text}", "dashboard": f"/d/{uid_of(watch.name)}"},
    }


def drift(watch: Watch) -> list[Rule]:
    """List the alerts on nodes that are not the plan's."""
    types = ", ".join(watch.types)
    more = f"{series(NODES, watch)} > {watch.max_nodes}"
    other = f"{queries.other_types(watch.name, watch.types)} > 0"
    text = f"nodes of another instance type than the plan's ({types})"
    most = f"more nodes than the plan's {watch.max_nodes}, those in flight included"
    return [
        alert(watch, "PlimsollInstanceTypeDrift", other, "15m", "ticket", text),
        alert(watch, "PlimsollMoreNodesThanPlanned", more, "30m", "ticket", most),
    ]


def _money(watch: Watch, money: PlannedMonth) -> list[Rule]:
    now = month_at(series(COST, watch), money.beside)
    above = f"a month at this rate is above the ceiling of ${money.ceiling}"
    lasting = month_at(lasting_rate(watch), money.beside) if money.varies else now
    rate = "the last week's rate" if money.varies else "this rate"
    over = f"for 6 hours a month at {rate} is above 1.2 × the expected ${money.expected}"
    found = [
        alert(watch, "PlimsollCostAboveCeiling", f"{now} > {money.ceiling}", "1h", "page", above),
        alert(
            watch, "PlimsollCostAboveExpected", f"{lasting} > 1.2 * {money.expected}", "6h", "ticket", over
        ),
    ]
    if money.budget is not None:
        text = f"the month is on its way above the budget of ${money.budget}"
        query = f"{month_end(watch)} + {money.beside} > {money.budget}"
        found.append(alert(watch, "PlimsollBudgetPace", query, "1h", "ticket", text))
    return found


def _idle(watch: Watch, replicas: tuple[int, int, int]) -> list[Rule]:
    if not watch.accelerated:
        return []
    least, most = max(replicas[0], watch.kept), replicas[2]
    query = f"{series(ACTIVE, watch)} < {IDLE}"
    if watch.tokens:
        query += f" and on () ({queries.total(metrics.RUNNING, watch.name)} == 0)"
    wait, text = "24h", "accelerators have done nothing for a day"
    if most > least:
        query += f" and on () ({series(READY, watch)} > {least})"
        wait, text = "1h", f"accelerators idle for an hour, with more replicas than the least ({least})"
    return [alert(watch, "PlimsollIdleGpu", query, wait, "ticket", text)]


def _replicas(watch: Watch, replicas: tuple[int, int, int]) -> list[Rule]:
    most, ready = replicas[2], series(READY, watch)
    text = f"more replicas than the {most} of the plan: somebody raised what it set"
    found = [alert(watch, "PlimsollMoreReplicasThanPlanned", f"{ready} > {most}", "30m", "ticket", text)]
    if watch.tokens:
        # At the peak of the plan all of them run: that alone is no news.
        query = f"{ready} >= {most} and on () ({queries.total(metrics.WAITING, watch.name)} > 0)"
        text = (
            f"all {most} replicas of the plan run, and requests have waited for an hour: it carries no more"
        )
        found.append(alert(watch, "PlimsollReplicasAtMax", query, "1h", "ticket", text))
    return found


def _queue(watch: Watch, queue: PlannedQueue) -> Rule:
    text = (
        f"more tasks than the {queue.most_tasks} that the plan's workers are held at, for longer than the "
        f"{queue.drain_s:g} s in which they drain a backlog"
    )
    query = f"{queries.tasks(watch.name)} > {queue.most_tasks}"
    return alert(watch, "PlimsollQueueNotDrained", query, f"{round(queue.drain_s)}s", "ticket", text)


def _burn(watch: Watch, objective: Objective, burn: Burn) -> Rule:
    limit = objective.threshold(burn)
    long, short = (series(objective.recorded(window), watch) for window in (burn.long, burn.short))
    text = (
        f"{objective.key} {objective.limit_ms:g} ms: above {limit * 100:.3g} % of requests were slower than "
        f"{objective.edge_s:g} s for {burn.long} and {burn.short}"
    )
    query = f"{long} > {limit} and {short} > {limit}"
    made = alert(watch, "PlimsollSloBurn", query, "2m", burn.severity, text)
    labels = made["labels"] | {"objective": objective.key, "window": burn.long}
    return made | {"labels": dict(sorted(labels.items()))}
