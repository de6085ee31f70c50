"""What the container is told: image, arguments, port, requests."""

import math

from plimsoll.catalog.facts import InstanceType
from plimsoll.engines.images import engine_for
from plimsoll.models.architecture import Architecture
from plimsoll.plan.serving import Serving
from plimsoll.sizing.nodes import free_memory_gib
from plimsoll.sizing.work.setup import Way
from plimsoll.spec.workload import Workload

VLLM_PORT = 8000
BATCH_PORT = 8080

QUANTISATION = {"fp8": "fp8", "int8": None, "int4": None, "fp4": None}
"""vLLM's --quantization for weights quantised at load; None where the checkpoint itself says how."""


def serving_of(
    workload: Workload,
    architecture: Architecture | None,
    way: Way,
    instance: InstanceType,
    cold_start_s: float,
) -> Serving:
    """Describe the container of one replica. The measured image and command are the owner's own."""
    measured = workload.measured
    if measured is not None or architecture is None:
        return Serving(
            engine=None,
            engine_version=None,
            image=measured.image if measured else None,
            model=None,
            max_model_len_tok=None,
            max_num_seqs=None,
            gpu_memory_utilization=None,
            cpu_request=way.pod.cpu,
            memory_request_gib=way.pod.memory_gib,
            accelerators=way.pod.accelerators,
            cold_start_s=cold_start_s,
            port=measured.port if measured else BATCH_PORT,
            command=(measured.command or ()) if measured else (),
        )
    if architecture.task != "llm":
        return _task_serving(architecture, way, instance, cold_start_s)
    model = published_name(workload, architecture)
    return Serving(
        engine=workload.engine.name,
        engine_version=workload.engine.version,
        image=f"vllm/vllm-openai:v{_full_version(workload.engine.version)}" if model else None,
        model=model,
        max_model_len_tok=way.max_model_len_tok,
        max_num_seqs=way.max_num_seqs,
        gpu_memory_utilization=way.gpu_memory_utilization,
        cpu_request=way.pod.cpu,
        memory_request_gib=_host_memory_gib(way, instance),
        accelerators=way.pod.accelerators,
        cold_start_s=cold_start_s,
        port=VLLM_PORT,
        args=_vllm_args(model, architecture, way),
    )


def _host_memory_gib(way: Way, instance: InstanceType) -> float:
    """Nine tenths of a replica's share of its node: loading weights takes room, nothing else runs there."""
    replicas = max(instance.accelerators // max(way.accelerators, 1), 1)
    return max(way.pod.memory_gib, float(math.floor(0.9 * free_memory_gib(instance) / replicas)))


def _task_serving(
    architecture: Architecture, way: Way, instance: InstanceType, cold_start_s: float
) -> Serving:
    """The container of a model that is not a language model: its engine follows from the task."""
    choice = engine_for(architecture, instance.accelerator)
    return Serving(
        engine=choice.engine if choice else None,
        engine_version=choice.version if choice else None,
        image=choice.image if choice else None,
        model=architecture.name,
        max_model_len_tok=None,
        max_num_seqs=None,
        gpu_memory_utilization=None,
        cpu_request=way.pod.cpu,
        memory_request_gib=way.pod.memory_gib,
        accelerators=way.pod.accelerators,
        cold_start_s=cold_start_s,
        port=choice.port if choice else BATCH_PORT,
        args=choice.args if choice else (),
        env=choice.env if choice else {},
        health_path=choice.health_path if choice else "/health",
    )


def _full_version(version: str) -> str:
    """Three numbers, as vLLM tags its images."""
    return version if version.count(".") >= 2 else f"{version}.0"


def published_name(workload: Workload, architecture: Architecture) -> str | None:
    """What the engine can load: the spec's `weights`, else the catalogue's name; None if there is neither.

    A config.json or a parameter count says how a model is built, not where its weights are.
    """
    if workload.weights is not None:
        return workload.weights
    known = {name.lower() for name in (architecture.name, *architecture.aliases)}
    named = isinstance(workload.model, str) and workload.model.lower() in known
    return architecture.name if named else None


def _vllm_args(model: str | None, architecture: Architecture, way: Way) -> tuple[str, ...]:
    args = [
        *([f"--model={model}"] if model else []),
        f"--tensor-parallel-size={way.tensor_parallel}",
        f"--max-model-len={way.max_model_len_tok}",
        f"--max-num-seqs={way.max_num_seqs}",
        f"--gpu-memory-utilization={way.gpu_memory_utilization:g}",
    ]
    quantisation = QUANTISATION.get(way.precision or "")
    if quantisation and architecture.native_precision != way.precision:
        args.append(f"--quantization={quantisation}")
    if way.precision in {"bf16", "fp16"}:
        args.append(f"--dtype={'bfloat16' if way.precision == 'bf16' else 'float16'}")
    return tuple(args)
