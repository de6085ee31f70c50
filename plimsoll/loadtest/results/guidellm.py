"""guidellm writes one report with a benchmark for each load of a sweep.

Its `time_per_output_token_ms` counts the first token in; ours is its `inter_token_latency_ms`. Source:
guidellm 0.8.1 `benchmark/schemas/{report,benchmark,metrics}.py`, `scheduler/strategies.py`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from plimsoll.ground.tree import Json, is_list
from plimsoll.loadtest.results.run import PERCENT, AskedLoad, LoadRun, RequestCounts, ResultFile
from plimsoll.loadtest.results.values import Values, day_of_epoch

_TOOL = "guidellm"
_VERSION = 2

_METRICS = {
    "time_to_first_token_ms": ("ttft", 1.0),
    "inter_token_latency_ms": ("tpot", 1.0),
    "request_latency": ("e2e", 1000.0),
}
"""Their names, ours, and what brings them to milliseconds."""


def is_guidellm(document: Json) -> bool:
    """Recognise a guidellm report, of any version."""
    return is_list(document.get("benchmarks")) and not {"scenario", "results"} <= set(document)


def guidellm_runs(document: Mapping[str, Json], file: ResultFile) -> Iterator[LoadRun]:
    """Read each benchmark of a report.

    Raises:
        SpecError: it is of another version, or holds no benchmark.
    """
    report = Values(document, "", file.name)
    version = report.at("metadata", "version")
    if version.value not in (_VERSION, None):
        why = f"this release reads version {_VERSION}, that of guidellm 0.8"
        raise version.fail(
            f"a guidellm report of version {version.value!s:.20}", why, "rerun with guidellm 0.8"
        )
    if not document["benchmarks"]:
        raise report.at("benchmarks").fail("no benchmark", "an interrupted run writes none", "run it again")
    for index, each in enumerate(document["benchmarks"]):
        at = f"benchmarks[{index}]"
        yield _run(Values(each, at, file.name), replace(file, at=at))


def _run(values: Values, file: ResultFile) -> LoadRun:
    metrics = values.at("metrics")
    if metrics.absent:
        raise metrics.fail("missing", "a benchmark without metrics says nothing")
    backend = values.at("config", "backend")
    model = backend.at("model").text() or backend.at("args", "model").text()
    return LoadRun(
        file=file,
        tool=_TOOL,
        day=day_of_epoch(
            values.at("scheduler_metrics", "start_time").number() or values.at("start_time").number()
        ),
        load=_load(values),
        counts=_counts(values, metrics),
        qps=_good(metrics.at("requests_per_second")).at("mean").needed(),
        latencies_ms=_latencies(metrics),
        said={"model": model} if model else {},
        asking="rerun with guidellm 0.8, streaming on",
    )


def _load(values: Values) -> AskedLoad:
    strategy = values.at("config", "strategy")
    kind, at_once = strategy.at("type_").text(), strategy.at("max_concurrency").number()
    if kind == "throughput":
        return AskedLoad(in_flight=at_once, flooded=True)
    if kind in ("concurrent", "synchronous"):
        return AskedLoad(in_flight=strategy.at("streams").number() or 1.0)
    return AskedLoad(asked_qps=strategy.at("rate").number())


def _good(metric: Values) -> Values:
    return metric.at("successful")


def _counts(values: Values, metrics: Values) -> RequestCounts:
    totals, times = metrics.at("request_totals"), values.at("scheduler_metrics")
    start = times.at("measure_start_time").number() or values.at("start_time").number()
    end = times.at("measure_end_time").number() or values.at("end_time").number()
    said = values.at("duration").number()
    return RequestCounts(
        completed=totals.at("successful").number(),
        failed=totals.at("errored").number() or 0.0,
        duration_s=said or (end - start if start is not None and end is not None else None),
        input_tok=_good(metrics.at("prompt_token_count")).at("mean").number(),
        output_tok=_good(metrics.at("output_token_count")).at("mean").number(),
    )


def _latencies(metrics: Values) -> dict[str, float]:
    found: dict[str, float] = {}
    for theirs, (ours, scale) in _METRICS.items():
        good = _good(metrics.at(theirs))
        statistics = {name: good.at("percentiles", name).number() for name in PERCENT}
        statistics["p50"] = statistics["p50"] if statistics["p50"] is not None else good.at("median").number()
        statistics["mean"] = good.at("mean").number()
        found |= {
            f"{ours}_{name}_ms": value * scale for name, value in statistics.items() if value is not None
        }
    return found | _after_the_first(found, metrics)


def _after_the_first(found: Mapping[str, float], metrics: Values) -> dict[str, float]:
    """Work TPOT out of its definition where the report has only guidellm's own, which counts the first."""
    tokens = _good(metrics.at("output_token_count")).at("mean").number()
    e2e, ttft = found.get("e2e_mean_ms"), found.get("ttft_mean_ms")
    if "tpot_mean_ms" in found or tokens is None or tokens <= 1 or e2e is None or ttft is None:
        return {}
    mean = max(e2e - ttft, 0.0) / (tokens - 1)
    return {"tpot_mean_ms": mean, "tpot_p50_ms": mean}
