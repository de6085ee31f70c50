"""Asides stand beside the money of a plan: what the three numbers do not show, and a reader would ask."""

from collections.abc import Iterator
from decimal import Decimal

from plimsoll.ground.units import figure, usd_display
from plimsoll.plan.beside.hosted import Hosted
from plimsoll.plan.plan import Plan
from plimsoll.show.money import usd


def asides(plan: Plan) -> Iterator[str]:
    """Tell list prices and other terms, the price of a second node and of the pins, where a start is felt."""
    yield from _mix(plan)
    yield from _at_list(plan)
    yield from _other_terms(plan)
    yield from _one_more_node(plan)
    yield from _pin(plan)
    yield from _cold_start(plan)
    if plan.alternative is not None:
        yield from _hosted(plan.alternative)


def shared_text(plan: Plan) -> str:
    """Say which part of the ceiling is a cluster's own, and not added to one that exists."""
    count = sum(line.kind == "fixed" and line.of == "ceiling" for line in plan.cost.lines)
    return (
        f"{usd(plan.ceiling_usd('cluster'))} of it, the first {count} lines, assume a new cluster: one that "
        "exists (cluster.create: false in the stack) has these parts, and adds $0.00 for them"
    )


def _mix(plan: Plan) -> Iterator[str]:
    """Tell of a mix which share of the peak its burst carries, and what it runs on."""
    burst = plan.burst
    if burst is not None:
        share = 100 * (plan.chosen.pools[-1].share_of_load or 0.0)
        what = f" ({burst.accelerators_per_replica} × {burst.accelerator})" if burst.accelerator else ""
        how = "evenly, by one Service" if burst.spread == "evenly" else "by load, through the gateway"
        yield (
            f"a mix of two types: the burst on {burst.instance_type}{what} carries {figure(share)} % of the "
            f"peak; requests are spread {how}"
        )


def _at_list(plan: Plan) -> Iterator[str]:
    """Tell the three numbers at list prices, and the hours of commitments that are paid and not used."""
    listed = plan.cost.list_usd_per_month
    if listed is not None:
        sums = f"floor {usd(listed.floor)}, expected {usd(listed.expected)}, ceiling {usd(listed.ceiling)}"
        yield f"at list prices: {sums}; every other number here is net of the discounts file"
    for idle in plan.purchase.idle() if plan.purchase is not None else ():
        hours = f"{figure(float(idle.hours))} of {figure(float(idle.most))} {idle.unit} a month"
        yield f"commitment unused {hours}, {usd_display(idle.usd)}: {idle.commitment.title}"


def _other_terms(plan: Plan) -> Iterator[str]:
    """Tell the bill with as many nodes reserved for a year as pay for themselves, and without spot."""
    expected, terms = plan.cost.usd_per_month.expected, plan.cost.alternatives
    reserved, on_demand = terms.get("expected_reserved_1y"), terms.get("expected_on_demand")
    if reserved is not None and reserved not in (expected, on_demand):
        change = _change(reserved, expected)
        count = plan.cost.reserved_1y_nodes or 0
        nodes = f"{count} node{'s' * (count != 1)}, busy enough for it, reserved for 1 year"
        yield f"with {nodes}: {usd(reserved)} expected, {change}"
    if on_demand is not None and on_demand != expected:
        yield f"with the same nodes and no spot: {usd(on_demand)} expected, {_change(on_demand, expected)}"


def _one_more_node(plan: Plan) -> Iterator[str]:
    value = plan.cost.alternatives.get("expected_one_more_node")
    if value is not None:
        expected = plan.cost.usd_per_month.expected
        yield f"everything runs on one node; with one more: {usd(value)} expected, {_change(value, expected)}"


def _pin(plan: Plan) -> Iterator[str]:
    cost = plan.pin_cost
    if cost is None:
        return
    if cost.instead is None or cost.usd_per_month_expected is None or cost.usd_per_month_ceiling is None:
        yield "without the pin nothing would hold every limit"
    elif cost.instead == plan.chosen.id and not Decimal(cost.usd_per_month_expected):
        yield "the pin costs nothing: the choice would be the same without it"
    else:
        expected, ceiling = _more(cost.usd_per_month_expected, " a month"), _more(cost.usd_per_month_ceiling)
        without = f"the choice without it, {cost.instead}"
        yield f"the pin costs {expected} than {without} ({ceiling} at the ceiling)"


def _cold_start(plan: Plan) -> Iterator[str]:
    serving = plan.serving if plan.burst is None else plan.burst.serving
    replicas, wait = plan.chosen.replicas, f"{figure(serving.cold_start_s)} s"
    if plan.autoscaling.scale_to_zero:
        yield f"scaled to zero, the first request waits {wait} for a cold start, outside the sla"
    elif replicas.min < replicas.peak:
        yield f"from {replicas.min} to {replicas.peak} replicas, each one added takes up to {wait} to start"


def hosted_text(asked: Hosted) -> str:
    """`a hosted API at $0.20 and $0.60 per million tokens in and out (price list 2026-11)`."""
    prices = f"{usd(asked.usd_per_million_input_tokens)} and {usd(asked.usd_per_million_output_tokens)}"
    return f"a hosted API at {prices} per million tokens in and out ({asked.source})"


def _hosted(asked: Hosted) -> Iterator[str]:
    even = ""
    if asked.break_even_qps is not None:
        even = f"; the plan as it is becomes cheaper at {figure(asked.break_even_qps)} requests/s on average"
    yield f"{hosted_text(asked)}: {usd(asked.usd_per_month)} a month, never chosen{even}"


def _change(value: str, than: str) -> str:
    """`$12.00 less`, `$12.00 more`."""
    return _more(str(Decimal(value) - Decimal(than)))


def _more(value: str, every: str = "") -> str:
    amount = Decimal(value)
    return f"{usd(abs(amount))}{every} {'more' if amount >= 0 else 'less'}"
