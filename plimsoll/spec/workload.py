"""The workload spec: what a person asks for. Every field carries its meaning, unit and default.

The models are frozen, refuse unknown keys, and never coerce: `"5"` is not a number, `true` is not 1.
`plimsoll.spec.read` reads YAML into them and says where each problem is.
"""

from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    Discriminator,
    Field,
    Strict,
    Tag,
    ValidationInfo,
    model_validator,
)

from plimsoll.spec import defaults
from plimsoll.spec.alternative import Alternative
from plimsoll.spec.capacity import Budget, Capacity, Scale
from plimsoll.spec.contradictions import contradictions
from plimsoll.spec.engine import Adapters, Engine
from plimsoll.spec.frozen import Frozen, WhenGiven
from plimsoll.spec.load import Load
from plimsoll.spec.measured.service import Measured
from plimsoll.spec.route import Route
from plimsoll.spec.sla import Sla
from plimsoll.spec.values import (
    Count,
    Day,
    Label,
    Many,
    Name,
    Parameters,
    Text,
    Within,
)

CONTRADICTIONS_APART = {"contradictions": "judged by the caller"}
"""Context for who validates a spec and judges its contradictions apart, beside its other problems."""

Precision = Literal["bf16", "fp16", "fp8", "int8", "int4", "fp4"]


def _name_or_shape(value: object) -> str:
    return "shape" if isinstance(value, dict | BaseModel) else "name"


def _one_or_many(value: object) -> str:
    return "variants" if isinstance(value, list | tuple) else "measurement"


class ModelShape(Frozen):
    """A model that the catalogue does not know, by the little that is known of it."""

    params_b: Parameters = Field(description="Parameters, in 10^9.", examples=[13])
    active_params_b: Parameters | None = Field(
        default=None, description="Parameters that one token multiplies with, in 10^9; default: all."
    )
    layers: Count | None = Field(default=None, description="Transformer layers.", examples=[40])
    hidden: Count | None = Field(default=None, description="Width of the residual stream.")
    heads: Count | None = Field(default=None, description="Query heads.")
    kv_heads: Count | None = Field(default=None, description="Key/value heads (GQA).")
    head_dim: Count | None = Field(default=None, description="Width of one head.")
    vocab: Annotated[int, Within(1, 10_000_000)] | None = Field(default=None, description="Vocabulary size.")


class Owner(Frozen):
    """Who pays: becomes cost-allocation tags on every billable resource."""

    team: Label | None = Field(default=None, description="Team.", examples=["search"])
    cost_center: Label | None = Field(default=None, description="Cost centre, quoted.", examples=["4711"])
    environment: Label | None = Field(default=None, description="Environment.", examples=["prod"])


class Pin(Frozen):
    """Decisions taken by hand; sizing checks them and says what they cost."""

    instance_type: Text | None = Field(default=None, description="Instance type.", examples=["g6e.12xlarge"])
    tensor_parallel: Count | None = Field(default=None, description="Accelerators per replica.", examples=[4])
    replicas: Count | None = Field(default=None, description="Replicas at the peak, exactly.", examples=[3])
    precision: Precision | None = Field(default=None, description="Weight precision.", examples=["fp8"])
    mig_profile: Text | None = Field(
        default=None, description="MIG profile of one replica.", examples=["1g.10gb"]
    )


class Workload(Frozen):
    """One workload: a model (or a measured service), its load, its limits, its owner."""

    name: Name = Field(
        default=defaults.NAME, description="DNS label; default: the file's name.", examples=["support-chat"]
    )
    kind: Literal["inference"] = Field(default="inference", description="Kind of work.")
    model: (
        Annotated[
            Annotated[Text, Tag("name")] | Annotated[ModelShape, WhenGiven(), Tag("shape")],
            Discriminator(_name_or_shape),
        ]
        | None
    ) = Field(
        default=None,
        description="Catalogue name or alias, path to a config.json (from the spec), or {params_b, …}.",
        examples=["meta-llama/Llama-3.1-8B-Instruct"],
    )
    config: dict[str, Any] | None = Field(
        default=None,
        description="What the config.json of the model says, in place of its file; plans hold it so.",
    )
    weights: Text | None = Field(
        default=None,
        description="What the engine loads in place of the model's own: a Hugging Face id; needed where "
        "nothing published matches the precision.",
        examples=["acme/llama-70b-awq"],
    )
    measured: (
        Annotated[
            Annotated[Measured, WhenGiven(), Tag("measurement")]
            | Annotated[tuple[Annotated[Measured, WhenGiven()], ...], Strict(False), Tag("variants")],
            Discriminator(_one_or_many),
        ]
        | None
    ) = Field(
        default=None,
        description="A measured service, instead of model; a list of its variants, and the cheapest wins.",
    )
    precision: Annotated[tuple[Precision, ...], Many] | None = Field(
        default=None,
        description="Acceptable weight precisions; the cheapest wins.",
        examples=[["fp8", "bf16"]],
    )
    engine: Annotated[Engine, WhenGiven()] = Field(
        default_factory=Engine.model_construct, description="Serving engine."
    )
    adapters: Annotated[Adapters, WhenGiven()] | None = Field(
        default=None, description="LoRA adapters resident beside the weights; none by default."
    )
    load: Load = Field(description="Traffic.")
    sla: Sla = Field(default_factory=Sla.model_construct, description="Limits on latency and availability.")
    budget: Budget | None = Field(default=None, description="Monthly budget; none = no limit.")
    alternative: Annotated[Alternative, WhenGiven()] | None = Field(
        default=None, description="What a hosted API asks, told beside the plan and never chosen."
    )
    region: Text | None = Field(default=None, description="One AWS region.", examples=[defaults.REGION])
    regions: Annotated[tuple[Text, ...], Many] | None = Field(
        default=None, description="Acceptable AWS regions.", examples=[["us-east-1", "us-east-2"]]
    )
    capacity: Annotated[Capacity, WhenGiven()] = Field(
        default_factory=Capacity.model_construct, description="Which capacity may be rented."
    )
    scale: Annotated[Scale, WhenGiven()] = Field(
        default_factory=Scale.model_construct, description="Autoscaler bounds."
    )
    route: Annotated[Route, WhenGiven()] = Field(
        default_factory=Route.model_construct, description="How requests find a replica."
    )
    owner: Owner = Field(default_factory=Owner.model_construct, description="Cost-allocation tags.")
    expires: Day | None = Field(
        default=None,
        description="Last day on which it may run, quoted; check refuses it after that.",
        examples=["2027-06-30"],
    )
    pin: Annotated[Pin, WhenGiven()] = Field(
        default_factory=Pin.model_construct, description="Decisions taken by hand."
    )

    @model_validator(mode="after")
    def _consistent(self, info: ValidationInfo) -> "Workload":
        if info.context is not CONTRADICTIONS_APART:
            problems = contradictions(self.model_dump(exclude_unset=True))
            if problems:
                raise ValueError(" | ".join(str(problem) for problem in problems))
        return self

    @property
    def measurements(self) -> tuple[Measured, ...]:
        """What was measured, in the order given; empty of a model."""
        if self.measured is None:
            return ()
        return self.measured if isinstance(self.measured, tuple) else (self.measured,)

    @property
    def region_names(self) -> tuple[str, ...]:
        """The regions to consider, in the order given."""
        if self.regions is not None:
            return self.regions
        return (self.region or defaults.REGION,)
