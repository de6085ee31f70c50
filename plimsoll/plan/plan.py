"""The plan, the refusal, and the document both are written as.

Dataclasses here mirror the JSON document (`plimsoll.dev/plan/v1`) field by field: `canonical`
turns them into plain data, with money as text, ready for `json.dumps`. Components and templates
read these and compute nothing.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Literal

from plimsoll.candidates.row import CandidateRow
from plimsoll.candidates.ways_out import Refusal
from plimsoll.ground.assumption import Assumption
from plimsoll.ground.start_up import record
from plimsoll.ground.units import usd_text
from plimsoll.money.line import Scope
from plimsoll.money.totals import Cost
from plimsoll.plan.autoscaling import Autoscaling
from plimsoll.plan.quotas import Quota
from plimsoll.plan.serving import Serving
from plimsoll.sizing.estimates import Estimate, MemoryGib
from plimsoll.sizing.pool import Pool, Replicas

SCHEMA = "plimsoll.dev/plan/v1"


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
