"""A candidate as documents carry it."""

from typing import Literal

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
