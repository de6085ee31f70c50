"""How each serving engine is told what the plan decided: arguments, health path, what to scale on."""

from collections.abc import Callable
from dataclasses import dataclass

from plimsoll.errors import Problem, SpecError
from plimsoll.plan import Chosen, Serving


@dataclass(frozen=True, slots=True)
class EngineKind:
    """One engine. `in_flight` is PromQL for its requests in flight; `{on}` becomes the selector."""

    arguments: Callable[[Serving, Chosen], list[str]]
    in_flight: str


def _vllm_precision(precision: str | None) -> list[str]:
    """FP8 is applied on loading. For integer and FP4 weights vLLM reads the scheme from the checkpoint."""
    flags = {"bf16": "--dtype=bfloat16", "fp16": "--dtype=float16", "fp8": "--quantization=fp8"}
    return [flags[precision]] if precision in flags else []


def _vllm(serving: Serving, chosen: Chosen) -> list[str]:
    optional = {
        "--tensor-parallel-size": chosen.tensor_parallel,
        "--max-model-len": serving.max_model_len_tok,
        "--max-num-seqs": serving.max_num_seqs,
        "--gpu-memory-utilization": serving.gpu_memory_utilization,
    }
    sized = [f"{flag}={value}" for flag, value in optional.items() if value is not None]
    head = [f"--model={serving.model}", f"--served-model-name={serving.model}", f"--port={serving.port}"]
    return head + sized + _vllm_precision(chosen.precision)


def _tei(serving: Serving, chosen: Chosen) -> list[str]:
    dtype = "float32" if chosen.precision == "fp32" else "float16"
    return [f"--model-id={serving.model}", f"--port={serving.port}", f"--dtype={dtype}"]


def _as_given(serving: Serving, _chosen: Chosen) -> list[str]:
    return list(serving.args)


# Requests in flight by Little's law where an engine exports none: the rate of seconds spent in requests.
ENGINES = {
    "vllm": EngineKind(_vllm, "sum(vllm:num_requests_running{{{on}}} + vllm:num_requests_waiting{{{on}}})"),
    "tei": EngineKind(_tei, "sum(rate(te_request_duration_sum{{{on}}}[2m]))"),
    "triton": EngineKind(_as_given, "sum(rate(nv_inference_request_duration_us{{{on}}}[2m])) / 1e6"),
}
"""vLLM's names are those of its V1 engine (vllm docs/design/metrics.md)."""

MEASURED = EngineKind(_as_given, "sum(requests_in_flight{{{on}}})")
"""A measured service exports the gauge `requests_in_flight`; anything else needs `metricQueries`."""


def engine_of(serving: Serving) -> EngineKind:
    """The engine of a plan; a measured service has none and runs the command of its spec."""
    return ENGINES.get(serving.engine or "", MEASURED)


def container_arguments(workload: str, serving: Serving, chosen: Chosen) -> list[str]:
    """The container's arguments.

    Raises:
        SpecError: The engine needs weights by name and the spec gave only a shape.
    """
    if serving.args:
        return list(serving.args)
    if serving.engine in ("vllm", "tei") and not serving.model:
        raise SpecError(
            Problem(
                what="there are no weights to serve",
                why="the model is given by its shape alone, which can be sized but not deployed",
                fix="name the model as its hub repository or a path, and keep the shape as a config.json",
                path=f"{workload}.model",
            )
        )
    return engine_of(serving).arguments(serving, chosen)


def container_image(workload: str, serving: Serving) -> str:
    """The container's image.

    Raises:
        SpecError: Neither the plan nor the spec names one.
    """
    if serving.image:
        return serving.image
    raise SpecError(
        Problem(
            what="there is no image to deploy",
            why="a measured service can be sized without one, but not built",
            fix="set measured.image to the image that was measured",
            path=f"{workload}.measured.image",
        )
    )
