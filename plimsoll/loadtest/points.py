"""A run as rows of a points file: what the speed model is scored on, and what may be contributed to it."""

from collections.abc import Iterator, Mapping

from plimsoll.loadtest.prediction import Driven
from plimsoll.loadtest.results.run import LoadRun
from plimsoll.spec.read import LoadedSpec
from plimsoll.speed.accuracy.score import OWN

_COLUMNS = (
    "id,task,model,params_b,active_params_b,weight_precision,kv_precision,gpu,gpus,tp,pp,isl,osl,"
    "concurrency_or_batch,scenario,metric,value,slo,engine,engine_version,source,source_date,notes,"
    "source_family,model_group,tier,flags,roofline_frac,gpu_catalog"
)
COLUMNS = _COLUMNS.split(",")
"""The columns of the points files that `plimsoll accuracy --points` scores, in their order."""

_MEDIANS = (("tpot_p50_ms", "tpot_ms"), ("ttft_p50_ms", "ttft_ms"))
_BILLION = 1e9


def points_of(spec: LoadedSpec, tested: Driven, run: LoadRun) -> Iterator[Mapping[str, str]]:
    """Yield a row for each metric that the points files have of language models: TPOT, TTFT, output rate."""
    architecture, counts = spec.architecture, run.counts
    if architecture is None or not architecture.generates:
        return
    shared = _shared(spec, tested, run)
    values = {metric: run.latencies_ms[key] for key, metric in _MEDIANS if key in run.latencies_ms}
    if run.load.flooded:
        values = {}
    if counts.output_tok:
        values["output_tok_s"] = run.qps * counts.output_tok
    for metric, value in values.items():
        row = shared | {"metric": metric, "value": f"{value:.6g}"}
        place = "".join(each for each in run.file.at if each.isdecimal())
        row["id"] = "-".join(part for part in ("own", run.file.sha256[:10], place, metric) if part)
        yield {column: row.get(column, "") for column in COLUMNS}


def _shared(spec: LoadedSpec, tested: Driven, run: LoadRun) -> dict[str, str]:
    architecture, setup, counts = spec.architecture, tested.setup, run.counts
    if architecture is None:
        return {}
    return {
        "task": "llm_generate",
        "model": setup.model,
        "params_b": f"{architecture.params / _BILLION:.5g}",
        "active_params_b": f"{architecture.active_params / _BILLION:.5g}",
        "weight_precision": setup.precision,
        "gpu": setup.accelerator,
        "gpus": str(setup.tensor_parallel),
        "tp": str(setup.tensor_parallel),
        "pp": "1",
        "isl": _count(counts.input_tok),
        "osl": _count(counts.output_tok),
        "concurrency_or_batch": _in_flight(run),
        "scenario": "server",
        "engine": setup.engine,
        "engine_version": setup.engine_version,
        "source": f"{run.file.title}, sha256 {run.file.sha256}",
        "source_date": run.day or "",
        "notes": f"{run.tool}, {run.load.title}, {run.qps:.4g} req/s achieved",
        "source_family": OWN,
        "model_group": setup.model,
        **_grade(spec),
    }


def _grade(spec: LoadedSpec) -> dict[str, str]:
    """Grade a run that was accepted: clean, unless prompts share what a row of these columns cannot say."""
    if spec.workload.load.shared_prefix_tokens:
        return {"tier": "B", "flags": "shared_prefix"}
    return {"tier": "A"}


def _count(tokens: float | None) -> str:
    return "" if tokens is None else f"{tokens:.0f}"


def _in_flight(run: LoadRun) -> str:
    """Say how many requests were in flight: as asked, else by Little's law over the mean latency."""
    mean = run.latencies_ms.get("e2e_mean_ms")
    if run.load.in_flight is not None:
        return f"{run.load.in_flight:g}"
    return "" if mean is None or run.load.flooded else f"{run.qps * mean / 1000:.4g}"
