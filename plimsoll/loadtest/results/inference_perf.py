"""inference-perf writes one file for each stage of a load; its times are seconds.

Source: inference-perf 0.7.0 `reportgen/base.py`.
"""

from collections.abc import Iterator, Mapping

from plimsoll.ground.tree import Json, is_object
from plimsoll.loadtest.results.run import (
    PERCENT,
    AskedLoad,
    LoadRun,
    RequestCounts,
    ResultFile,
    rate_achieved,
)
from plimsoll.loadtest.results.values import Values

_TOOL = "inference-perf"
_MS = 1000.0

_METRICS = {"time_to_first_token": "ttft", "time_per_output_token": "tpot", "request_latency": "e2e"}


def is_inference_perf(document: Json) -> bool:
    """Recognise the lifecycle metrics of a stage, or of all stages together."""
    return is_object(document.get("load_summary")) and is_object(document.get("successes"))


def inference_perf_runs(document: Mapping[str, Json], file: ResultFile) -> Iterator[LoadRun]:
    """Read one stage."""
    values = Values(document, "", file.name)
    good, load = values.at("successes"), values.at("load_summary")
    counts, latencies = _counts(values), _latencies(good.at("latency"))
    asked, reported = _load(load), good.at("throughput", "requests_per_sec").needed()
    achieved = rate_achieved(asked, counts, latencies.get("e2e_mean_ms"), reported)
    sent = load.at("achieved_rate").number()
    yield LoadRun(
        file=file,
        tool=_TOOL,
        day=None,
        load=asked,
        counts=counts,
        qps=min(achieved, sent) if sent else achieved,
        latencies_ms=latencies,
        said={},
        asking="rerun with api.streaming: true and report.request_lifecycle.percentiles: [50, 90, 95, 99]",
    )


def _load(load: Values) -> AskedLoad:
    at_once = load.at("concurrency").number()
    return (
        AskedLoad(in_flight=at_once) if at_once else AskedLoad(asked_qps=load.at("requested_rate").number())
    )


def _counts(values: Values) -> RequestCounts:
    good, prompts = values.at("successes"), values.at("successes", "prompt_tokens")
    whole, cached = prompts.at("total").number(), prompts.at("cached").number()
    return RequestCounts(
        completed=good.at("count").number(),
        failed=values.at("failures", "count").number() or 0.0,
        duration_s=_duration_s(values),
        input_tok=prompts.at("mean").number() or good.at("prompt_len", "mean").number(),
        output_tok=good.at("output_tokens", "mean").number() or good.at("output_len", "mean").number(),
        cached=cached / whole if cached is not None and whole else None,
    )


def _duration_s(values: Values) -> float | None:
    said = values.at("benchmark_time_seconds").number() or values.at("load_summary", "send_duration").number()
    if said is not None:
        return said
    count = values.at("successes", "count").number()
    rate = values.at("successes", "throughput", "requests_per_sec").number()
    return count / rate if count and rate else None


def _latencies(latency: Values) -> dict[str, float]:
    found: dict[str, float] = {}
    for theirs, ours in _METRICS.items():
        metric = latency.at(theirs)
        for name in (*PERCENT, "mean"):
            value = metric.at("median" if name == "p50" else name).number()
            if value is not None:
                found[f"{ours}_{name}_ms"] = value * _MS
    return found
