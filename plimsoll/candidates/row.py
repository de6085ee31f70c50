"""Rows are candidates and ways out as documents carry them: text, numbers, and nothing to work out."""

from typing import Any, Literal

from plimsoll.ground.start_up import record
from plimsoll.sizing.limits import Reason

Verdict = Literal["chosen", "dominated", "rejected"]


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
class WayOut:
    """One single change that makes it fit, and the price it then has."""

    change: str
    from_: Any
    to: Any
    usd_per_month_ceiling: str
    message: str
