"""What replicas really carry: their measured time per output token beside the model's at the same batch."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from plimsoll.calibration.calibration import Calibration, MeasuredSetup, OwnFactor, OwnSpeed
from plimsoll.candidates.search import search
from plimsoll.catalog.facts import Catalog
from plimsoll.ground.start_up import record
from plimsoll.ground.tree import step
from plimsoll.rightsizing.measured import HOUR_S, MeasuredFleet
from plimsoll.rightsizing.queries import REPLICAS, SUM
from plimsoll.rightsizing.signals import Line, Signals
from plimsoll.sizing.replica import Replica
from plimsoll.spec.read import LoadedSpec, from_data
from plimsoll.spec.sections import without_defaults
from plimsoll.speed.facts import SpeedFacts
from plimsoll.telemetry.names import ITL, REQUESTS, RUNNING, TPOT, TTFT

LEAST_REQUESTS = 30
"""Requests of an hour from which its mean says something."""

LEAST_HOURS = 24
"""Hours from which a factor is taken for measured."""

CLOSE = 0.05
"""A factor within a twentieth of one is the model's own noise, and moves nothing."""


TOKENS_APART = "time between tokens"


@record
class SpeedSeen:
    """Measured ÷ predicted speed of one replica: the median hour, and what four of five hours lie within.

    `tails` says of a latency's 95th percentile how many times as long it is as the speed alone explains: the
    lengths that were measured follow no lognormal law.
    """

    factor: float
    low: float
    high: float
    hours: int
    tails: Mapping[str, float]
    replica_qps: float
    by: str


@record
class MeasuredHour:
    """One hour: requests per second of all and of one replica, and its measured ÷ predicted speed."""

    rate: float
    replica_qps: float
    factor: float


@record
class SpeedOfOurs:
    """The setup of a lock and its predicted replica at the measured lengths."""

    setup: MeasuredSetup
    replica: Replica
    answer_tok: float


def predicted(
    loaded: LoadedSpec, chosen: Mapping[str, Any], catalog: Catalog, speed: SpeedFacts
) -> SpeedOfOurs | None:
    """Find the replica that a lock chose, as the model has it under a load; None where the model has none."""
    kept = loaded.workload.model_dump(mode="json")
    load = kept["load"]
    data: dict[str, Any] = without_defaults({
        **kept, "sla": {}, "budget": None, "scale": {}, "region": chosen["region"], "regions": None,
        "capacity": {"allow": [chosen["instance_type"]]},
        "pin": {key: chosen[key] for key in ("instance_type", "tensor_parallel", "precision") if chosen[key]},
        "load": load,
    })  # fmt: skip
    spec = from_data(data, catalog, file="workload")
    tried = search(spec.workload, spec.architecture, spec.catalog, speed)
    asked = chosen["tensor_parallel"], chosen["precision"]
    setups = (each.setup for each in tried.candidates if each.instance.name == chosen["instance_type"])
    setup = next((each for each in setups if (each.tensor_parallel, each.precision) == asked), None)
    if (
        setup is None
        or setup.loaded is None
        or spec.architecture is None
        or tried.traffic.output_tok.mean <= 0
    ):
        return None
    engine = spec.workload.engine
    tested = MeasuredSetup(
        spec.architecture.name,
        setup.accelerator or "",
        engine.name,
        engine.version,
        setup.tensor_parallel or 1,
        setup.precision or "",
    )
    return SpeedOfOurs(tested, setup.loaded.replica, tried.traffic.output_tok.mean)


def speed_seen(ours: SpeedOfOurs, signals: Signals, seen: MeasuredFleet) -> SpeedSeen | None:
    """Hold measured hours against the model; None where too few say anything.

    By Little's law λ requests a second of n tokens at t seconds each keep λ·n·t sequences running; the model
    says what a token takes there, and the two times' ratio is the speed. Without times per token the rate at
    the measured number of running requests is held against the model's.
    """
    ways = (
        (TOKENS_APART, lambda: _by_tokens(ours, signals, seen, ITL)),
        ("time per output token", lambda: _by_tokens(ours, signals, seen, TPOT)),
        ("running requests", lambda: _by_running(ours, signals)),
    )
    tried = ((by, list(hours())) for by, hours in ways)
    by, hours = next(
        ((by, hours) for by, hours in tried if len(hours) >= LEAST_HOURS), ("", list[MeasuredHour]())
    )
    if not hours:
        return None
    ordered = sorted((each.factor, each.rate) for each in hours)
    factor = _weighted(ordered, 0.5)
    if not math.isfinite(factor) or not 0.05 <= factor <= 20:
        return None
    low, high = (_weighted(ordered, share) / factor for share in (0.1, 0.9))
    usual = _weighted(sorted((each.replica_qps, each.rate) for each in hours), 0.5)
    tails = {TTFT: 1.0, TPOT: 1.0}
    return SpeedSeen(factor, min(low, 1.0), max(high, 1.0), len(hours), tails, usual, by)


def _by_tokens(ours: SpeedOfOurs, signals: Signals, seen: MeasuredFleet, name: str) -> Iterator[MeasuredHour]:
    """Take the mean time of a token; that of requests counts short answers as much as long ones."""
    edges = signals.buckets.get(name)
    total, counted = signals.line(f"{name}{SUM}"), edges[max(edges)] if edges else {}
    answer = seen.answer.mean if seen.answer is not None else ours.answer_tok
    for moments, rate, replicas in _hours(signals, total, counted):
        requests = math.fsum(counted[at] for at in moments)
        token_s = math.fsum(total[at] for at in moments) / requests if requests > 0 else 0.0
        batch = rate * answer * token_s / replicas
        if batch > 0:
            (expected,) = ours.replica.latencies_s(min(batch, ours.replica.full_batch), ["tpot_p50"])
            yield MeasuredHour(rate, rate / replicas, expected / token_s)


def _by_running(ours: SpeedOfOurs, signals: Signals) -> Iterator[MeasuredHour]:
    running = signals.line(RUNNING)
    for moments, rate, replicas in _hours(signals, running, running):
        batch = math.fsum(running[at] for at in moments) / len(moments) / replicas
        if batch > 0:
            expected = ours.replica.qps_of(min(batch, ours.replica.full_batch))
            yield MeasuredHour(rate, rate / replicas, rate / replicas / expected)


def _hours(signals: Signals, one: Line, other: Line) -> Iterator[tuple[set[float], float, float]]:
    """Yield moments, mean rate and mean replicas of each hour that two lines know, with requests enough."""
    requests, counted = signals.line(REQUESTS), signals.line(REPLICAS)
    by_hour: dict[int, set[float]] = {}
    for moment in requests.keys() & one.keys() & other.keys() & counted.keys():
        by_hour.setdefault(int(moment // HOUR_S), set()).add(moment)
    for moments in (by_hour[hour] for hour in sorted(by_hour)):
        rate = math.fsum(requests[at] for at in moments) / len(moments)
        replicas = math.fsum(counted[at] for at in moments) / len(moments)
        if rate * HOUR_S >= LEAST_REQUESTS and replicas > 0:
            yield moments, rate, replicas


def _weighted(ordered: Sequence[tuple[float, float]], share: float) -> float:
    """The value below which a share of the weight lies; entries are value and weight."""
    left = share * math.fsum(weight for _, weight in ordered)
    for value, weight in ordered:
        left -= weight
        if left <= 0:
            return value
    return ordered[-1][0]


def calibrated(speed: SpeedFacts, ours: SpeedOfOurs, seen: SpeedSeen, day: str, file: str) -> SpeedFacts:
    """Move the estimates of a setup to the speed that was seen of it."""
    own = OwnSpeed(ours.setup, factors_of(seen), day, None, ("plimsoll rightsize",))
    return replace(speed, calibration=Calibration(file, "", (own,)))


def factors_of(seen: SpeedSeen) -> dict[str, OwnFactor]:
    """Write a speed as the factors of a calibration: rates times it, latencies divided by it."""
    low, high = min(seen.low, 0.9), max(seen.high, 1.1)
    of_latency = {f"{name}_p95_ms": tail / seen.factor for name, tail in seen.tails.items()}
    return {"qps": OwnFactor(seen.factor, low, high)} | {
        key: OwnFactor(factor, 1 / high, 1 / low) for key, factor in of_latency.items()
    }


def moves(seen: SpeedSeen | None) -> bool:
    """Say whether a speed that was seen is another than the model's, or a percentile much longer."""
    if seen is None:
        return False
    return abs(seen.factor - 1) > CLOSE or any(abs(tail - 1) > 2 * CLOSE for tail in seen.tails.values())


def model_of(workload: Mapping[str, Any]) -> str | None:
    """The name of the model of a workload; None of a shape or a measured service."""
    name = step(workload, "model")
    return name if isinstance(name, str) else None
