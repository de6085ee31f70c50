"""An engine is the program that serves a model: its image, what it is told, and what it does untold.

All that is known of one engine stands in its own file, behind the protocol `ServingEngine`.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import field
from typing import Protocol

from plimsoll.catalog.facts import Accelerator
from plimsoll.ground.start_up import record
from plimsoll.models.architecture import Architecture

HEALTH_PATH = "/health"

BLOCK_TOK = 16
"""Tokens per cache block (vLLM `config/cache.py`, DEFAULT_BLOCK_SIZE)."""


@record
class EngineProfile:
    """One engine version does this on one accelerator when nobody sets a flag.

    `fraction`: share of device memory that the engine may use (`gpu_memory_utilization`).
    `batched_tok`: most tokens in one step, into which long prompts are cut. `sequences`: most requests in
    one step. `graph_bytes`: CUDA graphs that the engine counts inside its fraction. `block_tok`: tokens of
    one cache block.
    """

    fraction: float
    batched_tok: int
    sequences: int
    graph_bytes: int
    block_tok: int = BLOCK_TOK


@record
class EngineSettings:
    """Sizing tells an engine that generates: the longest request, requests at once, share of memory."""

    max_model_len_tok: int
    max_num_seqs: int
    gpu_memory_utilization: float


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
    """The container of one replica: its image and what it is told; `engine` is the name metrics go by."""

    engine: str | None
    version: str | None
    image: str | None
    model: str | None
    port: int
    command: tuple[str, ...] = ()
    args: tuple[str, ...] = ()
    env: Mapping[str, str] = field(default_factory=dict[str, str])
    health_path: str = HEALTH_PATH


@record
class Served:
    """An engine is asked to serve a model by the name it can be loaded by, on an accelerator or on CPUs.

    `settings`, the split and the precision are set for a model that generates; `version` is the spec's,
    empty for the engine's own.
    """

    architecture: Architecture
    model: str | None
    accelerator: str | None
    version: str = ""
    tensor_parallel: int = 1
    precision: str = ""
    settings: EngineSettings | None = None


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
    def precisions(self) -> Collection[str]:
        """The weight precisions that it can be started with; any other breaks the limit `precision`."""
        ...

    @property
    def metrics(self) -> LoadMetrics | None:
        """Where its load shows; None if it exports nothing."""
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
        """Start it; without an image where the model has no name to load it by."""
        ...


class GenerationEngine(ServingEngine, Protocol):
    """A serving engine that generates token by token, whose defaults decide what fits."""

    def profile(self, version: str, accelerator: Accelerator) -> EngineProfile:
        """Look up what a version does on an accelerator when nobody sets a flag."""
        ...

    def serve(self, served: Served) -> ContainerSpec:
        """Start it for a model that generates; without an image where the model has no name to load it by."""
        ...
