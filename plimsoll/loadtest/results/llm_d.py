"""llm-d-benchmark converts the results of several tools to one YAML report, version 0.2.

Source: inference-perf 0.7.0, which writes it too: `reportgen/br/v0_2/schema_v0_2.py`.
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
from plimsoll.loadtest.results.values import Values, day_of_text

_TOOL = "llm-d-benchmark"
_VERSION = "0.2"
_METRICS = {"time_to_first_token": "ttft", "time_per_output_token": "tpot", "request_latency": "e2e"}
_TO_MS = {"ms": 1.0, "ms/token": 1.0, "s": 1000.0, "s/token": 1000.0}


def is_llm_d(document: Json) -> bool:
    """Recognise a report of any version."""
    return {"version", "run", "results"} <= set(document) and is_object(document["results"])


def llm_d_runs(document: Mapping[str, Json], file: ResultFile) -> Iterator[LoadRun]:
    """Read one report.

    Raises:
        SpecError: it is of another version.
    """
    values = Values(document, "", file.name)
    version = values.at("version")
    if not str(version.value).startswith(_VERSION):
        raise version.fail(f"a benchmark report of version {version.value!s:.20}", f"read is {_VERSION}")
    whole = values.at("results", "request_performance", "aggregate")
    load = values.at("scenario", "load", "standardized")
    latencies, counts = _latencies(whole.at("latency")), _counts(values, whole)
    asked, reported = _load(load), whole.at("throughput", "request_rate", "mean").needed()
    tool = load.at("tool").text()
    start = values.at("run", "time", "start")
    yield LoadRun(
        file=file,
        tool=f"{_TOOL} of {tool}" if tool else _TOOL,
        day=day_of_text(str(start.value)) if start.value is not None else None,
        load=asked,
        counts=counts,
        qps=rate_achieved(asked, counts, latencies.get("e2e_mean_ms"), reported),
        latencies_ms=latencies,
        said={},
        asking="convert it again from the tool's own result",
    )


def _load(load: Values) -> AskedLoad:
    rate = load.at("rate_qps").number()
    return (
        AskedLoad(asked_qps=rate)
        if rate is not None
        else AskedLoad(in_flight=load.at("concurrency").number())
    )


def _counts(values: Values, whole: Values) -> RequestCounts:
    requests = whole.at("requests")
    total, failed = requests.at("total").number(), requests.at("failures").number() or 0.0
    hits = values.at("results", "observability", "cache_hit_rate", "mean").number()
    rate = whole.at("throughput", "request_rate", "mean").number()
    completed = None if total is None else max(total - failed, 0.0)
    return RequestCounts(
        completed=completed,
        failed=failed,
        duration_s=completed / rate if completed and rate else None,
        input_tok=requests.at("input_length", "mean").number(),
        output_tok=requests.at("output_length", "mean").number(),
        cached=hits / 100 if hits is not None and hits > 1 else hits,
    )


def _latencies(latency: Values) -> dict[str, float]:
    found: dict[str, float] = {}
    for theirs, ours in _METRICS.items():
        metric = latency.at(theirs)
        units = metric.at("units").text() or "s"
        if not metric.absent and units not in _TO_MS:
            raise metric.at("units").fail(f"a time in {units!r:.20}", f"known: {', '.join(_TO_MS)}")
        for name in (*PERCENT, "mean"):
            if (value := metric.at(name).number()) is not None:
                found[f"{ours}_{name}_ms"] = value * _TO_MS[units]
    return found
