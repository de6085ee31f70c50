"""The engine of a spec: which one serves, at which version, and what it is told instead of its defaults."""

from typing import Annotated, Literal

from pydantic import Field

from plimsoll.spec import defaults
from plimsoll.spec.frozen import Frozen
from plimsoll.spec.values import SHARE, EngineName, Unit, Within

CacheType = Literal["auto", "bf16", "fp8"]

MemoryShare = Annotated[float, Within(0.05, 0.99), SHARE]
"""At most 0.99: an engine that asks for all of a card does not start, since its own CUDA context already
holds some of it (vLLM v0.22 v1/worker/utils.py, request_memory). Below 0.05 nothing serves."""

Sequences = Annotated[int, Within(1, 65_536)]
BatchedTokens = Annotated[int, Within(16, 1_048_576), Unit("tokens")]
"""At least one block of the cache."""


class Engine(Frozen):
    """The serving engine; its version decides defaults such as the memory fraction."""

    name: EngineName = Field(default=defaults.ENGINE, description="Serving engine.")
    version: Annotated[str, Field(max_length=32, pattern=r"^[0-9]+(\.[0-9]+){1,2}([-.+]?[a-z0-9]+)*$")] = (
        Field(
            default=defaults.ENGINE_VERSION,
            description="Engine version, quoted.",
            examples=[defaults.ENGINE_VERSION],
        )
    )
    run_by: Literal["ray_serve"] | None = Field(
        default=None,
        description="What runs the replicas in place of Deployments: ray_serve, a RayService for those who "
        "have KubeRay; its upgrades run two clusters, and the ceiling counts both.",
    )
    memory_share: MemoryShare | None = Field(
        default=None,
        description="Share of accelerator memory that the engine takes; default: the engine's own.",
        examples=[0.9],
    )
    kv_cache_dtype: CacheType = Field(
        default=defaults.KV_CACHE_DTYPE,
        description="Element type of the KV cache; auto is 16 bit, fp8 halves it.",
        examples=["fp8"],
    )
    max_num_seqs: Sequences | None = Field(
        default=None,
        description="Most requests that run at once; default: what the cache holds, up to the engine's own.",
        examples=[256],
    )
    max_num_batched_tokens: BatchedTokens | None = Field(
        default=None,
        description="Most tokens of one step, into which long prompts are cut; default: the engine's own.",
        examples=[8192],
    )


class Adapters(Frozen):
    """LoRA adapters that stay on the accelerator beside the weights."""

    count: Annotated[int, Within(1, 1024)] = Field(description="Adapters resident at once.", examples=[8])
    rank: Annotated[int, Within(1, 512)] = Field(
        description="The greatest rank of any of them.", examples=[16]
    )
