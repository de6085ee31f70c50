"""Savings are levers solved again on a workload: what each is worth in dollars, and what it takes for that.

`plimsoll.savings` works them out; a plan without them carries none, which is not the same as an empty list.
"""

from typing import Annotated, Any, Literal

from plimsoll.ground import meaning
from plimsoll.ground.start_up import record

Strategy = Literal[
    "spot",
    "reserved",
    "savings_plan",
    "precision",
    "scale_to_zero",
    "schedule",
    "smaller_model",
    "cache",
    "region",
    "family",
    "right_size",
]
"""The strategies, in the order in which savings that are worth the same are told."""

MENDS = "mends the refusal"
"""Words of a lever that is a way out of a refusal, and no saving."""


@record
class Saving:
    """One lever applied: the change that does it, what the plan then costs, and what is given for that."""

    strategy: Annotated[Strategy, "Lever."]
    change: Annotated[str, "Dotted path into the spec, or discounts.commitments."]
    from_: Annotated[Any, "What stands there; null where nothing does."]
    to: Annotated[Any, "What to put there; of discounts.commitments one entry of the discounts file."]
    usd_per_month_expected: Annotated[
        str | None,
        "Expected cost of the plan it then has; null where a run has no month. " + meaning.USD_PER_MONTH,
    ]
    usd_per_month_ceiling: Annotated[
        str | None, "Ceiling of the plan it then has; null where a run has no month. " + meaning.USD_PER_MONTH
    ]
    saves_usd_per_month: Annotated[
        str | None,
        "Difference of expected, less what commitments of the plan cost that nothing uses then; null where a "
        "run has no month. " + meaning.USD_PER_MONTH,
    ]
    trade_off: Annotated[str, "What is given for it, in numbers."]
    message: Annotated[str, "The same in words."]
    usd_per_run_expected: Annotated[
        str | None,
        "Expected cost of a run under the plan it then has; null of a service. " + meaning.USD_PER_RUN,
    ] = None
    usd_per_run_ceiling: Annotated[
        str | None, "Ceiling of a run under the plan it then has; null of a service. " + meaning.USD_PER_RUN
    ] = None
    saves_usd_per_run: Annotated[
        str | None, "Difference of expected; null of a service. " + meaning.USD_PER_RUN
    ] = None


@record
class NoSaving:
    """One lever that does nothing here, and why."""

    strategy: Annotated[Strategy, "Lever."]
    message: Annotated[str, "Why it does nothing here."]
    usd_per_month_expected: Annotated[
        str | None, "Expected cost with it; null where it cannot be applied. " + meaning.USD_PER_MONTH
    ]
    usd_per_run_expected: Annotated[
        str | None,
        "Expected cost of a run with it; null of a service, or where it cannot be applied. "
        + meaning.USD_PER_RUN,
    ] = None
