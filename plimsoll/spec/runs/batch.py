"""The spec of a batch: requests that are all there already, and must be answered by a time."""

import re
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Discriminator, Field, Tag, ValidationInfo, model_validator
from pydantic_core import PydanticCustomError

from plimsoll.spec import defaults
from plimsoll.spec.alternative import Alternative
from plimsoll.spec.engine import Adapters, Engine
from plimsoll.spec.frozen import Frozen
from plimsoll.spec.load import TokenCount
from plimsoll.spec.runs.amounts import Requests, RunsPerMonth
from plimsoll.spec.runs.ending import RunBudget, RunCapacity, RunQueue, RunScale, RunSla
from plimsoll.spec.runs.subject import name_or_shape
from plimsoll.spec.values import Count, Day, Many, Name, Text, Unit, Within, number_to
from plimsoll.spec.workload import CONTRADICTIONS_APART, ModelShape, Owner, Precision


def _time(value: str) -> str:
    if not re.fullmatch(TIME, value):
        raise PydanticCustomError("not_a_time", "not a time of a day")
    return value


TIME = r"([01][0-9]|2[0-3]):[0-5][0-9]"
Clock = Annotated[str, AfterValidator(_time), Field(json_schema_extra={"pattern": f"^{TIME}$"})]


class BatchLoad(Frozen):
    """How many requests, of what shape."""

    requests: Requests = Field(description="Requests of one run.", examples=[1_000_000])
    input_tokens: Annotated[TokenCount, number_to("mean")] | None = Field(
        default=None,
        description=f"Prompt tokens per request: one number (the mean), or {{mean, p95}}; "
        f"default {defaults.INPUT_TOKENS}, at most a quarter of the model's context.",
    )
    output_tokens: Annotated[TokenCount, number_to("mean")] | None = Field(
        default=None,
        description=f"Generated tokens per request: one number (the mean), or {{mean, p95}}; "
        f"default {defaults.OUTPUT_TOKENS}, at most a quarter of the model's context.",
    )
    shared_prefix_tokens: Annotated[float, Within(0, 10_000_000), Unit("tokens")] = Field(
        default=0, description="Leading prompt tokens that requests share and the prefix cache keeps."
    )
    max_tokens: Annotated[int, Within(1, 100_000_000), Unit("tokens")] | None = Field(
        default=None, description="Longest prompt and answer together that is served; default: what fits."
    )


class Window(Frozen):
    """The hours of a day in which the batch may run, UTC; it may pass midnight."""

    start: Clock = Field(description="When it starts, HH:MM, quoted.", examples=["22:00"])
    end: Clock = Field(description="When it must be over, HH:MM, quoted.", examples=["06:00"])

    @property
    def hours(self) -> float:
        """How long it is, hours."""
        start, end = (int(each[:2]) * 60 + int(each[3:]) for each in (self.start, self.end))
        return ((end - start) % (24 * 60)) / 60


class BatchPin(Frozen):
    """Decisions taken by hand; sizing checks them."""

    instance_type: Text | None = Field(default=None, description="Instance type.", examples=["g6e.xlarge"])
    nodes: Count | None = Field(default=None, description="Nodes, exactly.", examples=[4])
    tensor_parallel: Count | None = Field(default=None, description="Accelerators of a worker.", examples=[1])
    precision: Precision | None = Field(default=None, description="Weight precision.", examples=["fp8"])


class BatchSpec(Frozen):
    """One batch: a model, its requests, its hours, its budget, its owner."""

    name: Name = Field(
        default=defaults.NAME, description="DNS label; default: the file's name.", examples=["nightly"]
    )
    kind: Literal["batch"] = Field(description="Kind of work.")
    model: Annotated[
        Annotated[Text, Tag("name")] | Annotated[ModelShape, Tag("shape")], Discriminator(name_or_shape)
    ] = Field(
        description="Catalogue name or alias, path to a config.json (from the spec), or {params_b, …}.",
        examples=["meta-llama/Llama-3.1-8B-Instruct"],
    )
    weights: Text | None = Field(
        default=None, description="What the engine loads in place of the model's own: a Hugging Face id."
    )
    precision: Annotated[tuple[Precision, ...], Many] | None = Field(
        default=None,
        description="Acceptable weight precisions; the cheapest wins.",
        examples=[["fp8", "bf16"]],
    )
    engine: Engine = Field(default_factory=Engine.model_construct, description="Serving engine.")
    adapters: Adapters | None = Field(default=None, description="LoRA adapters resident beside the weights.")
    load: BatchLoad = Field(description="Requests.")
    image: Text | None = Field(
        default=None,
        description="Container image that reads the shards and writes the answers, beside its engine.",
    )
    command: Annotated[tuple[Text, ...], Many] | None = Field(default=None, description="Its command.")
    shard_requests: Literal["auto"] | Requests = Field(
        default="auto",
        description="Requests of a shard, whose answers are one object; auto: about "
        f"{defaults.SHARD_MIN} minutes of work.",
        examples=[5000],
    )
    window: Window | None = Field(
        default=None, description="Hours of a day in which it runs, UTC; none = whenever it is started."
    )
    alternative: Alternative | None = Field(
        default=None, description="What a hosted batch API asks, told beside the plan and never chosen."
    )
    sla: RunSla = Field(default_factory=RunSla.model_construct, description="Limits on the hours of a run.")
    budget: RunBudget | None = Field(default=None, description="Budget; none = no limit.")
    runs_per_month: RunsPerMonth | None = Field(
        default=None, description="Runs a month, for monthly money; none = per run alone.", examples=[30]
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
        default=None, description="Last day on which it may run, quoted; check refuses it after that."
    )
    pin: BatchPin = Field(default_factory=BatchPin.model_construct, description="Decisions taken by hand.")

    @model_validator(mode="after")
    def _consistent(self, info: ValidationInfo) -> "BatchSpec":
        if info.context is not CONTRADICTIONS_APART:
            from plimsoll.spec.runs.batch_rules import batch_contradictions

            problems = batch_contradictions(self.model_dump(exclude_unset=True))
            if problems:
                raise ValueError(" | ".join(str(problem) for problem in problems))
        return self

    def changed(self, data: dict[str, Any]) -> "BatchSpec":
        """Read changed data as a batch's spec.

        Raises:
            ValueError: it is none.
        """
        return BatchSpec.model_validate(data)

    @property
    def region_names(self) -> tuple[str, ...]:
        """The regions that may be used."""
        return self.regions or (self.region or defaults.REGION,)

    @property
    def precisions_used(self) -> tuple[str, ...]:
        """The acceptable precisions, in the order of preference; none where the weights decide."""
        return self.precision or ()
