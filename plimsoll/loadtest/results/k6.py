"""k6 writes a summary in two forms: the old one, of `--summary-export` and `handleSummary`, and the new one.

The new one is that of `--new-machine-readable-summary`, version 1.0.0 of grafana/k6-summary. Neither says
what was asked; a run that could not send all has `dropped_iterations`.
"""

from collections.abc import Iterator, Mapping

from plimsoll.ground.tree import Json, is_list, is_object
from plimsoll.loadtest.results.run import PERCENT, AskedLoad, LoadRun, RequestCounts, ResultFile
from plimsoll.loadtest.results.values import Values, day_of_text

_TOOL = "k6"
_NAMES = {"p50": "med", "p90": "p(90)", "p95": "p(95)", "p99": "p(99)"}
_MAJOR = "1"


def is_k6(document: Json) -> bool:
    """Recognise a summary of either form."""
    metrics = document.get("metrics")
    return (is_object(metrics) and "http_reqs" in metrics) or is_list(_listed(document))


def _listed(document: Json) -> Json:
    results = document.get("results")
    return results.get("metrics") if is_object(results) else None


def k6_runs(document: Mapping[str, Json], file: ResultFile) -> Iterator[LoadRun]:
    """Read one summary.

    Raises:
        SpecError: it is of another version.
    """
    values = Values(document, "", file.name)
    version = values.at("version")
    listed = _listed(document)
    if is_list(listed) and str(version.value).partition(".")[0] != _MAJOR:
        raise version.fail(f"a k6 summary of version {version.value!s:.20}", f"read is {_MAJOR}.x")
    metrics = _metrics(document, listed, file.name)
    rate = metrics.at("http_reqs", "rate").needed()
    counts = _counts(values, metrics, rate)
    yield LoadRun(
        file=file,
        tool=_TOOL,
        day=day_of_text(values.at("metadata", "generatedAt").text()),
        load=AskedLoad(),
        counts=counts,
        qps=rate * (1 - counts.failed_share),
        latencies_ms=_latencies(metrics.at("http_req_duration")),
        said={},
        asking="rerun with summaryTrendStats: ['avg', 'med', 'p(90)', 'p(95)', 'p(99)']",
    )


def _metrics(document: Mapping[str, Json], listed: Json, file: str) -> Values:
    """Bring both forms to one: values by the name of their metric."""
    if is_list(listed):
        named = {each.get("name"): each.get("values") for each in listed if is_object(each)}
        return Values(named, "results.metrics", file)
    plain = {name: each.get("values", each) for name, each in document["metrics"].items() if is_object(each)}
    return Values(plain, "metrics", file)


def _counts(values: Values, metrics: Values, rate: float) -> RequestCounts:
    sent = metrics.at("http_reqs", "count").needed()
    failing = metrics.at("http_req_failed")
    share = failing.at("rate").number()
    share = failing.at("value").number() if share is None else share
    failed = sent * min(share or 0.0, 1.0)
    run_ms = values.at("state", "testRunDurationMs").number()
    lasted = values.at("config", "duration").number() or (run_ms / 1000 if run_ms else None)
    return RequestCounts(
        completed=sent - failed,
        failed=failed,
        not_sent=metrics.at("dropped_iterations", "count").number() or 0.0,
        duration_s=lasted or (sent / rate if rate else None),
    )


def _latencies(trend: Values) -> dict[str, float]:
    named = {name: trend.at(_NAMES[name]).number() for name in PERCENT}
    named["p50"] = named["p50"] if named["p50"] is not None else trend.at("p(50)").number()
    named["mean"] = trend.at("avg").number()
    return {f"e2e_{name}_ms": value for name, value in named.items() if value is not None}
