"""Minute by minute: what a monitoring system would have recorded of a simulated fleet."""

from collections import Counter
from typing import Annotated

from plimsoll.ground.start_up import record
from plimsoll.simulation.answer.measure import percentile
from plimsoll.simulation.fleet.leases import ServingFleet
from plimsoll.simulation.kinds import Simulated
from plimsoll.simulation.servers.use import MINUTE_S
from plimsoll.sizing.traffic import QUANTILES


@record
class Minute:
    """One minute of a fleet, as Prometheus and DCGM would show it. Latencies are of what arrived in it."""

    minute: Annotated[int, "Minutes since the start."]
    requests: Annotated[int, "Requests that arrived."]
    latency_ms: Annotated[dict[str, float], "Latency of those that arrived, by key, milliseconds."]
    in_flight: Annotated[float, "Mean requests in flight, waiting ones included."]
    running: Annotated[float, "Mean requests that run, waiting ones not included."]
    replicas: Annotated[float, "Mean replicas that are ready."]
    rented: Annotated[float, "Mean replicas that are paid."]
    gpu_use: Annotated[float, "Share of the time of ready replicas in which they work, 0 to 1."]
    kv_use: Annotated[float | None, "Share of the KV cache that is taken, 0 to 1; null where there is none."]


def minutes_of(work: Simulated, fleet: ServingFleet) -> tuple[Minute, ...]:
    """Write the series of a fleet that has served its stream, one entry a minute from its start on."""
    count = int(fleet.ended // MINUTE_S) + 1
    lasts = [MINUTE_S] * (count - 1) + [fleet.ended % MINUTE_S or MINUTE_S]
    requests = Counter(int(time / MINUTE_S) for time in fleet.stream.times)
    arrived, in_flight = _arrived(work, fleet, count)
    ready, rented = _leased(fleet, count)
    busy, running, cached = (_summed(fleet, name, count) for name in ("busy_s", "running_s", "cached_tok_s"))
    series: list[Minute] = []
    for minute in range(count):
        here = ready[minute]
        kept = None if work.cache_tok is None else _share(cached[minute], here * work.cache_tok)
        series.append(
            Minute(
                minute=minute,
                requests=requests[minute],
                latency_ms=_latency_ms(arrived, minute),
                in_flight=in_flight[minute] / lasts[minute],
                running=running[minute] / lasts[minute],
                replicas=here / lasts[minute],
                rented=rented[minute] / lasts[minute],
                gpu_use=_share(busy[minute], here * work.slots),
                kv_use=kept,
            )
        )
    return tuple(series)


def _share(part: float, whole: float) -> float:
    return min(part / whole, 1.0) if whole > 0 else 0.0


def _arrived(
    work: Simulated, fleet: ServingFleet, count: int
) -> tuple[dict[str, list[list[float]]], list[float]]:
    """Sort latencies into the minutes of arrival, and spread the time in flight over the minutes."""
    stream, outcomes = fleet.stream, fleet.outcomes
    found = {metric: [list[float]() for _ in range(count)] for metric in work.metrics}
    in_flight = [0.0] * count
    for request, arrived in enumerate(stream.times):
        done = outcomes.done[request]
        if done < 0:
            continue
        _spread(in_flight, arrived, done)
        minute = int(arrived / MINUTE_S)
        for metric, series in found.items():
            value = _value(metric, fleet, request)
            if value is not None:
                series[minute].append(value)
    return found, in_flight


def _value(metric: str, fleet: ServingFleet, request: int) -> float | None:
    stream, outcomes = fleet.stream, fleet.outcomes
    if metric == "tpot":
        rest = stream.answers[request] - 1
        return (outcomes.done[request] - outcomes.first[request]) / rest if rest else None
    end = {"ttft": outcomes.first, "wait": outcomes.began}.get(metric, outcomes.done)
    return end[request] - stream.times[request]


def _latency_ms(arrived: dict[str, list[list[float]]], minute: int) -> dict[str, float]:
    found: dict[str, float] = {}
    for metric, series in arrived.items():
        ordered = sorted(series[minute])
        if ordered:
            found |= {f"{metric}_{name}_ms": percentile(ordered, q) * 1000 for name, q in QUANTILES.items()}
    return found


def _leased(fleet: ServingFleet, count: int) -> tuple[list[float], list[float]]:
    """Sum up the seconds that replicas are ready, and that they are paid, in each minute."""
    ready, rented = [0.0] * count, [0.0] * count
    for lease in fleet.leases:
        until = fleet.ended if lease.until is None else min(lease.until, fleet.ended)
        _spread(rented, lease.since, until)
        _spread(ready, lease.ready, until)
    return ready, rented


def _spread(series: list[float], since: float, until: float) -> None:
    minute = int(since / MINUTE_S)
    while since < until and minute < len(series):
        end = min((minute + 1) * MINUTE_S, until)
        series[minute] += end - since
        since, minute = end, minute + 1


def _summed(fleet: ServingFleet, name: str, count: int) -> list[float]:
    whole = [0.0] * count
    for use in fleet.uses:
        sums: dict[int, float] = getattr(use, name)
        for minute, seconds in sums.items():
            whole[min(minute, count - 1)] += seconds
    return whole
