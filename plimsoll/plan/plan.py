"""The plan, the refusal, and the document both are written as.

Dataclasses here mirror the JSON document (`plimsoll.dev/plan/v1`) field by field: `canonical`
turns them into plain data, with money as text, ready for `json.dumps`. Components and templates
read these and compute nothing.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Any, Literal

from plimsoll.candidates.row import CandidateRow
from plimsoll.candidates.ways_out import Refusal
from plimsoll.ground import meaning
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

    id: Annotated[str, "Candidate that was chosen."]
    instance_type: Annotated[str, "EC2 instance type."]
    region: Annotated[str, "AWS region."]
    accelerator: Annotated[str | None, "Accelerator; null on CPUs alone."]
    accelerators_per_replica: Annotated[int, "Accelerators of one replica."]
    tensor_parallel: Annotated[int | None, "Shards of each layer; null where it has no meaning."]
    precision: Annotated[str | None, "Weight precision; null where it has no meaning."]
    capacity: Annotated[str, "on-demand or spot."]
    replicas: Annotated[Replicas, "Replica counts."]
    pools: Annotated[tuple[Pool, ...], "Node pools, each with its own Deployment."]


@record
class Document:
    """A plan or a refusal: the answer of `size`."""

    schema: Annotated[str, meaning.SCHEMA]
    outcome: Annotated[Literal["plan", "refusal"], "plan, or refusal if nothing holds every limit."]
    workload: Annotated[Mapping[str, Any], "The spec as it was read, defaults filled in."]
    chosen: Annotated[Chosen | None, "The cheapest candidate that holds every limit; null in a refusal."]
    latency: Annotated[
        Mapping[str, Estimate] | None,
        "Each limited latency (and TTFT and TPOT of text generation) in the key's unit.",
    ]
    memory_gib: Annotated[MemoryGib | None, "Memory of one accelerator."]
    kv_bytes_per_token: Annotated[
        int | None, "What one more token adds to the KV cache of the whole replica, bytes."
    ]
    cost: Annotated[Cost | None, "The money of the chosen candidate."]
    serving: Annotated[Serving | None, "What the container has to be told."]
    autoscaling: Annotated[Autoscaling | None, "The metric and the target that the sized limits imply."]
    candidates: Annotated[tuple[CandidateRow, ...], "Every way that was tried, and what became of it."]
    quotas: Annotated[tuple[Quota, ...], "Service Quotas that the ceiling needs."]
    assumptions: Annotated[tuple[Assumption, ...], "Every number that nobody supplied."]
    priced_on: Annotated[str, "Date of the prices."]
    refusal: Annotated[Refusal | None, "Why there is no plan, and the priced ways out; null in a plan."]
    exit_code: Annotated[int, "0 plan, 3 infeasible, 4 over budget, 5 a fact is missing."]

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
