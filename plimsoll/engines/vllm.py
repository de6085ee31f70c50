"""vLLM serves language models, and Whisper's transcription: its images, arguments, defaults and metrics."""

import re
from collections.abc import Iterator
from functools import lru_cache

from plimsoll.catalog.engine_facts import known, must_know
from plimsoll.catalog.facts import Accelerator
from plimsoll.engines.base import (
    ContainerSpec,
    EngineProfile,
    EngineSettings,
    GroupCommands,
    LoadMetrics,
    Served,
)
from plimsoll.engines.precision import PRECISIONS
from plimsoll.ground.problems import Problem, SpecError
from plimsoll.ground.units import GIB

IMAGE = "vllm/vllm-openai"
PORT = 8000

AT_LOAD = {"fp8": "fp8"}
"""vLLM's --quantization for weights quantised at load; the others are said by the checkpoint itself. Source:
vLLM docs/features/quantization/fp8.md, online dynamic quantisation."""

DTYPES = {"bf16": "bfloat16", "fp16": "float16"}
"""vLLM's --dtype for weights that are not quantised, and --kv-cache-dtype of a cache that is not."""

_RAY = "bash /vllm-workspace/examples/online_serving/multi-node-serving.sh"
"""vLLM's image carries this script for LeaderWorkerSet: it starts Ray and waits for the group."""

_VERSION = re.compile(r"v?(\d{1,4})\.(\d{1,4})(?:[.\w+-]*)")


@lru_cache(maxsize=64)
def release(version: str) -> tuple[int, int]:
    """Read the major and minor number of an engine version such as `0.22` or `v0.11.2`.

    Raises:
        SpecError: it is not a version number.
    """
    found = _VERSION.fullmatch(version.strip())
    if found is None:
        raise SpecError(
            Problem(
                what=f"{version[:64]!r} is not a version",
                fix='write it as "0.22", quoted',
                path="engine.version",
            )
        )
    return int(found[1]), int(found[2])


def fraction(version: str) -> float:
    """Share of device memory the engine may use, by version (`catalog/data/engines.csv`)."""
    return float(must_know("vllm", "fraction", release(version)))


@lru_cache(maxsize=256)
def profile(version: str, name: str, memory_bytes: int) -> EngineProfile:
    """Defaults of vLLM `serve` on an accelerator of a name and a memory (`catalog/data/engines.csv`)."""
    number, gib = release(version), memory_bytes / GIB
    return EngineProfile(
        fraction=fraction(version),
        batched_tok=int(must_know("vllm", "batched_tok", number, name, gib)),
        sequences=int(must_know("vllm", "sequences", number, name, gib)),
        graph_bytes=round(float(must_know("vllm", "graph_gib", number)) * GIB),
        reads_whole=must_know("vllm", "prompts", number, name) == "whole",
        quantising=must_know("vllm", "quantising", number),
        declared_cache=known("vllm", "declared_cache", number) or "",
    )


class Vllm:
    """The engine vLLM."""

    name = "vllm"
    title = "vLLM"
    precisions = PRECISIONS
    made_at_load = AT_LOAD
    metrics = LoadMetrics(
        in_flight="sum(vllm:num_requests_running{on} + vllm:num_requests_waiting{on})",
        per_second="sum(rate(vllm:request_success_total{on}[2m]))",
    )
    """The names are those of its V1 engine (vllm docs/design/metrics.md)."""
    group = GroupCommands(
        leader=f"{_RAY} leader --ray_cluster_size=$(LWS_GROUP_SIZE) && "
        "exec python3 -m vllm.entrypoints.openai.api_server",
        worker=f"{_RAY} worker --ray_address=$(LWS_LEADER_ADDRESS)",
    )

    def profile(self, version: str, accelerator: Accelerator) -> EngineProfile:
        """Look up what a version does on an accelerator when nobody sets a flag."""
        return profile(version, accelerator.name, accelerator.memory_bytes)

    def image_problem(self, accelerator: Accelerator, arch: str) -> str:
        """Compare the capability with what the image for arm64 is built for; that for x86_64 has them all."""
        lowest = float(must_know(self.name, "arm64_capability"))
        have = accelerator.compute_capability
        if arch != "arm64" or have is None or have >= lowest:
            return ""
        return (
            f"the image of {self.title} for arm64 needs compute capability {lowest:g}; "
            f"{accelerator.name} has {have:g}"
        )

    def serve(self, served: Served) -> ContainerSpec:
        """Start the server for what generates, transcripts too.

        There is no image where the model has no name to load it by.
        """
        return ContainerSpec(
            engine=self.name,
            version=served.version,
            image=f"{IMAGE}:v{_full(served.version)}" if served.model else None,
            model=served.model,
            port=PORT,
            args=_arguments(served),
        )


ENGINE = Vllm()


def _full(version: str) -> str:
    """Three numbers, as vLLM tags its images."""
    return version if version.count(".") >= 2 else f"{version}.0"


def _arguments(served: Served) -> tuple[str, ...]:
    split = f"--tensor-parallel-size={served.tensor_parallel}"
    stages = (f"--pipeline-parallel-size={served.pipeline_parallel}",) if served.pipeline_parallel > 1 else ()
    return (*_loading(served), split, *stages, *(_settings(served.settings) if served.settings else ()))


def _loading(served: Served) -> Iterator[str]:
    """Say what is loaded, and how where its own config does not: made at load, or cast."""
    if served.model:
        yield f"--model={served.model}"
    if served.quantise:
        yield f"--quantization={AT_LOAD[served.precision]}"
    if served.precision in DTYPES:
        yield f"--dtype={DTYPES[served.precision]}"


def _longest(tokens: int) -> tuple[str, ...]:
    return (f"--max-model-len={tokens}",) if tokens else ()


def _settings(told: EngineSettings) -> Iterator[str]:
    yield from _longest(told.max_model_len_tok)
    yield f"--max-num-seqs={told.max_num_seqs}"
    yield f"--max-num-batched-tokens={told.max_num_batched_tokens}"
    yield f"--gpu-memory-utilization={told.gpu_memory_utilization:g}"
    yield f"--kv-cache-dtype={DTYPES.get(told.kv_cache_dtype, told.kv_cache_dtype)}"
    if told.cut_prompts:
        yield "--enable-chunked-prefill"
    if told.adapters is not None:
        yield "--enable-lora"
        yield f"--max-loras={told.adapters.count}"
        yield f"--max-lora-rank={told.adapters.rank}"
