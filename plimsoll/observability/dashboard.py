"""A Grafana dashboard of a workload: what it does and costs now, beside the numbers of its plan.

The classic model: Grafana 13 still imports it, and migrates it when it is loaded.
"""

from typing import Any

from plimsoll.ground.units import HOURS_PER_MONTH
from plimsoll.observability import metrics, queries
from plimsoll.observability.rules import ACTIVE, COST, NODES, READY, RUN, SPENT, month_end, series
from plimsoll.observability.watch import Watch

SCHEMA_VERSION = 41
"""Of Grafana 11.6 to 13."""

UID_MAX = 40
"""Grafana refuses a longer one."""

TAG = "plimsoll"
Queries = dict[str, str]
Panel = tuple[str, str, Queries]
"""A panel: its title, the unit of its numbers as Grafana names it, and its queries by legend."""


def uid_of(workload: str) -> str:
    """Make a stable uid from a workload's name; a long one is cut and told apart by its digest."""
    uid = f"plimsoll-{workload}"
    if len(uid) <= UID_MAX:
        return uid
    from hashlib import sha256

    digest = sha256(workload.encode()).hexdigest()[:8]
    return f"{uid[: UID_MAX - len(digest) - 1]}-{digest}"


def dashboard(watch: Watch) -> dict[str, Any]:
    """Build the dashboard of a workload; the queries of rules need the series of 'plimsoll alerts'."""
    return {
        "uid": uid_of(watch.name),
        "title": f"{watch.name}: against its plan",
        "description": _description(watch),
        "tags": [TAG, *(f"{key}:{value}" for key, value in watch.tags.labels().items())],
        "schemaVersion": SCHEMA_VERSION,
        "version": 1,
        "editable": True,
        "timezone": "utc",
        "time": {"from": "now-7d", "to": "now"},
        "refresh": "1m",
        "templating": {"list": [_datasource()]},
        "annotations": {"list": []},
        "panels": [_panel(number, *panel) for number, panel in enumerate(_panels(watch))],
    }


def _datasource() -> dict[str, Any]:
    return {
        "name": "datasource",
        "label": "Prometheus",
        "type": "datasource",
        "query": "prometheus",
        "hide": 0,
    }


def _description(watch: Watch) -> str:
    prices = (
        f"{price.instance_type} ${price.usd_per_hour}/h ({price.source}, {price.as_of})"
        for price in watch.prices
    )
    return "; ".join(["Numbers of the plan are constants", *prices, *watch.notes])


def _panel(number: int, title: str, unit: str, queries_of: Queries) -> dict[str, Any]:
    source = {"type": "prometheus", "uid": "${datasource}"}
    targets = [
        {"refId": chr(ord("A") + at), "expr": query, "legendFormat": legend, "datasource": source}
        for at, (legend, query) in enumerate(queries_of.items())
    ]
    return {
        "id": number + 1,
        "type": "timeseries",
        "title": title,
        "datasource": source,
        "gridPos": {"h": 8, "w": 12, "x": 12 * (number % 2), "y": 8 * (number // 2)},
        "fieldConfig": {"defaults": {"unit": unit}, "overrides": []},
        "options": {"legend": {"displayMode": "list", "placement": "bottom", "showLegend": True}},
        "targets": targets,
    }


def _panels(watch: Watch) -> list[Panel]:
    found = [_cost(watch), ("Nodes", "short", _nodes(watch))]
    if watch.run is not None:
        hours: Queries = {
            "run": f"{series(RUN, watch)} / 3600",
            "expected": f"vector({watch.run.expected:g})",
        }
        found.append(
            ("Hours of the run", "h", hours | {"most of the estimate": f"vector({watch.run.high:g})"})
        )
    if watch.replicas is not None:
        planned = zip(("min", "peak", "max"), watch.replicas, strict=True)
        counts = {"ready": series(READY, watch)} | {f"plan's {name}": f"vector({n})" for name, n in planned}
        found.append(("Replicas", "short", counts))
    found += _budget(watch)
    found += [
        (f"Latency: {each.key}", "s", _latency(each.measured(watch.name), each.limit_ms))
        for each in watch.objectives
    ]
    if watch.accelerated:
        found += _accelerators(watch)
    return found + (_tokens(watch.name) if watch.tokens else [])


def _latency(measured: str, limit_ms: float) -> Queries:
    return {"measured": measured, "limit of the sla": f"vector({limit_ms / 1000:g})"}


def _cost(watch: Watch) -> Panel:
    now = f"{series(COST, watch)} * {HOURS_PER_MONTH}"
    if watch.money is None:
        return (
            "Cost now, $ per hour",
            "currencyUSD",
            {"nodes now": series(COST, watch)} | _planned_cost(watch),
        )
    plan = {
        "now": f"{now} + {watch.money.beside}",
        "plan: expected": f"vector({watch.money.expected})",
        "plan: ceiling": f"vector({watch.money.ceiling})",
    }
    return "Cost of a month at this rate", "currencyUSD", plan | _by_price(watch, watch.money.beside)


def _planned_cost(watch: Watch) -> Queries:
    """Price the nodes that run at each price of the plan; a type may have one on spot and one off it."""
    nodes = series(NODES, watch)
    return {
        f"nodes at the planned ${each.usd_per_hour} of {each.instance_type}": f"{nodes} * {each.usd_per_hour}"
        for each in watch.prices
    }


def _by_price(watch: Watch, beside: str) -> Queries:
    return {
        legend: f"{query} * {HOURS_PER_MONTH} + {beside}" for legend, query in _planned_cost(watch).items()
    }


def _nodes(watch: Watch) -> Queries:
    return {"nodes": series(NODES, watch), "plan's most, in flight included": f"vector({watch.max_nodes})"}


def _budget(watch: Watch) -> list[Panel]:
    if watch.money is None or watch.money.budget is None:
        return []
    beside = watch.money.beside
    paces: Queries = {
        "nodes, month so far": series(SPENT, watch),
        "month at its end": f"{month_end(watch)} + {beside}",
    }
    return [("Budget pace", "currencyUSD", paces | {"budget": f"vector({watch.money.budget})"})]


def _accelerators(watch: Watch) -> list[Panel]:
    active = series(ACTIVE, watch)
    idle = {"idle": f"(1 - {active}) * on (workload) {series(COST, watch)}"}
    return [
        ("Accelerator use", "percentunit", {"active": active}),
        ("Idle accelerators, $ per hour", "currencyUSD", idle),
    ]


def _tokens(name: str) -> list[Panel]:
    cache = f'max({metrics.CACHE_USE}{{namespace="{name}"}} <= 1)'
    return [
        ("Requests per second", "reqps", {"requests": queries.rate(metrics.REQUESTS, name)}),
        (
            "Tokens per second",
            "short",
            {
                "prompt": queries.rate(metrics.PROMPT_TOKENS, name),
                "answer": queries.rate(metrics.ANSWER_TOKENS, name),
            },
        ),
        ("KV cache use, fullest replica", "percentunit", {"used": cache}),
        (
            "Requests in flight",
            "short",
            {
                "running": queries.total(metrics.RUNNING, name),
                "waiting": queries.total(metrics.WAITING, name),
            },
        ),
    ]
