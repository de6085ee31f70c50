"""The answer of right-sizing as data: the window, and of each workload a proposal, or why there is none."""

from collections.abc import Mapping
from typing import Annotated

from plimsoll.ground import meaning
from plimsoll.ground.start_up import record
from plimsoll.rightsizing.patch import MeasuredChange
from plimsoll.rightsizing.weekly.reminders import ProposedQuota, WeeklyReminder
from plimsoll.rightsizing.weekly.since_lock import SinceLock

SCHEMA = "plimsoll.dev/rightsize/v1"

# The docstrings of the records below are texts of the published schema.


@record
class EvidenceWindow:
    """The window that was measured."""

    start: Annotated[str, "First point, UTC."]
    end: Annotated[str, "Last point, UTC."]
    days: Annotated[float, "Days from the first point to the end of the last."]
    coverage_pct: Annotated[float, "Share of the points that are there, percent."]
    points: Annotated[int, "Points of the rate of requests."]
    step_s: Annotated[float, "Seconds between points."]


@record
class MeasuredEvidence:
    """One measured quantity beside the planned one."""

    name: Annotated[str, "What was measured."]
    unit: Annotated[str, "Its unit."]
    planned: Annotated[float | None, "What the lock was planned with; null where it says nothing of it."]
    p50: Annotated[float | None, "Median of its points or of its requests; null where not measured."]
    p95: Annotated[float | None, "95th percentile; null where not measured."]
    peak: Annotated[float | None, "What 99.5 % of its points stay below; null where it has no points."]
    query: Annotated[str | None, "PromQL that asks for it; null where it follows from others."]


@record
class FleetSize:
    """A fleet, and what it costs."""

    instance_type: Annotated[str, "Instance type."]
    replicas_peak: Annotated[int, "Replicas at the peak."]
    usd_per_month_expected: Annotated[str, meaning.USD_PER_MONTH]
    usd_per_month_ceiling: Annotated[str, meaning.USD_PER_MONTH]


@record
class SpeedOfSetup:
    """Measured ÷ predicted speed of the planned setup, which the change was planned with."""

    setup: Annotated[str, "Model, accelerators, engine, precision."]
    factor: Annotated[float, "Measured ÷ predicted."]
    low: Annotated[float, "10th percentile of the hours, as a share of the factor."]
    high: Annotated[float, "90th percentile of the hours, as a share of the factor."]
    hours: Annotated[int, "Hours that were held against the model."]
    calibration: Annotated[str, "Text of a calibration file that says so: plan --calibration FILE uses it."]


@record
class RightsizeProposal:
    """A change of a spec, planned again with what was measured."""

    name: Annotated[str, "Workload."]
    spec: Annotated[str, "Spec, as the lock names it."]
    owner: Annotated[Mapping[str, str | None], "Who pays."]
    changes: Annotated[tuple[MeasuredChange, ...], "Changes of the spec."]
    was: Annotated[FleetSize, "The fleet of the lock."]
    now: Annotated[FleetSize, "The fleet of the changed spec."]
    usd_per_month_expected: Annotated[str, meaning.USD_PER_MONTH]
    usd_per_month_ceiling: Annotated[str, meaning.USD_PER_MONTH]
    saves_usd_per_month: Annotated[
        str, "Expected cost of the lock less that of the change; negative costs more."
    ]
    speed: Annotated[SpeedOfSetup | None, "Null where the model's speed holds."]
    evidence: Annotated[tuple[MeasuredEvidence, ...], "What was measured."]
    confidence: Annotated[str, "high, medium or low."]
    because: Annotated[tuple[str, ...], "What the confidence rests on."]
    risks: Annotated[tuple[str, ...], "What to look at before it is taken."]
    quotas: Annotated[tuple[ProposedQuota, ...], "What it needs of Service Quotas, beside the lock."] = ()


@record
class NotWorthIt:
    """A change that saves less than 5 % or $50 a month, or no change at all."""

    name: Annotated[str, "Workload."]
    changes: Annotated[tuple[MeasuredChange, ...], "Changes of the spec."]
    usd_per_month_expected: Annotated[str, meaning.USD_PER_MONTH]
    saves_usd_per_month: Annotated[str, "Expected cost of the lock less that of the change."]
    reason: Annotated[str, "Why it is not proposed."]


@record
class RightsizeRefusal:
    """A workload for which nothing is proposed."""

    name: Annotated[str, "Workload."]
    reason: Annotated[str, "Why not."]


@record
class RightsizeReport:
    """What right-sizing says of some workloads by one window of metrics."""

    schema: Annotated[str, meaning.SCHEMA]
    window: Annotated[EvidenceWindow | None, "The window; null where nothing was measured."]
    proposals: Annotated[tuple[RightsizeProposal, ...], "Changes worth taking, most saved first."]
    not_worth_it: Annotated[tuple[NotWorthIt, ...], "Changes that are not."]
    refused: Annotated[tuple[RightsizeRefusal, ...], "Workloads for which nothing is proposed, and why."]
    since_lock: Annotated[tuple[SinceLock, ...], "Each lock, planned again with what is here now."] = ()
    reminders: Annotated[tuple[WeeklyReminder, ...], "Prices, quotas and expiries to look after."] = ()
