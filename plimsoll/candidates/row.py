"""A candidate as documents carry it."""

from typing import Annotated, Literal

from plimsoll.ground import meaning
from plimsoll.ground.start_up import record
from plimsoll.sizing.limits import Reason

Verdict = Literal["chosen", "dominated", "rejected"]


@record
class CandidateRow:
    """One rentable way to serve the workload, and what became of it. Money is monthly USD."""

    id: Annotated[str, "Region, type, tensor parallelism, precision, capacity."]
    instance_type: Annotated[str, "EC2 instance type."]
    region: Annotated[str, "AWS region."]
    tensor_parallel: Annotated[int | None, "Shards of each layer; null where it has no meaning."]
    precision: Annotated[str | None, "Weight precision; null where it has no meaning."]
    capacity: Annotated[str, "on-demand or spot."]
    verdict: Annotated[Verdict, "chosen, dominated (holds, but dearer), or rejected."]
    usd_per_month_expected: Annotated[
        str | None, "Expected cost; null where it cannot be computed. " + meaning.USD_PER_MONTH
    ]
    usd_per_month_ceiling: Annotated[
        str | None, "Ceiling; null where it cannot be computed. " + meaning.USD_PER_MONTH
    ]
    dominated_by: Annotated[str | None, "A candidate that comes before it; null unless dominated."]
    reasons: Annotated[tuple[Reason, ...], "Every limit that it fails."]
