"""The plan, the refusal, and the document both are written as.

Dataclasses here mirror the JSON document (`plimsoll.dev/plan/v1`) field by field: `canonical`
turns them into plain data, with money as text, ready for `json.dumps`. Components and templates
read these and compute nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from decimal import Decimal
from typing import Any, Literal, cast

from plimsoll.units import exact_text

SCHEMA = "plimsoll.dev/plan/v1"

Verdict = Literal["chosen", "dominated", "rejected"]
Basis = Literal["floor", "expected", "ceiling"]
Scope = Literal["workload", "cluster"]


@dataclass(frozen=True, slots=True)
class Reason:
    """One limit that a candidate fails: the limit, the value it reached, their unit."""

    code: str
    limit: float | str | None
    value: float | str | None
    unit: str | None
    message: str


@dataclass(frozen=True, slots=True)
class CandidateRow:
    """One rentable way to serve the workload, and what became of it. Money is monthly USD."""

    id: str
    instance_type: str
    region: str
    tensor_parallel: int | None
    precision: str | None
    capacity: str
    verdict: Verdict
    usd_per_month_expected: str | None
    usd_per_month_ceiling: str | None
    dominated_by: str | None
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Replicas:
    """Replica counts: autoscaler minimum, what the peak needs, autoscaler maximum."""

    min: int
    peak: int
    max: int


@dataclass(frozen=True, slots=True)
class Pool:
    """One node pool and the Deployment pinned to it.

    `capacity_type` spot means spot first with on-demand as the fallback. `min_nodes` and
    `max_nodes` follow from the replicas; `overshoot_nodes` is what Karpenter may have in flight
    above its limit. `volume_gib` is the gp3 root volume of each node.
    """

    name: str
    capacity_type: str
    instance_type: str
    min_nodes: int
    max_nodes: int
    overshoot_nodes: int
    min_replicas: int
    max_replicas: int
    replicas_per_node: int
    volume_gib: int


@dataclass(frozen=True, slots=True)
class Chosen:
    """The cheapest candidate that holds every limit."""

    id: str
    instance_type: str
    region: str
    accelerator: str | None
    accelerators_per_replica: int
    tensor_parallel: int | None
    precision: str | None
    capacity: str
    replicas: Replicas
    pools: tuple[Pool, ...]


@dataclass(frozen=True, slots=True)
class Estimate:
    """An estimate with the 10th and 90th percentile of what would be measured."""

    estimate: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class MemoryGib:
    """Memory of one accelerator, GiB."""

    weights: float
    kv_cache: float
    activations: float
    usable: float


@dataclass(frozen=True, slots=True)
class CostLine:
    """One line of the bill: quantity × unit price = USD per month, and what it counts towards.

    `scope` is `cluster` for a part that several workloads of one cluster share.
    """

    item: str
    of: Basis
    quantity: str
    unit: str
    usd_per_unit: str
    usd_per_month: str
    source: str
    as_of: str
    scope: Scope = "workload"


@dataclass(frozen=True, slots=True)
class MonthlyUsd:
    """The three numbers, each the exact sum of its lines; and what other terms would make of them."""

    floor: str
    expected: str
    ceiling: str


@dataclass(frozen=True, slots=True)
class Cost:
    """All of the money. `alternatives` holds the expected bill at 1-year reserved and without spot."""

    usd_per_month: MonthlyUsd
    lines: tuple[CostLine, ...]
    usd_per_million_output_tokens: str | None
    alternatives: Mapping[str, str | None]
    left_out: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Serving:
    """What the container needs to be told. Requests are pod requests; times are seconds."""

    engine: str | None
    engine_version: str | None
    image: str | None
    model: str | None
    max_model_len_tok: int | None
    max_num_seqs: int | None
    gpu_memory_utilization: float | None
    cpu_request: float
    memory_request_gib: float
    accelerators: int
    cold_start_s: float
    port: int


@dataclass(frozen=True, slots=True)
class Autoscaling:
    """The metric and target that the sized SLA implies, per replica, and the bounds.

    `target` is in-flight requests per replica (`metric` = `requests_in_flight`), or CPU share.
    """

    metric: str
    target: float
    unit: str
    min_replicas: int
    max_replicas: int
    scale_to_zero: bool


@dataclass(frozen=True, slots=True)
class Quota:
    """A Service Quota that must allow the ceiling: vCPUs of a family."""

    code: str | None
    name: str
    vcpus: int


@dataclass(frozen=True, slots=True)
class Assumption:
    """A number nobody supplied, or a fact that was inferred."""

    name: str
    value: float | int | str | bool | None
    unit: str | None
    source: str


@dataclass(frozen=True, slots=True)
class WayOut:
    """One single change that makes it fit, and the price it then has."""

    change: str
    from_: Any
    to: Any
    usd_per_month_ceiling: str
    message: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why there is no plan: the smallest set of limits that clash, and the priced ways out."""

    binding: tuple[str, ...]
    ways_out: tuple[WayOut, ...]
    message: str


@dataclass(frozen=True, slots=True)
class Document:
    """A plan or a refusal: the answer of `size`."""

    schema: str
    outcome: Literal["plan", "refusal"]
    workload: Mapping[str, Any]
    chosen: Chosen | None
    latency: Mapping[str, Estimate] | None
    memory_gib: MemoryGib | None
    kv_bytes_per_token: int | None
    cost: Cost | None
    serving: Serving | None
    autoscaling: Autoscaling | None
    candidates: tuple[CandidateRow, ...]
    quotas: tuple[Quota, ...]
    assumptions: tuple[Assumption, ...]
    priced_on: str
    refusal: Refusal | None
    exit_code: int


def canonical(value: Any) -> Any:
    """Turn a document into plain JSON data: dataclasses to dicts, Decimal to text, no float noise."""
    if is_dataclass(value) and not isinstance(value, type):
        return {f.name.rstrip("_"): canonical(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, Decimal):
        return exact_text(value)
    if isinstance(value, float):
        return float(f"{value:.6g}")
    if isinstance(value, Mapping):
        mapping = cast("Mapping[str, Any]", value)
        return {key: canonical(item) for key, item in mapping.items()}
    if isinstance(value, list | tuple):
        items = cast("tuple[Any, ...]", value)
        return [canonical(item) for item in items]
    return value
