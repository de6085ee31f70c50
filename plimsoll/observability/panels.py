"""The panels of a service: its money, its replicas, its latency, its accelerators and its requests."""

from collections.abc import Iterator

from plimsoll.observability import metrics, queries
from plimsoll.observability.panel import PLAN, Panel, constant
from plimsoll.observability.series import (
    ACTIVE,
    COST,
    NODES,
    READY,
    SPENT,
    month_at,
    month_end,
    series,
)
from plimsoll.observability.slo import Objective
from plimsoll.observability.watch import PlannedMonth, PlannedPrice, Watch


def panels_of(watch: Watch) -> Iterator[Panel]:
    """List the panels of a service, the money first."""
    if watch.money is not None:
        yield _cost(watch, watch.money)
        if watch.money.budget is not None:
            yield _budget(watch, watch.money, watch.money.budget)
    if watch.replicas is not None:
        yield _replicas(watch, watch.replicas)
    if not watch.home:
        yield nodes(watch)
    yield from (_latency(watch, each) for each in watch.objectives)
    yield from accelerators(watch)
    if watch.tokens:
        yield from _tokens(watch)
    if watch.queue is not None:
        yield _queue(watch, watch.queue.most_tasks)


def _cost(watch: Watch, money: PlannedMonth) -> Panel:
    priced = {
        at_plan(each): month_at(f"{series(NODES, watch)} * {each.usd_per_hour}", money.beside)
        for each in watch.prices
    }
    measured = {"now": month_at(series(COST, watch), money.beside), **priced}
    planned = {"expected": constant(money.expected), "ceiling": constant(money.ceiling)}
    meaning = (
        f"Nodes at OpenCost's price for 730 hours, and ${money.beside} that the plan expects beside nodes. "
        "Where it leaves the line at the plan's price, prices differ; where both leave the plan, nodes do."
    )
    return Panel("Cost of a month at this rate", meaning, "currencyUSD", measured | _plan(planned))


MONTH = (
    "The month began at 00:00 UTC of its first day, as AWS bills; Prometheus must keep all of it, 31 days."
)
"""What to know of money that is added up over a month."""


def at_plan(price: PlannedPrice) -> str:
    """Name the line of what nodes would cost, were all of them at one price of the plan."""
    return f"all at the plan's ${price.usd_per_hour} ({price.instance_type})"


def _plan(numbers: dict[str, str]) -> dict[str, str]:
    return {f"{PLAN}{name}": query for name, query in numbers.items()}


def _budget(watch: Watch, money: PlannedMonth, budget: str) -> Panel:
    paces = {
        "nodes, month so far": series(SPENT, watch),
        "month at its end": f"{month_end(watch)} + {money.beside}",
    }
    meaning = f"{MONTH} The rest of it is at the lasting rate."
    return Panel("Budget of the month", meaning, "currencyUSD", paces | _plan({"budget": constant(budget)}))


def _replicas(watch: Watch, replicas: tuple[int, int, int]) -> Panel:
    counts = dict(zip(("least", "at the peak", "most"), map(str, replicas), strict=True))
    planned = _plan({name: constant(count) for name, count in counts.items()})
    meaning = "Replicas that answer, and the bounds that the plan gave their autoscaler."
    return Panel("Replicas", meaning, "short", {"ready": series(READY, watch), **planned})


def nodes(watch: Watch) -> Panel:
    """Draw the nodes that are billed."""
    planned = _plan({"most, those in flight included": constant(str(watch.max_nodes))})
    meaning = "Nodes of this workload that have a price."
    return Panel("Nodes", meaning, "short", {"now": series(NODES, watch), **planned})


def _latency(watch: Watch, objective: Objective) -> Panel:
    name, percentile = objective.key.split("_")[:2]
    planned = _plan({"limit of the sla": constant(objective.limit_ms / 1000)})
    meaning = f"Estimated from vLLM's buckets; alerts judge at the edge {objective.edge_s:g} s."
    measured = {"measured": objective.measured(watch.name)}
    return Panel(f"{_SPELT[name]}, {percentile}", meaning, "s", measured | planned)


_SPELT = {
    "ttft": "Time to first token",
    "tpot": "Time per output token",
    "e2e": "Time to the last token",
}


def accelerators(watch: Watch) -> Iterator[Panel]:
    """Draw what accelerators do, and what those cost that do nothing."""
    if not watch.accelerated:
        return
    active = series(ACTIVE, watch)
    does = "Share of the time in which any engine of an accelerator works; one request is enough for that."
    yield Panel("Accelerators at work", does, "percentunit", {"at work": active})
    if watch.home:
        return
    idle = {"idle": f"(1 - {active}) * on (workload) {series(COST, watch)}"}
    costs = "What nodes cost per hour, times the share of the time in which their accelerators do nothing."
    yield Panel("Cost of idle accelerators per hour", costs, "currencyUSD", idle)


def _tokens(watch: Watch) -> Iterator[Panel]:
    name = watch.name
    peak = {} if watch.peak_qps is None else _plan({"peak": constant(watch.peak_qps)})
    finished = {"finished": queries.rate(metrics.REQUESTS, name), **peak}
    yield Panel("Requests per second", "Requests that were answered.", "reqps", finished)
    kinds = {"prompt": metrics.PROMPT_TOKENS, "answer": metrics.ANSWER_TOKENS}
    tokens = {kind: queries.rate(metric, name) for kind, metric in kinds.items()}
    yield Panel("Tokens per second", "Tokens that were read and written.", "short", tokens)
    cache = {"fullest replica": f'max({metrics.CACHE_USE}{{namespace="{name}"}} <= 1)'}
    yield Panel("KV cache in use", "A full cache makes requests wait.", "percentunit", cache)
    states = {"running": metrics.RUNNING, "waiting": metrics.WAITING}
    flight = {state: queries.total(metric, name) for state, metric in states.items()}
    yield Panel("Requests in flight", "Of all replicas together.", "short", flight)


def _queue(watch: Watch, most_tasks: float) -> Panel:
    planned = _plan({"most that its workers take at once": constant(most_tasks)})
    meaning = "Tasks that the autoscaler counts, waiting ones included."
    return Panel("Tasks in the queue", meaning, "short", {"now": queries.tasks(watch.name), **planned})
