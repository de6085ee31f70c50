"""Rows are candidates and ways out as documents carry them: text, numbers, and nothing to work out."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from plimsoll.ground import meaning
from plimsoll.ground.start_up import record
from plimsoll.sizing.limits import Reason
from plimsoll.sizing.pool import Replicas
from plimsoll.sizing.work.setup import Estimate

Verdict = Literal["chosen", "dominated", "rejected"]


@record
class CandidateRow:
    """One rentable way to serve the workload, and what became of it. Money is monthly USD."""

    id: Annotated[str, "Region, type, tensor parallelism, precision, variant, capacity."]
    instance_type: Annotated[str, "EC2 instance type."]
    region: Annotated[str, "AWS region."]
    tensor_parallel: Annotated[int | None, "Shards of each layer; null where it has no meaning."]
    precision: Annotated[str | None, "Weight precision; null where it has no meaning."]
    capacity: Annotated[str, "on-demand or spot."]
    verdict: Annotated[Verdict, "chosen, dominated (holds, but dearer), or rejected."]
    replicas: Annotated[Replicas | None, "Replica counts; null where none runs or none is priced."]
    latency: Annotated[
        Mapping[str, Estimate] | None, "As of the choice, in the key's unit; null unless every limit holds."
    ]
    usd_per_month_expected: Annotated[
        str | None, "Expected cost; null where it cannot be computed. " + meaning.USD_PER_MONTH
    ]
    usd_per_month_ceiling: Annotated[
        str | None, "Ceiling; null where it cannot be computed. " + meaning.USD_PER_MONTH
    ]
    usd_per_million_output_tokens: Annotated[
        str | None,
        "Expected cost per million generated tokens; null without tokens, and unless every limit holds.",
    ]
    dominated_by: Annotated[str | None, "A candidate that comes before it; null unless dominated."]
    reasons: Annotated[tuple[Reason, ...], "Every limit that it fails."]
    usd_per_run_expected: Annotated[
        str | None, "Expected cost of a run; null of a service. " + meaning.USD_PER_RUN
    ] = None
    usd_per_run_ceiling: Annotated[
        str | None, "Ceiling of a run; null of a service. " + meaning.USD_PER_RUN
    ] = None
    share: Annotated[
        str | None, "Share of an accelerator: 1/8, shared-2 (turns), mig-1g.10gb; null of whole ones."
    ] = None
    nodes: Annotated[int | None, "Nodes of a run; null of a service."] = None
    run_h: Annotated[Estimate | None, "Hours of a run with their interval; null of a service."] = None
    variant: Annotated[str | None, "Variant of what was measured; null where it has no name."] = None


@record
class WayOut:
    """One single change that makes it fit, and the price it then has."""

    change: Annotated[str, "Dotted path into the spec."]
    from_: Annotated[Any, "What stands there."]
    to: Annotated[Any, "What to put there."]
    usd_per_month_ceiling: Annotated[
        str | None, "Ceiling of the plan it then has; null where a run has no month. " + meaning.USD_PER_MONTH
    ]
    message: Annotated[str, "The same in words."]
    usd_per_run_ceiling: Annotated[
        str | None, "Ceiling of a run under the plan it then has; null of a service. " + meaning.USD_PER_RUN
    ] = None
