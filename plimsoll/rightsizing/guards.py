"""Guards say when nothing may be proposed, whatever was measured."""

from collections.abc import Iterator
from decimal import Decimal

from plimsoll.ground.units import figure
from plimsoll.rightsizing.measured import MeasuredFleet
from plimsoll.telemetry.names import E2E, TPOT, TTFT

LEAST_DAYS = 14
"""Two of every weekday."""

LEAST_COVERAGE_PCT = 95

LEAST_SHARE, LEAST_USD = Decimal("0.05"), Decimal(50)
"""A change that saves less than either is not worth a review."""

_LONG_DAYS, _WHOLE_PCT = 28, 99

METRICS = {"ttft": TTFT, "tpot": TPOT, "e2e": E2E}


def too_little(seen: MeasuredFleet) -> str:
    """Say why a window is too little to propose anything; empty where it is enough."""
    window = seen.window
    found: list[str] = []
    if window.days < LEAST_DAYS:
        found.append(
            f"the window has {window.days:g} days, and {LEAST_DAYS} are needed: two of every weekday"
        )
    if window.coverage_pct < LEAST_COVERAGE_PCT:
        found.append(
            f"{window.coverage_pct:g} % of its points are there, and {LEAST_COVERAGE_PCT} % are needed: "
            "what is missing may have been the peak"
        )
    if not found and seen.rate.most <= 0:
        found.append("no request came in the window")
    return "; ".join(found)


def unsafe_to_shrink(seen: MeasuredFleet, limits_s: dict[str, float]) -> str:
    """Say why a fleet may not become smaller now: a page that fires, or a limit that is broken already."""
    if seen.firing:
        return "an alert that pages was firing in the last day of the window: an incident is open"
    for key, limit in limits_s.items():
        metric, _, name = key.partition("_")
        histogram = seen.latencies.get(METRICS.get(metric, ""))
        if histogram is None:
            continue
        held = histogram.share_below(limit)
        measured = histogram.quantile(int(name[1:]) / 100)
        if measured is not None and measured > limit and held is not None:
            share, edge = held
            return (
                f"{metric.upper()} {name} is measured at {measured * 1000:,.0f} ms over the window, and the "
                f"limit is {limit * 1000:,.0f} ms ({share:.1%} of requests within {edge * 1000:,.0f} ms, the "
                "next edge of the histogram): the fleet breaks its SLA as it is"
            )
    return ""


def confidence(seen: MeasuredFleet, *, speed_known: bool, same_type: bool) -> tuple[str, tuple[str, ...]]:
    """Say how sure a proposal is, and what that rests on."""
    window = seen.window
    told = (
        f"{window.days:g} days, {window.coverage_pct:g} % of points",
        "speed measured on the setup that runs" if speed_known else "speed not measured: the model's",
        "the same instance type" if same_type else "another instance type, whose speed is the model's",
    )
    if not same_type or not speed_known or window.step_s > 600:
        return "low", told
    long = window.days >= _LONG_DAYS and window.coverage_pct >= _WHOLE_PCT
    return ("high" if long else "medium"), told


def risks(seen: MeasuredFleet, hit: float) -> Iterator[str]:
    """Yield what a person should look at before a change is taken; `hit` is the cache's share of the spec."""
    if hit:
        yield (
            f"servers do not see what load.cache answers: what arrives is their rate ÷ {1 - hit:.3g}, by the "
            f"hit rate of {hit:.1%} that the spec says; measure it again"
        )
    if seen.rate.most > 1.5 * seen.rate.peak:
        yield (
            f"one five-minute window had {figure(seen.rate.most)} requests/s, more than the peak of "
            f"{figure(seen.rate.peak)} that is sized for: say so in load.qps.peak if it has to be served"
        )
    if seen.window.step_s > 600:
        yield f"points lie {seen.window.step_s:,.0f} s apart: peaks between them were not seen"
    if seen.prompt is None or seen.answer is None:
        yield "lengths of prompts or answers were not measured: the planned ones stand"
    if seen.idle_share >= 0.25:
        yield f"{seen.idle_share:.0%} of hours had no request: scale.to_zero spares them, for cold starts"
