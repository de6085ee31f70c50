"""These checks hold a run's candidate against what is sold, the spec's choices, its hours and its budget."""

from collections.abc import Iterator
from decimal import Decimal

from plimsoll.candidates.runs.candidate import RunOption, RunSized
from plimsoll.ground.units import HOURS_PER_MONTH, usd_display
from plimsoll.money.line import Basis
from plimsoll.sizing.limits import (
    BUDGET,
    DEADLINE,
    DENIED,
    GANG,
    NO_PRICE,
    NOT_OFFERED,
    PINNED,
    SCALING,
    SPOT_FORBIDDEN,
    Reason,
)
from plimsoll.sizing.runs.blocks import MOST_INSTANCES
from plimsoll.sizing.runs.hours import RunHours
from plimsoll.sizing.runs.limits import RunLimits
from plimsoll.spec.runs.asked import RunAsked


def forbidden_run(option: RunOption, spec: RunAsked) -> Iterator[Reason]:
    """Yield what excludes an option before it is sized: AWS does not sell it, or the spec forbids it."""
    instance, region, kind = option.instance, option.region, option.capacity_type
    if option.offering is None:
        yield NOT_OFFERED.broken(f"{instance.name} is not offered in {region}", region, instance.name)
    elif kind in ("on-demand", "spot") and kind not in instance.usage_classes:
        yield NOT_OFFERED.broken(f"AWS sells no {kind} {instance.name}", kind, instance.name)
    if kind == "spot" and spec.capacity.spot == "never":
        yield SPOT_FORBIDDEN.broken("the spec says capacity.spot: never", "never", "spot")
    yield from _denied(spec, instance.name, instance.family)
    if spec.pin.instance_type not in (None, instance.name):
        wanted = spec.pin.instance_type
        yield PINNED.broken(f"pin.instance_type asks for {wanted}", wanted, instance.name)
    if spec.pin.precision not in (None, option.way.precision):
        wanted = spec.pin.precision
        yield PINNED.broken(f"pin.precision asks for {wanted}", wanted, option.way.precision)


def _denied(spec: RunAsked, name: str, family: str) -> Iterator[Reason]:
    deny, allow = spec.capacity.deny, spec.capacity.allow
    names = {name, family}
    hit = sorted(names & set(deny))
    if hit:
        yield DENIED.broken(f"capacity.deny names {hit[0]}", hit[0], name)
    if allow and not names & set(allow):
        listed = ", ".join(allow)
        yield DENIED.broken(f"capacity.allow leaves it out ({listed})", listed, name)


def no_run_price(option: RunOption) -> Reason:
    """Say that a price is missing."""
    what, kind = option.instance.name, option.capacity_type
    if kind == "reserved":
        message = (
            f"AWS publishes no price of Capacity Blocks of {what}: ask describe-capacity-block-offerings"
        )
    else:
        message = f"no {kind} price for {what} in {option.region}, or none of its volumes, storage or cluster"
    return NO_PRICE.broken(message + "; a missing price is a refusal, not zero", unit="USD/hour")


def late(limits: RunLimits, hours: RunHours) -> Iterator[Reason]:
    """Yield the hours that a run does not keep, or the moment that spot leaves no time for."""
    kept = (
        ("sla.run_p50_h", limits.p50_h, hours.estimate_h, "half of the runs keep"),
        ("sla.run_p90_h", limits.p90_h, hours.high_h, "nine runs in ten keep"),
        ("scale.max_run_h", limits.max_h, hours.estimate_h, "half of the runs keep"),
    )
    for key, limit, value, who in kept:
        if limit is not None and value > limit + 1e-9:
            message = f"{who} {value:,.2f} h; the limit is {limit:g} h ({key})"
            yield DEADLINE.broken(message, limit, round(value, 4))
            return
    if hours.switch_h is not None and hours.switch_h < 0 and limits.deadline_h is not None:
        deadline = limits.deadline_h
        message = (
            f"no time is left for spot: on-demand must start {-hours.switch_h:,.2f} h before the run to be "
            f"done within {deadline:g} h whatever is interrupted"
        )
        yield DEADLINE.broken(message, deadline, round(deadline - hours.switch_h, 4))


def beyond_a_month(spec: RunAsked, hours: RunHours) -> Iterator[Reason]:
    """Yield a month that its runs do not fit into: they share one pool, which has one run's nodes."""
    runs = spec.runs_per_month
    month, taken = float(HOURS_PER_MONTH), (runs or 0) * hours.estimate_h
    if taken > month:
        message = (
            f"{runs:g} runs a month of {hours.estimate_h:,.2f} h are {taken:,.0f} h one after the other; a "
            f"month has {month:g} h (runs_per_month)"
        )
        yield DEADLINE.broken(message, month, round(taken, 2))


def too_many(spec: RunAsked, option: RunOption, nodes: int) -> Iterator[Reason]:
    """Yield nodes that a pin, a bound or a block does not have."""
    pinned, most = spec.pin.nodes, spec.scale.max_nodes
    if pinned is not None and pinned != nodes:
        yield PINNED.broken(
            f"pin.nodes asks for {pinned}, {nodes} are the fewest that hold it", pinned, nodes
        )
    if most is not None and nodes > most:
        message = f"{nodes} nodes are needed; scale.max_nodes is {most}"
        yield SCALING.broken(message, most, nodes, "nodes")
    if option.capacity_type == "reserved" and nodes > MOST_INSTANCES:
        message = f"{nodes} nodes are needed, a Capacity Block has {MOST_INSTANCES} at most"
        yield GANG.broken(message, MOST_INSTANCES, nodes)


def over_run_budget(spec: RunAsked, sized: RunSized) -> Iterator[Reason]:
    """Yield the budgets that the bill exceeds, on the basis that the spec names."""
    budget = spec.budget
    if budget is None:
        return
    basis: Basis = budget.basis
    per_run = getattr(sized.bill, basis)
    for limit, value, of in (
        (budget.usd_per_run, per_run, "run"),
        (budget.usd_per_month, sized.month.sum_of(basis), "month"),
    ):
        if limit is None or value is None or value <= Decimal(str(limit)):
            continue
        most, count = Decimal(str(limit)), sized.rented.nodes
        yield BUDGET.broken(
            f"{basis} {usd_display(value)} a {of} is over the budget of {usd_display(most)} by "
            f"{usd_display(value - most)}, with {count:,} node{'' if count == 1 else 's'}",
            float(most),
            float(value),
            f"USD/{of}",
        )
