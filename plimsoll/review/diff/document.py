"""The diff as a document: `plimsoll.dev/diff/v1`."""

from typing import Annotated, Literal

from plimsoll.ground import meaning
from plimsoll.ground.start_up import record
from plimsoll.money.runs.month import RunUsd
from plimsoll.money.totals import MonthlyUsd
from plimsoll.review.diff.assumptions import AssumptionChange
from plimsoll.review.diff.flips import Flip
from plimsoll.review.diff.lines import ChangedLine
from plimsoll.review.diff.resources import ResourceChanges
from plimsoll.review.diff.run_changes import RunChange
from plimsoll.review.diff.spec_changes import SpecChange
from plimsoll.review.solved.solution import Outcome
from plimsoll.review.solved.stored_plan import Per, RunShape

SCHEMA = "plimsoll.dev/diff/v1"

State = Literal["new", "removed", "changed", "same"]


@record
class DiffMoney:
    """The three numbers of a month or a run, or by how much each changed; null where a side is refused."""

    floor: Annotated[str | None, "With no traffic; of a run, on time. US dollars, two decimals."]
    expected: Annotated[str | None, "With the load, or the interruptions, as described. US dollars."]
    ceiling: Annotated[str | None, "The most that the created resources can cost. US dollars."]


@record
class DiffReplicas:
    """Replicas of a choice."""

    max: Annotated[int, "Most replicas that run."]


@record
class DiffChoice:
    """A candidate and its money."""

    id: Annotated[str, "Candidate."]
    instance_type: Annotated[str, "EC2 instance type."]
    region: Annotated[str, "AWS region."]
    precision: Annotated[str | None, "Weight precision; null where it has no meaning."]
    replicas: Annotated[DiffReplicas | None, "Replica counts; null of a run."]
    usd_per_month: Annotated[MonthlyUsd | None, "The three numbers; null where a run has no month."]
    usd_per_run: Annotated[RunUsd | None, "The three numbers of a run; null of a service."] = None
    run: Annotated[RunShape | None, "How the run is done; null of a service."] = None


@record
class DiffSide:
    """What one side has for a workload: the cheapest that holds every limit but the budget."""

    outcome: Annotated[
        Outcome, "plan, over_budget if nothing holds with the budget, refusal if nothing does without."
    ]
    id: Annotated[str | None, "Candidate; null in a refusal."]
    instance_type: Annotated[str | None, "EC2 instance type; null in a refusal."]
    region: Annotated[str | None, "AWS region; null in a refusal."]
    precision: Annotated[str | None, "Weight precision; null in a refusal, and where it has no meaning."]
    replicas: Annotated[DiffReplicas | None, "Replica counts; null in a refusal, and of a run."]
    usd_per_month: Annotated[
        DiffMoney, "The three numbers; nulls in a refusal, and where a run has no month."
    ]
    usd_per_run: Annotated[DiffMoney | None, "Those of a run, nulls in a refusal; null of a service."]
    run: Annotated[RunShape | None, "How the run is done; null in a refusal, and of a service."]
    within_budget: Annotated[
        DiffChoice | None, "What the budget leaves in its place; null where it leaves it, or nothing."
    ]
    refusal: Annotated[str | None, "Why nothing holds; null in a plan."]

    def usd(self, per: Per) -> DiffMoney | None:
        """The three numbers of a month or of a run; None where there is no such thing."""
        return self.usd_per_run if per == "run" else self.usd_per_month


@record
class DiffCauses:
    """What each cause adds, in the order of the keys, one after the other; the sum is the change.

    A cause is null where what it takes is not in the package, or nothing holds there: what it did lies in the
    next that is not null. All are null where a side is refused.
    """

    tool: Annotated[DiffMoney | None, "Another version of Plimsoll, on the old data and prices."]
    speed: Annotated[DiffMoney | None, "Other speed data, at the old prices."]
    prices: Annotated[DiffMoney | None, "Other prices, for the old spec."]
    spec: Annotated[DiffMoney | None, "The change of the spec, on today's tool, data and prices."]


@record
class DiffMonth:
    """What a change does to a month of runs, whose number of a month both sides say."""

    change: Annotated[DiffMoney, "By how much the three numbers of a month change."]
    causes: Annotated[DiffCauses, "The change of the month, split by cause."]


@record
class WorkloadDiff:
    """What a change does to one workload."""

    name: Annotated[str, "Workload."]
    state: Annotated[State, "new, removed, changed, or same."]
    was: Annotated[DiffSide | None, "Before; null where it is new."]
    now: Annotated[DiffSide | None, "After; null where it is removed."]
    per: Annotated[Per, "What change and causes are of: month, or run where both sides are runs."]
    change: Annotated[DiffMoney, "By how much the three numbers change; nulls where a side has none."]
    causes: Annotated[DiffCauses, "The change, split by cause."]
    month: Annotated[
        DiffMonth | None, "The same of a month of runs; null of a service, and where a side has no month."
    ]
    spec_changes: Annotated[tuple[SpecChange, ...], "Keys of the spec that say something else."]
    flips: Annotated[tuple[Flip, ...], "Where another candidate became the choice, and why."]
    run_changes: Annotated[
        tuple[RunChange, ...], "What moved of a run: nodes, method, hours, checkpoints; empty of a service."
    ]
    lines: Annotated[tuple[ChangedLine, ...], "Lines of the bill that changed."]
    assumptions: Annotated[
        tuple[AssumptionChange, ...] | None,
        "Assumptions that changed; null where an answer was read and not solved, or a side has no plan.",
    ]
    rebuild: Annotated[
        str | None,
        "Engine to build before it is deployed: it is bound to its accelerator; null of none.",
    ]
    resources: Annotated[
        ResourceChanges | None,
        "Kubernetes objects that changed; null where an answer was read and not solved, or cannot be built.",
    ]


@record
class DiffTotal:
    """All workloads together; parts of a shared cluster, and every commitment, count once.

    A run counts by its month on each side; where nobody says how many runs a month has, it counts nothing.
    """

    was: Annotated[DiffMoney, "Before; nulls where a workload is refused."]
    now: Annotated[DiffMoney, "After; nulls where a workload is refused."]
    change: Annotated[DiffMoney, "The difference; nulls where either is."]
    causes: Annotated[DiffCauses, "The difference, split by cause."]
    not_monthly: Annotated[tuple[str, ...], "Runs of which a side says no month: there they count nothing."]


@record
class DiffUnchanged:
    """The workloads that are the same on both sides."""

    count: Annotated[int, "How many they are."]
    usd_per_month: Annotated[DiffMoney, "What they cost together; nulls where one of them is refused."]
    not_monthly: Annotated[tuple[str, ...], "Runs among them that no month is known of: they count nothing."]


@record
class DiffDocument:
    """Two sides of a change, workload by workload."""

    schema: Annotated[str, meaning.SCHEMA]
    workloads: Annotated[
        tuple[WorkloadDiff, ...], "Every workload, the largest change of the ceiling first, then by name."
    ]
    total: Annotated[DiffTotal, "The sums."]
    unchanged: Annotated[DiffUnchanged, "The workloads whose state is same."]
    asked_on: Annotated[str | None, meaning.ASKED_ON]
    priced_on: Annotated[str | None, meaning.PRICED_ON]
    oldest_on: Annotated[str | None, meaning.OLDEST_ON]

    @property
    def changed(self) -> bool:
        """Whether anything differs."""
        return any(each.state != "same" for each in self.workloads)
