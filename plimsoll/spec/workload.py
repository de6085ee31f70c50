"""The workload spec: what a person asks for. Every field carries its meaning, unit and default.

The models are frozen, refuse unknown keys, and never coerce: `"5"` is not a number, `true` is not 1.
`plimsoll.spec.read` reads YAML into them and says where each problem is.
"""

from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    Discriminator,
    Field,
    Tag,
    ValidationInfo,
    model_validator,
)

from plimsoll.spec import defaults
from plimsoll.spec.contradictions import contradictions
from plimsoll.spec.engine import Adapters, Engine
from plimsoll.spec.frozen import Frozen
from plimsoll.spec.measured.queue import Queue
from plimsoll.spec.measured.service import Measured
from plimsoll.spec.values import (
    SHARE,
    Count,
    Day,
    Dollars,
    Fraction,
    InFlight,
    Label,
    Many,
    Milliseconds,
    Name,
    Parameters,
    Pixels,
    Rate,
    Seconds,
    TaskSeconds,
    Text,
    Tokens,
    Unit,
    Wait,
    number_to,
)

CONTRADICTIONS_APART = {"contradictions": "judged by the caller"}
"""Context for who validates a spec and judges its contradictions apart, beside its other problems."""

Precision = Literal["bf16", "fp16", "fp8", "int8", "int4", "fp4"]
SpotUse = Literal["never", "allow", "prefer"]
BudgetBasis = Literal["ceiling", "expected"]


def _name_or_shape(value: object) -> str:
    return "shape" if isinstance(value, dict | BaseModel) else "name"


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
    vocab: Annotated[int, Field(ge=1, le=10_000_000)] | None = Field(
        default=None, description="Vocabulary size."
    )


class Qps(Frozen):
    """Requests per second, summed over all replicas."""

    peak: Rate = Field(description="Requests per second at the busiest time.", examples=[12])
    average: Rate | None = Field(
        default=None, description="Requests per second, mean over the month; default: the peak."
    )


class TokenCount(Frozen):
    """Tokens per request."""

    mean: Tokens = Field(description="Mean tokens per request.", examples=[1200])
    p95: Tokens | None = Field(
        default=None,
        description=f"95th percentile; default: {defaults.P95_RATIO} × mean, within the model's context.",
    )


class AudioLength(Frozen):
    """Seconds of audio per request."""

    mean: Seconds = Field(description="Mean seconds of audio per request.", examples=[defaults.AUDIO_S])
    p95: Seconds | None = Field(default=None, description="95th percentile; default: the mean.")


ARRIVAL = ("qps", "concurrency", "profile")
"""Keys of the load that say how many requests arrive and when; the others are of one request."""


class Load(Frozen):
    """How much traffic, of what shape."""

    qps: Annotated[Qps, number_to("peak")] | None = Field(
        default=None, description="Requests per second: one number, or {peak, average}.", examples=[5]
    )
    concurrency: InFlight | None = Field(
        default=None, description="Requests in flight at the peak, instead of qps.", examples=[64]
    )
    queue: Queue | None = Field(
        default=None, description="Tasks that wait for a worker, instead of qps; needs measured.task_mean_ms."
    )
    profile: Annotated[tuple[Fraction, ...], Many] | None = Field(
        default=None, description="24 or 168 fractions of the peak, hour by hour (UTC)."
    )
    input_tokens: Annotated[TokenCount, number_to("mean")] | None = Field(
        default=None,
        description="Prompt tokens per request, those of images and audio included: one number (the mean), "
        f"or {{mean, p95}}; default {defaults.INPUT_TOKENS}, at most a quarter of the model's context.",
    )
    output_tokens: Annotated[TokenCount, number_to("mean")] | None = Field(
        default=None,
        description="Generated tokens per request: one number (the mean), or {mean, p95}; "
        f"default {defaults.OUTPUT_TOKENS}, at most a quarter of the model's context; "
        f"for speech {defaults.TOKENS_PER_AUDIO_S} per second of audio.",
    )
    shared_prefix_tokens: Annotated[
        float, Field(ge=0, le=10_000_000, allow_inf_nan=False), Unit("tokens")
    ] = Field(default=0, description="Leading prompt tokens that requests share and the prefix cache keeps.")
    max_tokens: Annotated[int, Field(ge=1, le=100_000_000), Unit("tokens")] | None = Field(
        default=None,
        description="Longest prompt and answer together that is served; default: the model's context, or "
        "what the cache of one replica holds, whichever is less.",
        examples=[32768],
    )
    audio_s: Annotated[AudioLength, number_to("mean")] | None = Field(
        default=None,
        description="Speech models: seconds of audio per request, one number or {mean, p95}; "
        f"default {defaults.AUDIO_S}.",
    )
    image_px: Pixels | None = Field(
        default=None,
        description="Image models: side of an image in pixels; default: the size the model was made for.",
    )

    @property
    def of_one_request(self) -> tuple[object, ...]:
        """What is said of one request, however many arrive and when."""
        return tuple(getattr(self, name) for name in type(self).model_fields if name not in ARRIVAL)


_NO_LATENCY = ("availability", "wait_p95_ms", "drain_s")
"""Keys of the sla that no single replica holds or breaks."""


class Sla(Frozen):
    """Latency limits, statistic and unit in the key, and availability. No key = no limit."""

    ttft_p50_ms: Milliseconds | None = Field(default=None, description="Time to first token, median, ms.")
    ttft_p90_ms: Milliseconds | None = Field(default=None, description="Time to first token, p90, ms.")
    ttft_p95_ms: Milliseconds | None = Field(
        default=None, description="Time to first token, p95, ms.", examples=[800]
    )
    ttft_p99_ms: Milliseconds | None = Field(default=None, description="Time to first token, p99, ms.")
    tpot_p50_ms: Milliseconds | None = Field(default=None, description="Time per output token, median, ms.")
    tpot_p90_ms: Milliseconds | None = Field(default=None, description="Time per output token, p90, ms.")
    tpot_p95_ms: Milliseconds | None = Field(
        default=None, description="Time per output token after the first, p95, ms.", examples=[40]
    )
    tpot_p99_ms: Milliseconds | None = Field(default=None, description="Time per output token, p99, ms.")
    e2e_p50_ms: Milliseconds | None = Field(default=None, description="Whole request, median, ms.")
    e2e_p90_ms: Milliseconds | None = Field(default=None, description="Whole request, p90, ms.")
    e2e_p95_ms: Milliseconds | None = Field(
        default=None, description="Whole request, p95, ms.", examples=[15000]
    )
    e2e_p99_ms: Milliseconds | None = Field(default=None, description="Whole request, p99, ms.")
    latency_p50_ms: Milliseconds | None = Field(
        default=None, description="Services that answer once: latency, median, ms."
    )
    latency_p90_ms: Milliseconds | None = Field(
        default=None, description="Services that answer once: latency, p90, ms."
    )
    latency_p95_ms: Milliseconds | None = Field(
        default=None, description="Services that answer once: latency, p95, ms."
    )
    latency_p99_ms: Milliseconds | None = Field(
        default=None, description="Services that answer once: latency, p99, ms."
    )
    wait_p95_ms: Wait | None = Field(
        default=None,
        description="Tasks of a queue: wait until a worker takes it, p95, ms; 0: 95 in 100 start at once.",
        examples=[10000],
    )
    drain_s: TaskSeconds | None = Field(
        default=None, description="Seconds until load.queue.backlog is gone.", examples=[1800]
    )
    availability: Annotated[float, Field(ge=0.01, lt=1, allow_inf_nan=False), SHARE] = Field(
        default=defaults.AVAILABILITY,
        description="Share of time the peak can be served; from 0.999 one zone may fail.",
        examples=[0.999],
    )

    def latency_limits(self) -> dict[str, float]:
        """The latency limits that were set: key (`ttft_p95_ms`) to milliseconds, in field order."""
        values = {name: getattr(self, name) for name in type(self).model_fields if name not in _NO_LATENCY}
        return {name: value for name, value in values.items() if value is not None}

    def queue_limits(self) -> dict[str, float]:
        """The limits on tasks of a queue that were set, which all workers hold together."""
        values = {"wait_p95_ms": self.wait_p95_ms, "drain_s": self.drain_s}
        return {name: value for name, value in values.items() if value is not None}


class Budget(Frozen):
    """The most that a month may cost."""

    usd_per_month: Dollars = Field(description="US dollars per month of 730 hours.", examples=[45000])
    basis: BudgetBasis = Field(
        default=defaults.BUDGET_BASIS, description="Which of the plan's numbers the budget limits."
    )


class Capacity(Frozen):
    """Which capacity may be rented."""

    spot: SpotUse = Field(
        default=defaults.SPOT, description="never, allow (if cheaper), or prefer (if any holds)."
    )
    on_demand_base: Annotated[
        Annotated[int, Field(ge=0, le=100_000)] | Fraction, Unit("a share from 0 to 1, or whole replicas")
    ] = Field(
        default=defaults.ON_DEMAND_BASE,
        description="On-demand share of the peak replicas (0.5), or a whole number of replicas (2).",
        examples=[0.5, 2],
    )
    allow: Annotated[tuple[Text, ...], Many] = Field(
        default=(), description="Instance families or types; empty = all.", examples=[["g6e", "p5"]]
    )
    deny: Annotated[tuple[Text, ...], Many] = Field(
        default=(), description="Instance families or types never to use.", examples=[["p4d"]]
    )


class Scale(Frozen):
    """Autoscaler bounds."""

    min_replicas: Annotated[int, Field(ge=0, le=100_000)] = Field(
        default=defaults.MIN_REPLICAS, description="Lower bound of replicas."
    )
    max_replicas: Count | None = Field(
        default=None, description="Upper bound of what sizing may use; default: what sizing finds."
    )
    to_zero: bool = Field(default=False, description="Scale to zero when there is no traffic.")


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


class Workload(Frozen):
    """One workload: a model (or a measured service), its load, its limits, its owner."""

    name: Name = Field(
        default=defaults.NAME, description="DNS label; default: the file's name.", examples=["support-chat"]
    )
    kind: Literal["inference"] = Field(default="inference", description="Kind of work.")
    model: (
        Annotated[
            Annotated[Text, Tag("name")] | Annotated[ModelShape, Tag("shape")], Discriminator(_name_or_shape)
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
    measured: Measured | None = Field(default=None, description="A measured service, instead of model.")
    precision: Annotated[tuple[Precision, ...], Many] | None = Field(
        default=None,
        description="Acceptable weight precisions; the cheapest wins.",
        examples=[["fp8", "bf16"]],
    )
    engine: Engine = Field(default_factory=Engine, description="Serving engine.")
    adapters: Adapters | None = Field(
        default=None, description="LoRA adapters resident beside the weights; none by default."
    )
    load: Load = Field(description="Traffic.")
    sla: Sla = Field(default_factory=Sla, description="Limits on latency and availability.")
    budget: Budget | None = Field(default=None, description="Monthly budget; none = no limit.")
    region: Text | None = Field(default=None, description="One AWS region.", examples=[defaults.REGION])
    regions: Annotated[tuple[Text, ...], Many] | None = Field(
        default=None, description="Acceptable AWS regions.", examples=[["us-east-1", "us-east-2"]]
    )
    capacity: Capacity = Field(default_factory=Capacity, description="Which capacity may be rented.")
    scale: Scale = Field(default_factory=Scale, description="Autoscaler bounds.")
    owner: Owner = Field(default_factory=Owner, description="Cost-allocation tags.")
    expires: Day | None = Field(
        default=None,
        description="Last day on which it may run, quoted; check refuses it after that.",
        examples=["2027-06-30"],
    )
    pin: Pin = Field(default_factory=Pin, description="Decisions taken by hand.")

    @model_validator(mode="after")
    def _consistent(self, info: ValidationInfo) -> "Workload":
        if info.context is not CONTRADICTIONS_APART:
            problems = contradictions(self.model_dump(exclude_unset=True))
            if problems:
                raise ValueError(" | ".join(str(problem) for problem in problems))
        return self

    @property
    def region_names(self) -> tuple[str, ...]:
        """The regions to consider, in the order given."""
        if self.regions is not None:
            return self.regions
        return (self.region or defaults.REGION,)
