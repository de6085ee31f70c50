"""A knob turns one thing of a spec by a share: its peak, its tokens, a limit, how much of it may be spot."""

from collections.abc import Callable, Iterable, Iterator

from plimsoll.candidates.search import Search
from plimsoll.ground.start_up import record
from plimsoll.plan.outlook.load import at_peak_of, peak_of, rounded, with_tokens
from plimsoll.plan.outlook.setting import SpecSetting
from plimsoll.sizing.limits import LATENCIES

MOST_URGENT = ("tpot", "latency", "e2e", "ttft")
"""Latency limits in the order in which one is turned: what sets the speed of a token sets the machine."""


@record
class Knob:
    """What is turned, and the settings that turn it by a share of what it is; none where it cannot be."""

    title: str
    settings: Callable[[float], tuple[SpecSetting, ...]]


def knobs(search: Search) -> Iterator[Knob]:
    """Yield what can be turned of a spec: load, length of requests, a latency limit, the spot share."""
    load = search.workload.load
    peak = peak_of(load)
    yield Knob("peak load", lambda share: at_peak_of(load, float(rounded(peak * share))))
    if with_tokens(search, 1.0):
        yield Knob("tokens per request", lambda share: with_tokens(search, share))
    yield from _limit(search)
    yield from _spot(search)


def _limit(search: Search) -> Iterator[Knob]:
    limits = search.workload.sla.latency_limits()
    keys = most_urgent(limits)
    for key in keys[:1]:
        metric, statistic, _ = key.split("_")
        name = metric if metric == LATENCIES["latency"].code else metric.upper()
        yield Knob(f"{name} {statistic} limit", _limit_at(f"sla.{key}", limits[key]))


def most_urgent(keys: Iterable[str]) -> list[str]:
    """Order latency keys by what is turned first; waits in a queue are no latency of a machine."""
    known = (key for key in keys if key.partition("_")[0] in MOST_URGENT)
    return sorted(known, key=lambda key: MOST_URGENT.index(key.partition("_")[0]))


def _limit_at(path: str, limit_ms: float) -> Callable[[float], tuple[SpecSetting, ...]]:
    return lambda share: (SpecSetting(path, rounded(limit_ms * share)),)


def _spot(search: Search) -> Iterator[Knob]:
    """Turn the share of the peak replicas that may be spot, where some may."""
    capacity = search.workload.capacity
    base = capacity.on_demand_base
    if capacity.spot == "never" or not isinstance(base, float) or base >= 1:
        return

    def at(share: float) -> tuple[SpecSetting, ...]:
        left = float(rounded(max(1 - (1 - base) * share, 0.0)))
        return (SpecSetting("capacity.on_demand_base", left),) if left != base else ()

    yield Knob("spot share", at)
