"""Sizing has two answers, a plan or a refusal; components and reports read them and compute nothing."""

from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any, Literal

from plimsoll.candidates.pin_cost import PinCost
from plimsoll.candidates.row import CandidateRow, WayOut
from plimsoll.catalog.clock import Clock
from plimsoll.engines.base import AdapterSlots
from plimsoll.ground.assumption import MEASURED_ON, Assumption
from plimsoll.ground.problems import ExitCode, Problem, SpecError
from plimsoll.ground.start_up import record
from plimsoll.ground.units import to_cent, usd_text
from plimsoll.money.line import Scope
from plimsoll.money.totals import Cost
from plimsoll.plan.autoscaling import Autoscaling
from plimsoll.plan.beside.hosted import Hosted
from plimsoll.plan.beside.saving import NoSaving, Saving
from plimsoll.plan.container import Container
from plimsoll.plan.quotas.quota import Quota
from plimsoll.plan.warnings.warning import PlanWarning
from plimsoll.sizing.memory.fit import MemoryGib
from plimsoll.sizing.pool import Pool, Replicas
from plimsoll.sizing.sharing.share import Tenancy
from plimsoll.sizing.sharing.whole import RESOURCE
from plimsoll.sizing.work.base import Queueing, SpeechRate, Traits
from plimsoll.sizing.work.setup import Estimate

if TYPE_CHECKING:  # start-up: only a plan with a discounts file has one
    from plimsoll.money.purchase import Purchase


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
    weights: Annotated[str | None, "What the engine loads; null where nothing names it."]
    quantization: Annotated[
        str | None,
        "How the weights are stored, or what the engine makes of plain ones at load; null if plain.",
    ]
    max_tokens: Annotated[
        int | None, "Longest prompt and answer together that the engine accepts, tokens; null without tokens."
    ]
    capacity: Annotated[str, "on-demand or spot."]
    replicas: Annotated[Replicas, "Replica counts."]
    pools: Annotated[tuple[Pool, ...], "Node pools, each with its own Deployment."]
    memory_share: Annotated[float | None, "Share of accelerator memory that the engine is told to take."] = (
        None
    )
    kv_cache_dtype: Annotated[str | None, "Element type of the KV cache, as the spec words it."] = None
    max_num_seqs: Annotated[int | None, "Most requests that the engine runs at once."] = None
    max_num_batched_tokens: Annotated[int | None, "Most tokens of one step of the engine."] = None
    adapters: Annotated[AdapterSlots | None, "LoRA adapters resident beside the weights; null without."] = (
        None
    )
    share: Annotated[Tenancy | None, "Share of an accelerator; null of whole ones."] = None
    pipeline_layers: Annotated[
        tuple[int, ...] | None, "Layers of each stage, a node each; null where a replica lies on one node."
    ] = None
    nodes: Annotated[None, "Null: a service has pools of nodes."] = None
    layout: Annotated[None, "Null: a service has no training step."] = None
    variant: Annotated[str | None, "Variant of what was measured; null where it has no name."] = None


@record
class BurstType:
    """What the burst of a mix runs on: another type than the base, which `chosen` describes."""

    instance_type: Annotated[str, "EC2 instance type of the burst."]
    accelerator: Annotated[str | None, "Its accelerator; null on CPUs alone."]
    accelerators_per_replica: Annotated[int, "Accelerators of one replica."]
    tensor_parallel: Annotated[int | None, "Shards of each layer; null where it has no meaning."]
    precision: Annotated[str | None, "Weight precision; null where it has no meaning."]
    weights: Annotated[str | None, "What its engine loads; null where nothing names it."]
    quantization: Annotated[str | None, "How the weights are stored, or made at load; null if plain."]
    variant: Annotated[str | None, "Variant of what was measured; null where it has no name."]
    memory_gib: Annotated[MemoryGib | None, "Memory of one of its accelerators."]
    latency: Annotated[Mapping[str, Estimate], "Latencies of its replicas at the peak, in the key's unit."]
    serving: Annotated[Container, "What its container has to be told."]
    base_target: Annotated[
        float, "What each replica of the base carries at the peak, in the unit of `autoscaling`."
    ]
    spread: Annotated[
        Literal["evenly", "by load"], "How requests find a replica: evenly by one Service, or by a gateway."
    ]


@record
class CacheFigures:
    """A cache of answers: its nodes, and the money with and without it."""

    engine: Annotated[str, "What keeps the answers."]
    node_type: Annotated[str, "ElastiCache node type, or the EC2 type of a node in the cluster."]
    shards: Annotated[int, "Parts that the answers are spread over."]
    nodes_per_shard: Annotated[int, "Nodes that each hold all of a part."]
    memory_gib: Annotated[float, "Memory that the answers take, with what is kept free, GiB."]
    hit: Annotated[float, "Share of requests that it answers while it is warm."]
    usd_per_month: Annotated[str, "Its nodes, US dollars per month of 730 hours."]
    spares_replicas: Annotated[int, "Replicas of the peak that a warm cache spares."]
    usd_per_month_without: Annotated[
        str | None, "What the plan without it is expected to cost; null where none holds."
    ]
    saves_usd_per_month: Annotated[
        str | None, "That less what is expected with it; below zero where it does not pay."
    ]
    serverless_usd_per_month: Annotated[
        str | None, "The same answers in ElastiCache Serverless, stored data alone; null without a price."
    ]

    pool: Annotated[Pool | None, "Its node in the cluster; null where ElastiCache keeps it."] = None

    @property
    def replicas_per_shard(self) -> int:
        """Nodes of a shard beside its primary."""
        return self.nodes_per_shard - 1

    @property
    def answers_mib(self) -> int:
        """What the answers of one node may take, MiB: its memory without what is kept free."""
        from plimsoll.money.cache import USABLE  # start-up: few plans keep answers

        return int(self.memory_gib * float(USABLE) * 1024)


@record
class Routing:
    """Requests go through a gateway, which asks an endpoint picker which replica holds their prefix."""

    shared_prefix_tokens: Annotated[float, "Leading prompt tokens that requests share."]
    endpoint_picker: Annotated[str, "Service that picks the replica; its chart is installed beside the plan."]
    port: Annotated[int, "Port of that Service."]


@record
class Plan:
    """A plan rents the cheapest candidate that holds every limit: its pools, its money, what it assumes.

    `memory_gib` and `kv_bytes_per_token` are None for a service whose memory its owner measured.
    """

    workload: Mapping[str, Any]
    chosen: Chosen
    latency: Mapping[str, Estimate]
    memory_gib: MemoryGib | None
    kv_bytes_per_token: int | None
    cost: Cost
    speech: SpeechRate | None
    serving: Container
    autoscaling: Autoscaling
    candidates: tuple[CandidateRow, ...]
    quotas: tuple[Quota, ...]
    assumptions: tuple[Assumption, ...]
    pin_cost: PinCost | None
    warnings: tuple[PlanWarning, ...]
    clock: Clock
    traits: Traits
    queue: Queueing | None = None
    """How workers take tasks; None where nothing waits in a queue."""
    routing: Routing | None = None
    """What picks the replica of a request; None where they are spread evenly."""
    cache: CacheFigures | None = None
    """Nodes that keep answers; None without a cache."""
    burst: BurstType | None = None
    """What the burst runs on where it is another type than the base; None where there is one type."""
    purchase: "Purchase | None" = None
    """How the bill is paid on the organisation's own terms; None at list prices."""
    alternative: Hosted | None = None
    """What is printed beside the plan and never chosen; None where the spec names no hosted price."""
    savings: tuple[Saving, ...] | None = None
    """Levers that save, most first; None where nobody asked."""
    savings_not: tuple[NoSaving, ...] | None = None
    """Levers that do nothing here; None where nobody asked."""

    @property
    def exit_code(self) -> ExitCode:
        """Zero: a plan holds every limit."""
        return ExitCode.OK

    def ceiling_usd(self, scope: Scope) -> str:
        """The ceiling of the workload's own resources, or of the cluster's shared ones, USD a month.

        Commitments are in neither: they are paid whatever the resources are.
        """
        lines = (
            line
            for line in self.cost.lines
            if line.of == "ceiling" and line.scope == scope and line.kind != "commitment"
        )
        return usd_text(sum((Decimal(line.usd_per_month) for line in lines), Decimal(0)))

    def claim(self, scope: Scope) -> dict[str, str]:
        """Word the ceiling of a scope as a component states it, with that at list prices where it is net."""
        stated = {"usdPerMonth": self.ceiling_usd(scope)}
        if self.cost.list_usd_per_month is None:
            return stated
        lines = (line for line in self.cost.lines if line.of == "ceiling" and line.scope == scope)
        listed = (Decimal(line.quantity) * Decimal(line.list_usd_per_unit or 0) for line in lines)
        return stated | {"listUsdPerMonth": usd_text(sum(map(to_cent, listed), Decimal(0)))}

    @property
    def measured_on(self) -> str | None:
        """The day of the load test that its speed stands on; None where no calibration moved it."""
        return next((str(each.value) for each in self.assumptions if each.name == MEASURED_ON), None)

    @property
    def pod_quota(self) -> dict[str, str]:
        """What the namespace may request at most: every pool at its last replica, and nothing more."""
        hard: dict[str, float] = {}
        for pool in self.chosen.pools:
            pods = pool.max_replicas * pool.nodes_per_replica * pool.clusters
            serving = self.serving_of(pool)
            resource = serving.accelerator_resource or RESOURCE if serving.accelerators else "cpu"
            key = f"requests.{resource}"
            hard[key] = hard.get(key, 0) + pods * (serving.accelerators or serving.cpu_request)
        if self.cache is not None and self.cache.pool is not None and "requests.cpu" in hard:
            hard["requests.cpu"] += self.cache.pool.max_replicas  # its pod asks for one vCPU
        return {key: f"{most:g}" for key, most in hard.items()}

    @property
    def by_ray(self) -> bool:
        """Whether Ray Serve runs the replicas, in place of Deployments."""
        engine: Mapping[str, Any] = self.workload.get("engine") or {}
        return engine.get("run_by") == "ray_serve"

    def must_be_one_type(self, answer: str, where: str) -> None:
        """Refuse a mix where an answer is one replica's, and those of a mix differ.

        Raises:
            SpecError: the burst runs on another type than the base.
        """
        if self.burst is not None:
            pair = f"{self.chosen.instance_type} and {self.burst.instance_type}"
            what, why = f"{answer} is of one type", f"the plan mixes {pair}, whose replicas differ"
            raise SpecError(Problem(what, why, "--set capacity.mix=1 plans one type", where))

    def serving_of(self, pool: Pool) -> Container:
        """Look up what the container of a pool is told: that of the burst, where it is another type."""
        other = self.burst is not None and pool.instance_type == self.burst.instance_type
        return self.burst.serving if self.burst is not None and other else self.serving


@record
class Clash:
    """Why there is no plan: the smallest set of limits that clash, and the priced ways out."""

    binding: Annotated[tuple[str, ...], "Codes of the smallest set of limits that clash."]
    ways_out: Annotated[tuple[WayOut, ...], "Single changes that make it fit, cheapest first."]
    message: Annotated[str, "The same in words."]


@record
class Refusal:
    """A refusal says why there is no plan: every candidate with its reasons, what clashes, and the ways out.

    `binding` is the smallest set of limit codes such that every candidate within reach breaks one.
    """

    workload: Mapping[str, Any]
    kv_bytes_per_token: int | None
    candidates: tuple[CandidateRow, ...]
    assumptions: tuple[Assumption, ...]
    clock: Clock
    binding: tuple[str, ...]
    ways_out: tuple[WayOut, ...]
    message: str
    exit_code: ExitCode
    traits: Traits
    savings: tuple[Saving, ...] | None = None
    """Those of the plan without the budget; None where there is none, or nobody asked."""
    savings_not: tuple[NoSaving, ...] | None = None
