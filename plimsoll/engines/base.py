"""An engine is the program that serves a model: its image, what it is told, and what it does untold.

All that is known of one engine stands in its own file, behind the protocol `ServingEngine`.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import field, replace
from typing import Annotated, Protocol

from plimsoll.catalog.facts import Accelerator
from plimsoll.ground.start_up import record
from plimsoll.models.architecture import Architecture

HEALTH_PATH = "/health"

BLOCK_TOK = 16
"""Tokens per cache block (vLLM `config/cache.py`, DEFAULT_BLOCK_SIZE)."""


LONGEST_WHOLE_TOK = 32_768
"""An engine that reads prompts whole cuts them beyond this length (vLLM v0.6 `engine/arg_utils.py`: chunked
prefill goes on above a max_model_len of 32K)."""


@record
class EngineKeys:
    """The keys of a spec that stand for an engine's own defaults; None where it keeps its own."""

    memory_share: float | None = None
    kv_cache_dtype: str | None = None
    max_num_seqs: int | None = None
    max_num_batched_tokens: int | None = None


@record
class EngineProfile:
    """One engine version does this on one accelerator, by itself or as it is told.

    `fraction`: share of device memory that the engine may use (`gpu_memory_utilization`).
    `batched_tok`: most tokens in one step, into which long prompts are cut. `sequences`: most requests in
    one step. `graph_bytes`: CUDA graphs that the engine counts inside its fraction. `block_tok`: tokens of
    one cache block. `kv_cache_dtype`: element type of the cache. `reads_whole`: prompts are not cut by
    default. `quantising` says how weights are made 8 bit at load: `layer` by layer, `whole` at their own
    precision first, or `both` held together. `declared_cache`: element types that a checkpoint may declare
    for the cache and `auto` takes, separated by blanks. `told` are the keys that the spec sets.
    """

    fraction: float
    batched_tok: int
    sequences: int
    graph_bytes: int
    block_tok: int = BLOCK_TOK
    kv_cache_dtype: str = "auto"
    reads_whole: bool = False
    quantising: str = "layer"
    declared_cache: str = ""
    told: EngineKeys = EngineKeys()

    def telling(self, keys: EngineKeys) -> "EngineProfile":
        """Do what the spec says where it says something."""
        if keys == self.told:
            return self
        return replace(
            self,
            fraction=self.fraction if keys.memory_share is None else keys.memory_share,
            batched_tok=keys.max_num_batched_tokens or self.batched_tok,
            sequences=keys.max_num_seqs or self.sequences,
            kv_cache_dtype=keys.kv_cache_dtype or self.kv_cache_dtype,
            told=keys,
        )

    def for_longest(self, tokens: int) -> "EngineProfile":
        """Take requests of at most `tokens`: a step holds a whole one where prompts are not cut."""
        whole = self.reads_whole and self.told.max_num_batched_tokens is None
        if not whole or not self.batched_tok < tokens <= LONGEST_WHOLE_TOK:
            return self
        return replace(self, batched_tok=tokens)


@record
class AdapterSlots:
    """LoRA adapters stay resident beside the weights: so many, each of at most this rank."""

    count: Annotated[int, "Adapters resident at once."]
    rank: Annotated[int, "The greatest rank of any of them."]


@record
class EngineSettings:
    """Sizing tells an engine that generates what its memory and its speed were sized for.

    `cut_prompts` switches on what an engine that reads prompts whole would not do by itself.
    """

    max_model_len_tok: int
    max_num_seqs: int
    gpu_memory_utilization: float
    max_num_batched_tokens: int
    kv_cache_dtype: str = "auto"
    adapters: AdapterSlots | None = None
    cut_prompts: bool = False


@record
class LoadMetrics:
    """PromQL of an engine's load over all replicas: each begins with `sum(`, `{on}` becomes its selector."""

    in_flight: str
    per_second: str


@record
class GroupCommands:
    """The shell commands of a replica over nodes: `leader` ends where the engine's own arguments begin."""

    leader: str
    worker: str

    def of_leader(self, arguments: Sequence[str]) -> str:
        """Start the engine beside the group's coordinator."""
        return " ".join([self.leader, *arguments])


@record
class ContainerSpec:
    """The container of one replica: its image and what it is told; `engine` is the name metrics go by.

    `port` is None where nothing listens; `grace_s` is the time it needs to end, None where any will do.
    """

    engine: Annotated[str | None, "Name that metrics go by."]
    version: Annotated[str | None, "Version of the engine."]
    image: Annotated[str | None, "Container image; null where nobody named one."]
    model: Annotated[str | None, "What it loads; null where it loads nothing by name."]
    port: Annotated[int | None, "Port that it answers on; null where nothing listens."]
    command: Annotated[tuple[str, ...], "Container command; empty for the image's own."] = ()
    args: Annotated[tuple[str, ...], "Container arguments."] = ()
    env: Annotated[Mapping[str, str], "Environment of the container."] = field(default_factory=dict[str, str])
    health_path: Annotated[str, "Path that answers once it is ready."] = HEALTH_PATH
    grace_s: Annotated[int | None, "Seconds that it needs to end; null where any will do."] = None


@record
class Served:
    """An engine is asked to serve a model by the name it can be loaded by, on an accelerator or on CPUs.

    `quantise` says that it makes the precision of plain weights at load. `settings` and the split are set for
    a model that generates; `max_tokens` is the longest request, 0 where that has no meaning; `version` is the
    spec's, empty for the engine's own.
    """

    architecture: Architecture
    model: str | None
    accelerator: str | None
    version: str = ""
    tensor_parallel: int = 1
    precision: str = ""
    quantise: bool = False
    max_tokens: int = 0
    settings: EngineSettings | None = None
    pipeline_parallel: int = 1


class ServingEngine(Protocol):
    """One serving engine."""

    @property
    def name(self) -> str:
        """The name that documents, metrics and fitted constants call it by."""
        ...

    @property
    def title(self) -> str:
        """The name that its makers write, for sentences."""
        ...

    @property
    def metrics(self) -> LoadMetrics | None:
        """Where its load shows; None if it exports nothing."""
        ...

    @property
    def precisions(self) -> Collection[str]:
        """The weight precisions that it can be started with; any other breaks the limit `precision`."""
        ...

    @property
    def made_at_load(self) -> Mapping[str, str]:
        """The precisions that it makes of plain weights when it loads them, with its own names of them."""
        ...

    @property
    def group(self) -> GroupCommands | None:
        """Its commands for one replica over several nodes; None if it is not known to run so."""
        ...

    def image_problem(self, accelerator: Accelerator, arch: str) -> str:
        """Say why there is no image for an accelerator beside such a processor; empty if there is one."""
        ...


class RequestEngine(ServingEngine, Protocol):
    """A serving engine that answers whole requests, at a version of ours."""

    @property
    def version(self) -> str:
        """The version that it is started at."""
        ...

    def container(self, served: Served) -> ContainerSpec:
        """Start it; without an image where the model has no name to load it by, or nobody publishes one."""
        ...


class GenerationEngine(ServingEngine, Protocol):
    """A serving engine that generates token by token, whose defaults decide what fits."""

    def profile(self, version: str, accelerator: Accelerator) -> EngineProfile:
        """Look up what a version does on an accelerator when nobody sets a flag."""
        ...

    def serve(self, served: Served) -> ContainerSpec:
        """Start it for a model that generates; without an image where the model has no name to load it by."""
        ...
