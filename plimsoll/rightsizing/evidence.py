"""Evidence puts each measured quantity beside the planned one, and says the query that asks for it."""

from collections.abc import Iterator, Mapping
from typing import Any

from plimsoll.ground.tree import step
from plimsoll.rightsizing.capacity import SpeedSeen
from plimsoll.rightsizing.document import MeasuredEvidence
from plimsoll.rightsizing.measured import MeasuredFleet, MeasuredLength, Points
from plimsoll.rightsizing.queries import GPU_BUSY, GPU_MEMORY, REPLICAS, queries_of
from plimsoll.telemetry.names import (
    ANSWER_LENGTH,
    CACHE_USE,
    E2E,
    PREFIX_HITS,
    PROMPT_LENGTH,
    REQUESTS,
    RUNNING,
    TPOT,
    TTFT,
)


def evidence_of(
    plan: Mapping[str, Any],
    workload: str,
    planned_qps: float | None,
    seen: MeasuredFleet,
    speed: SpeedSeen | None,
) -> Iterator[MeasuredEvidence]:
    """Yield what was measured; what was not is left out. `planned_qps` is the peak of servers."""
    asked = {query.name: query.promql for query in queries_of(workload)}
    load = step(plan, "workload", "load")
    yield _points("requests", "requests/s", planned_qps, seen.rate, asked[REQUESTS])
    for name, key, length in (
        (PROMPT_LENGTH, "input_tokens", seen.prompt),
        (ANSWER_LENGTH, "output_tokens", seen.answer),
    ):
        if length is not None:
            yield _length(key, step(load, key, "mean"), length, asked[name])
    if seen.shared_prefix is not None:
        planned = step(load, "shared_prefix_tokens")
        held = _rounded(seen.shared_prefix)
        yield MeasuredEvidence(
            "shared_prefix_tokens", "tokens", planned, held, None, None, asked[PREFIX_HITS]
        )
    for name, histogram in seen.latencies.items():
        planned = step(plan, "latency", f"{name}_p95_ms", "estimate")
        p50, p95 = histogram.quantile(0.5), histogram.quantile(0.95)
        yield MeasuredEvidence(name, "ms", planned, _ms(p50), _ms(p95), None, asked[_LATENCY[name]])
    for name, unit, line in (
        (REPLICAS, "replicas", seen.replicas),
        (RUNNING, "requests", seen.in_flight),
        (CACHE_USE, "share", seen.cache_use),
        (GPU_BUSY, "share", seen.gpu_busy),
        (GPU_MEMORY, "share", seen.gpu_memory),
    ):
        if line is not None:
            planned = step(plan, "chosen", "replicas", "peak") if name == REPLICAS else None
            yield _points(name, unit, planned, line, asked[name])
    if speed is not None:
        yield MeasuredEvidence(
            "speed", f"measured ÷ predicted, {speed.by}", 1.0, _rounded(speed.factor), None, None, None
        )


_LATENCY = {TTFT: TTFT, TPOT: TPOT, E2E: E2E}


def _points(name: str, unit: str, planned: Any, line: Points, query: str) -> MeasuredEvidence:  # noqa: ANN401 - foreign JSON
    known = float(planned) if isinstance(planned, int | float) else None
    return MeasuredEvidence(
        name, unit, known, _rounded(line.p50), _rounded(line.p95), _rounded(line.peak), query
    )


def _length(name: str, planned: Any, length: MeasuredLength, query: str) -> MeasuredEvidence:  # noqa: ANN401 - foreign JSON
    known = float(planned) if isinstance(planned, int | float) else None
    p95 = _rounded(length.p95) if length.p95 is not None else None
    return MeasuredEvidence(name, "tokens, mean and p95", known, _rounded(length.mean), p95, None, query)


def _ms(seconds: float | None) -> float | None:
    return None if seconds is None else _rounded(seconds * 1000)


def _rounded(value: float) -> float:
    return float(f"{value:.4g}")
