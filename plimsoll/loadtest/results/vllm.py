"""`vllm bench serve --save-result` writes a JSON object for each run, and sglang a line of the same kind.

Source: vLLM main 2026-11 `vllm/benchmarks/serve.py`; sglang 0.5.23 `sglang/benchmark/serving.py`.
"""

from collections.abc import Iterator, Mapping

from plimsoll.ground.tree import Json
from plimsoll.loadtest.results.run import (
    PERCENT,
    AskedLoad,
    LoadRun,
    RequestCounts,
    ResultFile,
    rate_achieved,
)
from plimsoll.loadtest.results.values import Values, day_of_text

_PERCENTILES = "50,90,95,99"

_VLLM, _SGLANG = "vllm bench serve", "sglang bench_serving"
_NAMES = {
    _VLLM: {"ttft": "ttft", "tpot": "tpot", "e2el": "e2e"},
    _SGLANG: {"ttft": "ttft", "tpot": "tpot", "e2e_latency": "e2e"},
}
_ASKING = {
    _VLLM: f"rerun with --percentile-metrics ttft,tpot,itl,e2el --metric-percentiles {_PERCENTILES}",
    _SGLANG: "rerun with sglang 0.5.23 or later, which writes p50, p90, p95 and p99 of each",
}
_SAID = (
    "instance_type", "accelerator", "tensor_parallel", "precision", "engine", "engine_version", "replicas",
    "plan_sha256", "workload",
)  # fmt: skip
"""What `plimsoll loadtest` writes as `--metadata`, which becomes keys beside the numbers."""


def is_vllm(document: Json) -> bool:
    """Recognise a result of `vllm bench serve`; before vLLM 0.6.4 it had no burstiness yet."""
    return "request_throughput" in document and bool({"burstiness", "tokenizer_id"} & set(document))


def is_sglang(document: Json) -> bool:
    """Recognise a line of `sglang.bench_serving`."""
    return {"request_throughput", "random_range_ratio"} <= set(document)


def vllm_runs(document: Mapping[str, Json], file: ResultFile) -> Iterator[LoadRun]:
    """Read a result of `vllm bench serve`."""
    yield _run(Values(document, file.at, file.name), file, _VLLM)


def sglang_runs(document: Mapping[str, Json], file: ResultFile) -> Iterator[LoadRun]:
    """Read a line of `sglang.bench_serving`."""
    yield _run(Values(document, file.at, file.name), file, _SGLANG)


def _run(values: Values, file: ResultFile, tool: str) -> LoadRun:
    counts, load = _counts(values), _load(values)
    latencies = _latencies(values, _NAMES[tool])
    e2e = "e2el" if tool == _VLLM else "e2e_latency"
    reported = values.at("request_throughput").needed()
    said = {key: str(values.value[key]) for key in _SAID if values.value.get(key) is not None}
    model = values.at("model_id").text() or values.at("server_info", "model_path").text()
    tokenizer = values.at("tokenizer_id").text() or values.at("server_info", "tokenizer_path").text()
    server = None if tool == _VLLM or values.at("server_info").absent else "sglang"
    named = {"model": model, "tokenizer": tokenizer, "server": server}
    return LoadRun(
        file=file,
        tool=tool,
        day=day_of_text(values.at("date").text()),
        load=load,
        counts=counts,
        qps=rate_achieved(load, counts, values.at(f"mean_{e2e}_ms").number(), reported),
        latencies_ms=latencies,
        said=said | {key: name for key, name in named.items() if name is not None},
        asking=_ASKING[tool],
    )


def _load(values: Values) -> AskedLoad:
    """Read what was asked: `inf` and `trace` are no rate, and of a flood no latency says anything."""
    rate, at_once = values.at("request_rate"), values.at("max_concurrency").number()
    if rate.value in ("inf", float("inf"), "Infinity", "trace"):
        return AskedLoad(in_flight=at_once, flooded=True)
    return AskedLoad(asked_qps=rate.number(), in_flight=None if not rate.absent else at_once)


def _counts(values: Values) -> RequestCounts:
    completed = values.at("completed").number()
    cached = values.at("cache_report", "cache_hit_rate_pct").number()
    return RequestCounts(
        completed=completed,
        failed=_failed(values, completed),
        duration_s=values.at("duration").number(),
        input_tok=_each(values.at("total_input_tokens").number(), completed),
        output_tok=_each(values.at("total_output_tokens").number(), completed),
        cached=None if cached is None else cached / 100,
    )


def _failed(values: Values, completed: float | None) -> float:
    """Count failures: said, else what of the prompts did not complete."""
    said, prompts = values.at("failed").number(), values.at("num_prompts").number()
    if said is not None:
        return said
    return max(prompts - completed, 0.0) if prompts is not None and completed is not None else 0.0


def _each(total: float | None, completed: float | None) -> float | None:
    return total / completed if total is not None and completed else None


def _latencies(values: Values, names: Mapping[str, str]) -> dict[str, float]:
    found: dict[str, float] = {}
    for theirs, ours in names.items():
        for name in PERCENT:
            key = values.at(f"{name}_{theirs}_ms")
            if name == "p50" and key.absent:
                key = values.at(f"median_{theirs}_ms")
            if (value := key.number()) is not None:
                found[f"{ours}_{name}_ms"] = value
        if (mean := values.at(f"mean_{theirs}_ms").number()) is not None:
            found[f"{ours}_mean_ms"] = mean
    return found
