"""The spec of a training run: what is trained, how, on which data, until when, for how much."""

from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag, ValidationInfo, model_validator

from plimsoll.spec import defaults
from plimsoll.spec.frozen import Frozen
from plimsoll.spec.load import TokenCount
from plimsoll.spec.runs.amounts import (
    BillionTokens,
    Days,
    Epochs,
    GigabytesPerSecond,
    Interval,
    RunsPerMonth,
    Samples,
    SamplesPerSecond,
)
from plimsoll.spec.runs.ending import RunBudget, RunCapacity, RunQueue, RunScale, RunSla
from plimsoll.spec.runs.subject import name_or_shape
from plimsoll.spec.values import (
    Count,
    Day,
    Gibibytes,
    Many,
    Name,
    Text,
    TokensWhole,
    VirtualCpus,
    Within,
    number_to,
)
from plimsoll.spec.workload import CONTRADICTIONS_APART, ModelShape, Owner

Method = Literal["pretrain", "full", "lora", "qlora"]
Stack = Literal["tuned", "standard", "plain"]
TrainingPrecision = Literal["bf16", "fp16", "fp8"]
Optimizer = Literal["adamw", "adamw_bf16", "adamw_8bit", "adafactor", "muon", "sgd"]
Recompute = Literal["auto", "none", "full"]
Targets = Literal["all_linear", "attention"]
Projection = Literal["q", "k", "v", "o", "gate", "up", "down"]
Trainer = Literal[
    "torchtitan",
    "torchtune",
    "fsdp",
    "deepspeed",
    "litgpt",
    "axolotl",
    "hf-trainer",
    "nemo",
    "megatron",
    "trainer",
]

STACK_OF_ENGINE: dict[str, Stack] = {"hf-trainer": "plain", "nemo": "tuned", "megatron": "tuned"}
"""Engines that imply a stack; every other runs the standard one."""


def stack_beside(engine: str | None, stack: str) -> str:
    """Say which stack an engine runs where that is not the one that is said; empty where they agree."""
    implied = STACK_OF_ENGINE.get(engine or "", defaults.STACK)
    return f"{engine} runs the {implied} stack" if engine is not None and implied != stack else ""


class TrainingEngine(Frozen):
    """The training software; it implies the stack, unless the spec says one."""

    name: Trainer | None = Field(default=None, description="Training engine.", examples=["torchtitan"])
    version: Annotated[str, Field(max_length=32)] | None = Field(
        default=None, description="Engine version, quoted.", examples=["0.2"]
    )
    image: Text | None = Field(default=None, description="Container image of the run.")
    command: Annotated[tuple[Text, ...], Many] | None = Field(default=None, description="Container command.")


class TrainingLoad(Frozen):
    """What is trained on: tokens, or samples and how often."""

    tokens_b: BillionTokens | None = Field(
        default=None, description="Tokens that are trained, in 10^9, over all epochs.", examples=[0.1]
    )
    samples: Samples | None = Field(default=None, description="Samples of an epoch.", examples=[52002])
    epochs: Epochs | None = Field(
        default=None, description=f"Epochs; default {defaults.EPOCHS}.", examples=[3]
    )
    sample_tokens: Annotated[TokenCount, number_to("mean")] | None = Field(
        default=None,
        description=f"Tokens of a sample: one number (the mean), or {{mean, p95}}; default "
        f"{defaults.SAMPLE_TOKENS}.",
    )
    packed: bool = Field(
        default=True, description="Whether samples are packed into full sequences, or padded to the longest."
    )


class Lora(Frozen):
    """The adapter of LoRA and QLoRA."""

    rank: Annotated[int, Within(1, 4096)] = Field(default=defaults.LORA_RANK, description="Rank.")
    targets: Targets | Annotated[tuple[Projection, ...], Many] = Field(
        default=defaults.LORA_TARGETS,
        description="Matrices with an adapter: all_linear, attention, or a list of q k v o gate up down.",
    )


class TrainingKeys(Frozen):
    """How a step is taken."""

    sequence_tokens: TokensWhole | None = Field(
        default=None,
        description=f"Tokens of a sequence; default {defaults.SEQUENCE_TOKENS}, pre-training "
        f"{defaults.PRETRAIN_SEQUENCE_TOKENS}, at most the model's context.",
        examples=[2048],
    )
    global_batch_samples: Count | None = Field(
        default=None,
        description=f"Sequences of one optimizer step, over all accelerators; default "
        f"{defaults.GLOBAL_BATCH_SAMPLES}, pre-training {defaults.PRETRAIN_BATCH_TOKENS} tokens' worth.",
        examples=[64],
    )
    optimizer: Optimizer = Field(default=defaults.OPTIMIZER, description="Optimizer and its precision.")
    recompute: Recompute = Field(
        default="auto", description="Activations that are computed again: auto (none if it fits), none, full."
    )
    fused_loss: bool = Field(default=True, description="Whether the loss never holds all logits at once.")
    lora: Lora = Field(default_factory=Lora.model_construct, description="The adapter of LoRA and QLoRA.")


class Checkpointing(Frozen):
    """What is saved, how often, where, and for how long it is kept."""

    interval_s: Literal["auto"] | Interval = Field(
        default="auto", description="Seconds between saves; auto: Daly's optimum."
    )
    keep: Annotated[int, Within(1, 1000)] = Field(
        default=defaults.KEEP, description="Checkpoints that are kept."
    )
    to: Literal["s3", "fsx", "none"] = Field(default=defaults.CHECKPOINT_TO, description="Where they go.")
    write_gb_per_s: GigabytesPerSecond = Field(
        default=defaults.WRITE_GB_PER_S, description="GB per second that a node writes to S3."
    )
    method: Literal["async", "sync"] = Field(
        default=defaults.CHECKPOINT_METHOD,
        description="async blocks for the copy to host memory, sync until all is written.",
    )
    delete_after_d: Days = Field(
        default=defaults.DELETE_AFTER_D, description="Days after which a lifecycle rule deletes them."
    )
    fsx_gb: Annotated[int, Within(1200, 1_000_000)] = Field(
        default=1200, description="Size of the FSx for Lustre file system, GB: 1,200 or multiples of 2,400."
    )
    fsx_mb_per_s_per_tib: Literal[125, 250, 500, 1000] = Field(
        default=125, description="Throughput of FSx, MB/s per TiB."
    )


class RunPin(Frozen):
    """Decisions taken by hand; sizing checks them."""

    instance_type: Text | None = Field(default=None, description="Instance type.", examples=["p5.48xlarge"])
    nodes: Count | None = Field(default=None, description="Nodes, exactly.", examples=[2])
    tensor_parallel: Count | None = Field(default=None, description="Shards of each layer.", examples=[8])
    pipeline_parallel: Count | None = Field(default=None, description="Stages of layers.", examples=[1])
    zero: Annotated[int, Within(0, 3)] | None = Field(default=None, description="ZeRO stage.", examples=[3])
    micro_batch_samples: Count | None = Field(
        default=None, description="Sequences of one accelerator at once.", examples=[1]
    )
    precision: TrainingPrecision | None = Field(default=None, description="Precision of the computation.")


class MeasuredTraining(Frozen):
    """A training whose speed was measured by its owner instead of modelled by us."""

    accelerator: Text = Field(description="Accelerator it was measured on.", examples=["A10G"])
    samples_per_s: SamplesPerSecond = Field(
        description="Samples per second that one accelerator trains.", examples=[900]
    )
    accelerator_memory_gib: Gibibytes | None = Field(
        default=None, description="Memory that it takes of one accelerator, GiB.", examples=[9]
    )
    cpu: VirtualCpus = Field(description="CPU that feeds one accelerator, vCPU.", examples=[8])
    memory_gib: Gibibytes = Field(description="Host memory beside one accelerator, GiB.", examples=[32])
    params_b: Annotated[float, Field(gt=0, le=100_000, allow_inf_nan=False)] | None = Field(
        default=None, description="Parameters, in 10^9, for the size of a checkpoint."
    )
    source: Text = Field(description="Where the measurement comes from.", examples=["one epoch, 2026-10-02"])


class TrainingSpec(Frozen):
    """One training run: a model (or a measured training), its method, its data, its limits, its owner."""

    name: Name = Field(
        default=defaults.NAME, description="DNS label; default: the file's name.", examples=["tune-8b"]
    )
    kind: Literal["training"] = Field(description="Kind of work.")
    model: (
        Annotated[
            Annotated[Text, Tag("name")] | Annotated[ModelShape, Tag("shape")], Discriminator(name_or_shape)
        ]
        | None
    ) = Field(
        default=None,
        description="Catalogue name or alias, path to a config.json (from the spec), or {params_b, …}.",
        examples=["meta-llama/Llama-3.1-8B"],
    )
    measured: MeasuredTraining | None = Field(
        default=None, description="A measured training, instead of model."
    )
    method: Method | None = Field(
        default=None,
        description=f"What is trained: all from nothing (pretrain), all (full), or an adapter beside 16-bit "
        f"(lora) or 4-bit (qlora) weights; default {defaults.METHOD}.",
        examples=["lora"],
    )
    stack: Stack | None = Field(
        default=None,
        description="Software that the speed is taken of: tuned (NeMo, Megatron), standard (FSDP2 with "
        f"compile), plain (HF Trainer); default: the engine's, else {defaults.STACK}.",
    )
    precision: Annotated[tuple[TrainingPrecision, ...], Many] | None = Field(
        default=None,
        description="Acceptable precisions of the computation; the cheapest wins.",
        examples=["bf16"],
    )
    engine: TrainingEngine = Field(
        default_factory=TrainingEngine.model_construct, description="Training engine."
    )
    load: TrainingLoad = Field(description="What is trained on.")
    training: TrainingKeys = Field(
        default_factory=TrainingKeys.model_construct, description="How a step is taken."
    )
    checkpoint: Checkpointing = Field(
        default_factory=Checkpointing.model_construct, description="What is saved."
    )
    sla: RunSla = Field(default_factory=RunSla.model_construct, description="Limits on the hours of a run.")
    budget: RunBudget | None = Field(default=None, description="Budget; none = no limit.")
    runs_per_month: RunsPerMonth | None = Field(
        default=None, description="Runs a month, for monthly money; none = per run alone.", examples=[4]
    )
    region: Text | None = Field(default=None, description="One AWS region.", examples=[defaults.REGION])
    regions: Annotated[tuple[Text, ...], Many] | None = Field(
        default=None, description="Acceptable AWS regions.", examples=[["us-east-1", "us-east-2"]]
    )
    capacity: RunCapacity = Field(
        default_factory=RunCapacity.model_construct, description="Which capacity may be rented."
    )
    scale: RunScale = Field(default_factory=RunScale.model_construct, description="Bounds of a run.")
    queue: RunQueue | None = Field(default=None, description="Kueue queue that admits it; none = no queue.")
    owner: Owner = Field(default_factory=Owner.model_construct, description="Cost-allocation tags.")
    expires: Day | None = Field(
        default=None,
        description="Last day on which it may run, quoted; check refuses it after that.",
        examples=["2027-06-30"],
    )
    pin: RunPin = Field(default_factory=RunPin.model_construct, description="Decisions taken by hand.")

    @model_validator(mode="after")
    def _consistent(self, info: ValidationInfo) -> "TrainingSpec":
        if info.context is not CONTRADICTIONS_APART:
            from plimsoll.spec.runs.training_rules import training_contradictions

            problems = training_contradictions(self.model_dump(exclude_unset=True))
            if problems:
                raise ValueError(" | ".join(str(problem) for problem in problems))
        return self

    def changed(self, data: dict[str, Any]) -> "TrainingSpec":
        """Read changed data as a training spec.

        Raises:
            ValueError: it is none.
        """
        return TrainingSpec.model_validate(data)

    @property
    def region_names(self) -> tuple[str, ...]:
        """The regions that may be used."""
        if self.regions:
            return self.regions
        return (self.region or defaults.REGION,)

    @property
    def method_used(self) -> Method:
        """The method, or its default."""
        return self.method or defaults.METHOD

    @property
    def stack_used(self) -> Stack:
        """The stack, or the engine's, or the default."""
        return self.stack or STACK_OF_ENGINE.get(self.engine.name or "", defaults.STACK)

    @property
    def precisions_used(self) -> tuple[str, ...]:
        """The acceptable precisions, or bf16."""
        return self.precision or ("bf16",)

    @property
    def sequence_used(self) -> int:
        """Tokens of a sequence, or the method's default."""
        return self.training.sequence_tokens or defaults.usual_sequence_tokens(self.method)

    @property
    def global_batch_used(self) -> int:
        """Sequences of one optimizer step, or the method's default."""
        given = self.training.global_batch_samples
        if given is not None:
            return given
        if self.method != "pretrain" or self.measured is not None:
            return defaults.GLOBAL_BATCH_SAMPLES
        return max(defaults.PRETRAIN_BATCH_TOKENS // self.sequence_used, 1)

    @property
    def enforced_by(self) -> str:
        """The key that ends a run; empty where the plan's own estimate does."""
        if self.scale.max_run_h is not None:
            return "scale.max_run_h"
        if self.sla.run_p90_h is not None:
            return "sla.run_p90_h"
        return "sla.run_p50_h" if self.sla.run_p50_h is not None else ""
