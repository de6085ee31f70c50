"""AIPerf writes `profile_export_aiperf.json`, one run a file, in the form that GenAI-Perf had.

Source: aiperf 0.13.0 `common/models/export_models.py`, `config/phases.py`.
"""

from collections.abc import Iterator, Mapping

from plimsoll.ground.tree import Json, is_list, is_object
from plimsoll.loadtest.results.run import (
    PERCENT,
    AskedLoad,
    LoadRun,
    RequestCounts,
    ResultFile,
    rate_achieved,
)
from plimsoll.loadtest.results.values import Values, day_of_text

_TOOL = "aiperf"
_MAJOR = "1"

_METRICS = {"time_to_first_token": "ttft", "inter_token_latency": "tpot", "request_latency": "e2e"}
_UNITS = {
    "ms": 1.0,
    "milliseconds": 1.0,
    "s": 1000.0,
    "sec": 1000.0,
    "seconds": 1000.0,
    "us": 0.001,
    "ns": 1e-6,
}


def is_aiperf(document: Json) -> bool:
    """Recognise an export of AIPerf, or of GenAI-Perf before it."""
    metric = document.get("request_throughput")
    return is_object(metric) and "avg" in metric


def aiperf_runs(document: Mapping[str, Json], file: ResultFile) -> Iterator[LoadRun]:
    """Read one export.

    Raises:
        SpecError: it is of another schema, or of a run that was cancelled.
    """
    values = Values(document, "", file.name)
    schema = values.at("schema_version")
    if not schema.absent and str(schema.value).partition(".")[0] != _MAJOR:
        what = f"an AIPerf export of schema {schema.value!s:.20}"
        raise schema.fail(what, f"read is {_MAJOR}.x", "rerun with aiperf 0.13")
    for key, whole in (("was_cancelled", False), ("is_complete", True)):
        if values.at(key).value is (not whole):
            raise values.at(key).fail(
                "the run was not finished", "what it holds is a part of it", "run it again"
            )
    yield _run(values, file)


def _run(values: Values, file: ResultFile) -> LoadRun:
    counts, latencies = _counts(values), _latencies(values)
    load = _load(values.at("input_config"))
    reported = values.at("request_throughput", "avg").needed()
    return LoadRun(
        file=file,
        tool=_TOOL,
        day=day_of_text(values.at("start_time").text()),
        load=load,
        counts=counts,
        qps=rate_achieved(load, counts, latencies.get("e2e_mean_ms"), reported),
        latencies_ms=latencies,
        said=_said(values.at("input_config")),
        asking="rerun aiperf with --streaming",
    )


def _load(config: Values) -> AskedLoad:
    """Read the profiling phase; before 0.13 it was `loadgen`."""
    phase = _phase(config)
    rate = phase.at("rate").number() or phase.at("request_rate").number()
    if rate is not None:
        return AskedLoad(asked_qps=rate)
    return AskedLoad(in_flight=phase.at("concurrency").number())


def _phase(config: Values) -> Values:
    phases = config.at("phases")
    if not is_list(phases.value):
        old = config.at("loadgen")
        return config.at("profiling") if old.absent else old
    listed = [Values(each, phases.path, config.file) for each in phases.value]
    named = [each for each in listed if each.at("name").text() != "warmup"]
    return named[-1] if named else Values(None, phases.path, config.file)


def _said(config: Values) -> dict[str, str]:
    for names in (config.at("endpoint", "model_names"), config.at("models", "items"), config.at("models")):
        first = names.value[0] if is_list(names.value) and names.value else names.value
        name = first.get("name") if is_object(first) else first
        if isinstance(name, str):
            return {"model": name}
    model = config.at("model").text()
    return {"model": model} if model else {}


def _counts(values: Values) -> RequestCounts:
    errors = values.at("error_request_count", "avg").number()
    listed = values.at("error_summary").value
    if errors is None and is_list(listed):
        errors = sum(
            Values(each, "error_summary", values.file).at("count").number() or 0.0 for each in listed
        )
    return RequestCounts(
        completed=values.at("request_count", "avg").number(),
        failed=errors or 0.0,
        duration_s=values.at("benchmark_duration", "avg").number(),
        input_tok=values.at("input_sequence_length", "avg").number(),
        output_tok=values.at("output_sequence_length", "avg").number(),
    )


def _latencies(values: Values) -> dict[str, float]:
    found: dict[str, float] = {}
    for theirs, ours in _METRICS.items():
        metric = values.at(theirs)
        unit = metric.at("unit").text() or "ms"
        if not metric.absent and unit not in _UNITS:
            raise metric.at("unit").fail(f"a time in {unit!r:.20}", f"known: {', '.join(_UNITS)}")
        for name in (*PERCENT, "avg"):
            if (value := metric.at(name).number()) is not None:
                found[f"{ours}_{'mean' if name == 'avg' else name}_ms"] = value * _UNITS[unit]
    return found
