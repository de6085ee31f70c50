"""The plan, the refusal, and the document both are written as.

Dataclasses here mirror the JSON document (`plimsoll.dev/plan/v1`) field by field: `canonical`
turns them into plain data, with money as text, ready for `json.dumps`. Components and templates
read these and compute nothing.
"""

import math
from collections.abc import Mapping
from dataclasses import field, fields, is_dataclass
from decimal import Decimal
from functools import cache
from typing import Any, Literal, cast

from plimsoll.ground.start_up import record
from plimsoll.ground.units import exact_text, usd_text

SCHEMA = "plimsoll.dev/plan/v1"

Verdict = Literal["chosen", "dominated", "rejected"]
Basis = Literal["floor", "expected", "ceiling"]
Scope = Literal["workload", "cluster"]

STARTUP_PROBE_PERIOD_S = 10
"""Seconds between two startup probes: the period of vLLM's own Kubernetes guide."""

STARTUP_MARGIN = 2
"""A start may take this many times its estimate before the kubelet gives up: too small a budget kills
a model that is still loading (vLLM docs/deployment/k8s.md), too large a one only delays bad news."""

NODE_WAIT_S = 600
"""Seconds a rollout waits for a node on top of the startup budget; twice EKS's usual 60 to 120 s plus
one retry after an insufficient-capacity answer, which Karpenter caches for 3 minutes."""

HPA_WINDOW_MAX_S = 3600
"""The longest stabilisation window that autoscaling/v2 accepts."""


@record
class SystemNodes:
    """The managed node group that carries Karpenter, CoreDNS and the add-ons."""

    instance_type: str
    min_nodes: int
    desired_nodes: int
    max_nodes: int
    volume_gib: int


SYSTEM_NODES = SystemNodes("m7i.large", 2, 2, 3, 50)
"""Two nodes so that one may fail, three at most; the ceiling counts all three."""


@record
class Reason:
    """One limit that a candidate fails: the limit, the value it reached, their unit."""

    code: str
    limit: float | str | None
    value: float | str | None
    unit: str | None
    message: str


@record
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


@record
class Replicas:
    """Replica counts: autoscaler minimum, what the peak needs, autoscaler maximum."""

    min: int
    peak: int
    max: int


@record
class Pool:
    """One node pool and the Deployment pinned to it.

    `capacity_type` spot means spot first with on-demand as the fallback. `min_nodes` and
    `max_nodes` follow from the replicas; `overshoot_nodes` is what Karpenter may have in flight
    above its limit. `volume_gib` is the gp3 root volume of each node. `accelerators_per_node` and
    `vcpus_per_node` are what one node of the type has; `arch` is Kubernetes' name of its architecture.
    `nodes_per_replica` is above 1 where one replica spans nodes. `zones` above 1 means that replicas
    must be spread over that many zones, so that one may fail.
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
    accelerators_per_node: int = 0
    vcpus_per_node: int = 0
    arch: str = "amd64"
    nodes_per_replica: int = 1
    zones: int = 1

    @property
    def limits(self) -> dict[str, str]:
        """NodePool limits: exactly `max_nodes` nodes, and exactly what they hold; no room for surge."""
        if self.accelerators_per_node:
            held = {"nvidia.com/gpu": str(self.max_nodes * self.accelerators_per_node)}
        else:
            held = {"cpu": str(self.max_nodes * self.vcpus_per_node)}
        return held | {"nodes": str(self.max_nodes)}

    @property
    def autoscaled(self) -> bool:
        """Whether an autoscaler owns the replica count; if not, `max_replicas` is that count."""
        return self.min_replicas != self.max_replicas


@record
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


@record
class Estimate:
    """An estimate with the 10th and 90th percentile of what would be measured."""

    estimate: float
    low: float
    high: float


@record
class MemoryGib:
    """Memory of one accelerator, GiB; `kv_cache` is None for a model that keeps none."""

    weights: float
    kv_cache: float | None
    activations: float
    usable: float


@record
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


@record
class MonthlyUsd:
    """The three numbers, each the exact sum of its lines; and what other terms would make of them."""

    floor: str
    expected: str
    ceiling: str


@record
class Cost:
    """All of the money. `alternatives` holds the expected bill at 1-year reserved and without spot."""

    usd_per_month: MonthlyUsd
    lines: tuple[CostLine, ...]
    usd_per_million_output_tokens: str | None
    alternatives: Mapping[str, str | None]
    left_out: tuple[str, ...]


@record
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
    command: tuple[str, ...] = ()
    args: tuple[str, ...] = ()
    health_path: str = "/health"
    env: Mapping[str, str] = field(default_factory=dict[str, str])

    @property
    def startup_failure_threshold(self) -> int:
        """Failed startup probes to allow: margin × cold start ÷ probe period, at least one minute."""
        return max(6, math.ceil(STARTUP_MARGIN * self.cold_start_s / STARTUP_PROBE_PERIOD_S))

    @property
    def progress_deadline_s(self) -> int:
        """Seconds a rollout may stall: the startup budget plus the wait for a node."""
        return self.startup_failure_threshold * STARTUP_PROBE_PERIOD_S + NODE_WAIT_S

    @property
    def scale_down_window_s(self) -> int:
        """Seconds of low load before a replica goes: twice what it costs to get it back, 5 min to 1 h."""
        return min(HPA_WINDOW_MAX_S, max(300, math.ceil(STARTUP_MARGIN * self.cold_start_s)))


@record
class Autoscaling:
    """The metric and target that the sized SLA implies, per replica, and the bounds.

    `target` is requests in flight per replica (`metric` = `requests_in_flight`), requests per second and
    replica of a measured service (`requests_per_second`), or a share of the requested CPU (`cpu…`).
    """

    metric: str
    target: float
    unit: str
    min_replicas: int
    max_replicas: int
    scale_to_zero: bool

    @property
    def by_cpu(self) -> bool:
        """Whether the target is a share of the requested CPU rather than requests in flight."""
        return self.metric.startswith("cpu")

    @property
    def target_text(self) -> str:
        """The target as autoscalers write it: whole percent of CPU, or requests per replica."""
        return f"{self.target * 100:.0f}" if self.by_cpu else f"{self.target:g}"


@record
class Quota:
    """A Service Quota that must allow the ceiling: vCPUs of a family."""

    code: str | None
    name: str
    vcpus: int


@record
class Assumption:
    """A number nobody supplied, or a fact that was inferred."""

    name: str
    value: float | int | str | bool | None
    unit: str | None
    source: str


@record
class WayOut:
    """One single change that makes it fit, and the price it then has."""

    change: str
    from_: Any
    to: Any
    usd_per_month_ceiling: str
    message: str


@record
class Refusal:
    """Why there is no plan: the smallest set of limits that clash, and the priced ways out."""

    binding: tuple[str, ...]
    ways_out: tuple[WayOut, ...]
    message: str


@record
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

    def ceiling_usd(self, scope: Scope) -> str:
        """The ceiling of the workload's own resources, or of the cluster's shared ones, USD a month."""
        lines = () if self.cost is None else self.cost.lines
        own = (Decimal(x.usd_per_month) for x in lines if x.of == "ceiling" and x.scope == scope)
        return usd_text(sum(own, Decimal(0)))

    @property
    def pod_quota(self) -> dict[str, str]:
        """What the namespace may request at most: every pool at its last replica, and nothing more."""
        if self.chosen is None or self.serving is None:
            return {}
        pods = sum(pool.max_replicas * pool.nodes_per_replica for pool in self.chosen.pools)
        if self.serving.accelerators:
            return {"requests.nvidia.com/gpu": str(pods * self.serving.accelerators)}
        return {"requests.cpu": f"{pods * self.serving.cpu_request:g}"}


_LEAVES = frozenset({str, int, bool, type(None)})
"""What JSON data already is; most values of a document are one of these."""

_AS_WRITTEN = frozenset({"workload", "from_", "to"})
"""Fields that repeat values of the spec, which are not ours to round."""


@cache
def _keys(kind: type[Any]) -> tuple[tuple[str, str], ...]:
    """Attribute and JSON key of each field; a trailing underscore only dodges a Python keyword."""
    return tuple((each.name, each.name.rstrip("_")) for each in fields(kind))


def canonical(value: Any) -> Any:  # noqa: ANN401 - JSON data of any shape
    """Turn a document into plain JSON data: dataclasses to dicts, Decimal to text, no float noise."""
    if type(value) in _LEAVES:
        return value
    if isinstance(value, float):
        # Never coarser than the cent: an amount keeps what its message says.
        return round(value, 2) if abs(value) >= 1e4 else float(f"{value:.6g}")
    if isinstance(value, list | tuple):
        items = cast("tuple[Any, ...]", value)
        return [canonical(item) for item in items]
    if is_dataclass(value) and not isinstance(value, type):
        values = ((key, name, getattr(value, name)) for name, key in _keys(type(value)))
        return {key: each if name in _AS_WRITTEN else canonical(each) for key, name, each in values}
    if isinstance(value, Decimal):
        return exact_text(value)
    if isinstance(value, Mapping):
        mapping = cast("Mapping[str, Any]", value)
        return {key: canonical(item) for key, item in mapping.items()}
    return value
