"""A pace is how fast a run goes on so many nodes of one type; a way lists the paces of one setup."""

from collections.abc import Iterator, Sequence
from typing import Annotated, Protocol

from plimsoll.catalog.facts import InstanceType
from plimsoll.engines.base import ContainerSpec
from plimsoll.ground.assumption import Assumption
from plimsoll.ground.start_up import record
from plimsoll.sizing.limits import Reason
from plimsoll.sizing.runs.checkpoint import RunCheckpoint
from plimsoll.sizing.runs.limits import RunLimits
from plimsoll.spec.runs.asked import RunAsked


@record
class Layout:
    """How a step is split over the accelerators, and what each computes again."""

    data_parallel: Annotated[int, "Copies of the model, or shards of its states."]
    tensor_parallel: Annotated[int, "Shards of each layer."]
    pipeline_parallel: Annotated[int, "Stages of layers."]
    zero: Annotated[int, "ZeRO stage: 0 shards nothing, 3 weights, gradients and optimizer."]
    micro_batch_samples: Annotated[int, "Sequences that one rank computes at once."]
    accumulation: Annotated[int, "Micro-batches of a step on each rank."]
    recompute: Annotated[str, "none, or full: only the inputs of layers are kept."]


@record
class StepMemoryGib:
    """Memory of a training step on one accelerator, GiB."""

    weights: Annotated[float, "Weights, gathered layers included, GiB."]
    gradients: Annotated[float, "Gradients, GiB."]
    optimizer: Annotated[float, "States of the optimizer, GiB."]
    activations: Annotated[float, "What the forward pass keeps, GiB."]
    logits: Annotated[float, "Scores of the vocabulary, GiB."]
    overhead: Annotated[float, "CUDA context, collectives, buckets, GiB."]
    usable: Annotated[float, "What a step may take of the device, GiB."]
    kv_cache: Annotated[float | None, "Always null: training has no cache."] = None


@record
class Pace:
    """A run on so many nodes: hours of pure compute with an interval, and what it takes to save and feed it.

    `checkpoint_bytes` is what a save writes. A batch is cut into `shards` of `shard_requests`, `shard_s`
    seconds each, and a worker keeps `in_flight` at its engine. `tensor_parallel` is how an engine is split
    that has no `layout`, `weights` what it loads. `reasons` are the limits that it breaks at this size.
    """

    nodes: int
    accelerators: int
    compute_h: float
    low_h: float
    high_h: float
    checkpoint_bytes: float
    tokens_per_s: float | None = None
    mfu: float | None = None
    layout: Layout | None = None
    memory: StepMemoryGib | None = None
    tensor_parallel: int | None = None
    shards: int | None = None
    shard_s: float | None = None
    shard_requests: int | None = None
    in_flight: int | None = None
    weights: str | None = None
    reasons: tuple[Reason, ...] = ()

    @property
    def split(self) -> int | None:
        """The shards of each layer; None where it has no meaning."""
        return self.layout.tensor_parallel if self.layout is not None else self.tensor_parallel


class RunWay(Protocol):
    """One setup on one instance type, whatever the number of nodes."""

    @property
    def instance(self) -> InstanceType:
        """The instance type."""
        ...

    @property
    def precision(self) -> str | None:
        """The precision of the computation; None where it has no meaning."""
        ...

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """What it breaks on any number of nodes."""
        ...

    @property
    def least_nodes(self) -> int:
        """The fewest nodes that hold it."""
        ...

    @property
    def most_nodes(self) -> int:
        """The most nodes that still make it faster."""
        ...

    def pace(self, nodes: int) -> Pace | None:
        """Work out the pace on so many nodes; None where nothing can be said of it."""
        ...


@record
class RunStorage:
    """What a run leaves behind: the priced item of the catalogue, in words, and its GB-months.

    `waiting_gb_months` is what it takes where nothing bounds how long the run waits in a queue; None where
    waiting takes none.
    """

    item: str
    what: str
    gb_months: float
    waiting_gb_months: float | None = None


@record
class Totals:
    """What a run does in all, whoever does it; None where it has no meaning."""

    tokens: int | None = None
    steps: int | None = None
    requests: int | None = None
    shards: int | None = None
    input_tokens: int | None = None
    output_tokens: int | None = None
    trainable_params: int | None = None
    sequence_tokens: int | None = None
    all_params: int | None = None


class RunWork(Protocol):
    """All that candidates, money and a plan need to know of the kind of run that a spec asks for."""

    @property
    def model(self) -> str:
        """The model in words, or what stands for it."""
        ...

    @property
    def own_image(self) -> bool:
        """Whether the owner measured it, and brings the image."""
        ...

    @property
    def totals(self) -> Totals:
        """What the run does in all."""
        ...

    @property
    def limits(self) -> RunLimits:
        """The hours that it must keep."""
        ...

    def adapted(self, spec: RunAsked) -> "RunWork":
        """Take the same facts under a changed spec of the same kind."""
        ...

    def ways(self, instance: InstanceType) -> Sequence[RunWay]:
        """List the setups to try on an instance type; none where it does not concern the work."""
        ...

    def server(self, way: RunWay) -> ContainerSpec | None:
        """Say which engine stands beside each worker; None where the run computes itself."""
        ...

    def checkpoint(self, pace: Pace, instance: InstanceType, stay_h: float | None) -> RunCheckpoint | None:
        """Work out what a pace saves, None where nothing; `stay_h`: how long spot stays, None on demand."""
        ...

    def storage(self, checkpoint: RunCheckpoint, enforced_h: float) -> RunStorage | None:
        """Say what a run leaves in storage until a rule deletes it; None where that is nothing."""
        ...

    def assumed(self, way: RunWay | None, pace: Pace | None) -> Iterator[Assumption]:
        """Tell what was taken for what nobody supplied; of a choice where there is one."""
        ...
