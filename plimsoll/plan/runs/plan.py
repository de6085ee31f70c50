"""A run has two answers, a plan or a refusal; components and reports read them and compute nothing."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from math import ceil
from typing import TYPE_CHECKING, Annotated, Any

from plimsoll.candidates.pin_cost import PinCost
from plimsoll.candidates.row import CandidateRow, WayOut
from plimsoll.catalog.clock import Clock
from plimsoll.ground.assumption import Assumption
from plimsoll.ground.problems import ExitCode
from plimsoll.ground.start_up import record
from plimsoll.ground.tree import mapping_at
from plimsoll.ground.units import HOURS_PER_MONTH, to_cent, usd_text
from plimsoll.money.line import CostLine
from plimsoll.money.runs.month import RunLine, RunUsd
from plimsoll.money.totals import MonthlyUsd
from plimsoll.plan.beside.hosted import Hosted
from plimsoll.plan.beside.saving import NoSaving, Saving
from plimsoll.plan.quotas.quota import Quota
from plimsoll.plan.runs.container import RunContainer
from plimsoll.plan.warnings.warning import PlanWarning
from plimsoll.sizing.pool import Pool
from plimsoll.sizing.runs.pace import Layout, StepMemoryGib
from plimsoll.sizing.work.base import Traits
from plimsoll.sizing.work.setup import Estimate

if TYPE_CHECKING:  # start-up: only a plan with a discounts file has one
    from plimsoll.money.purchase import Purchase


@record
class RunChosen:
    """The cheapest candidate of a run that holds every limit; what is null is of services alone."""

    id: Annotated[str, "Candidate that was chosen."]
    instance_type: Annotated[str, "EC2 instance type."]
    region: Annotated[str, "AWS region."]
    accelerator: Annotated[str | None, "Accelerator."]
    accelerators_per_replica: Annotated[int | None, "Accelerators of the whole run."]
    tensor_parallel: Annotated[int | None, "Shards of each layer; null where it has no meaning."]
    precision: Annotated[str | None, "Precision of the computation; null where it has no meaning."]
    weights: Annotated[str | None, "What the run starts from; null where nothing names it."]
    quantization: Annotated[str | None, "nf4 where frozen weights are stored in 4 bit; else null."]
    max_tokens: Annotated[int | None, "Tokens of a sequence; null without tokens."]
    capacity: Annotated[str, "on-demand, spot or reserved."]
    replicas: Annotated[None, "Null: a run has nodes."]
    pools: Annotated[tuple[Pool, ...], "Node pools, one for each way in which nodes are rented."]
    memory_share: Annotated[None, "Null: of a service alone."]
    kv_cache_dtype: Annotated[None, "Null: of a service alone."]
    max_num_seqs: Annotated[None, "Null: of a service alone."]
    max_num_batched_tokens: Annotated[None, "Null: of a service alone."]
    adapters: Annotated[None, "Null: of a service alone."]
    nodes: Annotated[int, "Nodes that run at once, all in one zone."]
    layout: Annotated[Layout | None, "How a step is split; null where it has no meaning."]
    share: Annotated[None, "Null: a run has whole accelerators."] = None
    pipeline_layers: Annotated[None, "Null: of a service alone."] = None
    variant: Annotated[None, "Null: of a service alone."] = None


@record
class RunFigures:
    """What a run does and how long it takes; what has no meaning for its kind is null."""

    tokens: Annotated[int | None, "Trained tokens."]
    steps: Annotated[int | None, "Optimizer steps."]
    requests: Annotated[int | None, "Requests of a batch."]
    shards: Annotated[int | None, "Pieces that a batch is cut into, one object of output each."]
    compute_h: Annotated[float, "Hours of pure compute."]
    run_h: Annotated[Estimate, "Hours from admission to the last save."]
    enforced_h: Annotated[float, "Hours after which the cluster ends it: whole minutes."]
    enforced_by: Annotated[str, "The key of the spec that says so; the estimate where none does."]
    accelerator_hours: Annotated[float, "Accelerators × hours of compute."]
    billed_accelerator_hours: Annotated[float, "Accelerators of whole instances × expected billed hours."]
    tokens_per_s: Annotated[float | None, "Tokens per second of the whole run; null without tokens."]
    mfu: Annotated[float | None, "Model FLOPs over the dense peak; null where it has no meaning."]
    interruptions_expected: Annotated[float, "Failures and interruptions of a run, on average."]
    useful_share: Annotated[float, "Hours of compute ÷ hours between the first and the last step."]


@record
class SaveFigures:
    """What a run saves."""

    size_gb: Annotated[float, "One checkpoint, GB."]
    write_s: Annotated[float, "Seconds to write one."]
    blocking_s: Annotated[float, "Seconds in which training waits for one."]
    interval_s: Annotated[float, "Seconds of work between two."]
    kept_gb: Annotated[float, "All that are kept, GB."]
    to: Annotated[str, "s3 or fsx."]
    method: Annotated[str, "async or sync."]
    delete_after_d: Annotated[int, "Days after which they are deleted: by a lifecycle rule, or with the run."]


@record
class DeadlineFigures:
    """How a run keeps its hours."""

    slack: Annotated[float | None, "Limit ÷ hours of compute; null without a limit."]
    switch_at_h: Annotated[
        float | None,
        "Hours after admission at which it leaves spot for on-demand, for good; null where never.",
    ]
    spot_share: Annotated[float, "Share of the expected billed hours that are on spot."]
    fallback: Annotated[str | None, "immediate, last_moment or never; null off spot."]
    mtti_h: Annotated[float | None, "Mean hours until all nodes are taken back; null off spot."]
    late_share: Annotated[float, "Share of runs that may end after the limit, or be ended by it."]


@record
class RunCost:
    """All of the money of a run. What is null has a meaning for services alone."""

    usd_per_month: Annotated[
        MonthlyUsd | None, "The runs of a month and the cluster's fixed parts; null without runs_per_month."
    ]
    list_usd_per_month: Annotated[
        MonthlyUsd | None, "The same at list prices; null without a discounts file."
    ]
    lines: Annotated[tuple[RunLine, ...], "The bill: each number is the exact sum of its lines."]
    usd_per_million_output_tokens: Annotated[
        str | None, "Expected cost per million generated tokens; null without."
    ]
    alternatives: Annotated[Mapping[str, str | None], "The same run on other terms, US dollars per run."]
    reserved_1y_nodes: Annotated[None, "Null: of a service alone."]
    left_out: Annotated[tuple[str, ...], "What AWS may bill besides, by name."]
    usd_per_run: Annotated[RunUsd, "The three numbers of one run."]
    usd_per_million_tokens: Annotated[str | None, "Expected cost per million trained tokens; null without."]
    list_usd_per_run: Annotated[RunUsd | None, "One run at list prices; null without a discounts file."] = (
        None
    )


@record
class RunPlan:
    """A plan of a run rents the cheapest candidate that holds every limit, for bounded hours."""

    workload: Mapping[str, Any]
    chosen: RunChosen
    run: RunFigures
    memory_gib: StepMemoryGib | None
    trainable_params: int | None
    checkpoint: SaveFigures | None
    deadline: DeadlineFigures
    cost: RunCost
    candidates: tuple[CandidateRow, ...]
    quotas: tuple[Quota, ...]
    assumptions: tuple[Assumption, ...]
    pin_cost: PinCost | None
    warnings: tuple[PlanWarning, ...]
    clock: Clock
    traits: Traits
    container: RunContainer
    purchase: "Purchase | None" = None
    """How its month is paid on the organisation's own terms; None at list prices."""
    alternative: Hosted | None = None
    """What is printed beside the plan and never chosen: hosted batch, where its price is given."""
    savings: tuple[Saving, ...] | None = None
    """Levers that save, most first; None where nobody asked."""
    savings_not: tuple[NoSaving, ...] | None = None
    """Levers that do nothing here; None where nobody asked."""

    @property
    def monthly_lines(self) -> tuple[CostLine, ...]:
        """The bill of a month's runs as plans of services carry theirs; empty without a month."""
        if self.cost.usd_per_month is None:
            return ()
        return tuple(line.monthly() for line in self.cost.lines)

    @property
    def starts_a_month(self) -> int:
        """How often it is started in a month at most: as its spec says, rounded up, else once."""
        return max(1, ceil(self.workload.get("runs_per_month") or 1))

    @property
    def runs_at_once(self) -> int:
        """The runs that the month's budget buys running flat out, at least the one that was planned.

        Whole runs: what the budget pays of their nodes for all of a month's hours, on demand. Without a
        budget of a month it is one. It is a rate; the month is held by the budget that the plan keeps.
        """
        budget = mapping_at(self.workload, "budget").get("usd_per_month")
        hours = [line for line in self.cost.lines if line.of == "ceiling" and line.kind == "nodes"]
        if budget is None or not hours:
            return 1
        an_hour = max(Decimal(line.usd_per_unit) for line in hours) * self.container.nodes
        return max(1, int(Decimal(str(budget)) / (HOURS_PER_MONTH * an_hour)))

    @property
    def queued_pods(self) -> int:
        """Pods of all the runs that its queue holds at once."""
        return self.container.nodes * self.runs_at_once

    def claim(self) -> dict[str, str]:
        """Word the ceiling of a month as a component states it: of what stands in the cluster alone.

        A bucket is billed by use, so that nothing that is registered has its price; a file system stands.
        """
        ceiling = (line for line in self.cost.lines if line.of == "ceiling" and line.scope != "cluster")
        by_use = "" if self.checkpoint is not None and self.checkpoint.to == "fsx" else "storage"
        lines = [line for line in ceiling if line.kind != by_use]
        stated = {"usdPerMonth": self._of_a_month(Decimal(line.usd_per_run or 0) for line in lines)}
        if self.cost.list_usd_per_run is None:
            return stated
        listed = (to_cent(Decimal(line.quantity) * Decimal(line.list_usd_per_unit or 0)) for line in lines)
        return stated | {"listUsdPerMonth": self._of_a_month(listed)}

    def _of_a_month(self, of_a_run: Iterable[Decimal]) -> str:
        return usd_text(self.starts_a_month * sum(of_a_run, Decimal(0)))

    @property
    def exit_code(self) -> ExitCode:
        """Zero: a plan holds every limit."""
        return ExitCode.OK


@record
class RunRefusal:
    """A refusal of a run: every candidate with its reasons, what clashes, and the priced ways out."""

    workload: Mapping[str, Any]
    trainable_params: int | None
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


RunAnswer = RunPlan | RunRefusal
