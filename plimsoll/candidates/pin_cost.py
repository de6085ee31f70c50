"""A pin costs what the plan with it takes more than the plan that would be chosen without it."""

from typing import Annotated

from plimsoll.candidates.candidate import Candidate
from plimsoll.candidates.search import Search
from plimsoll.ground import meaning
from plimsoll.ground.start_up import record
from plimsoll.ground.units import usd_text
from plimsoll.spec.workload import Pin


@record
class PinCost:
    """What the pins of the spec add over the plan without any.

    Below zero where a pin opens what nobody would try otherwise: a precision that the spec does not list, a
    split that is no power of two; and the ceiling where the cheaper plan has the higher one.
    """

    usd_per_month_expected: Annotated[
        str | None,
        "More that is expected; null where nothing holds without the pins. " + meaning.USD_PER_MONTH,
    ]
    usd_per_month_ceiling: Annotated[
        str | None, "More at the ceiling; null where nothing holds without the pins. " + meaning.USD_PER_MONTH
    ]
    instead: Annotated[str | None, "Candidate that would be chosen; null where nothing would hold."]
    usd_per_run_expected: Annotated[str | None, "More that a run is expected to cost; null of a service."] = (
        None
    )
    usd_per_run_ceiling: Annotated[str | None, "More at the ceiling of a run; null of a service."] = None


def pin_cost(search: Search, best: Candidate) -> PinCost | None:
    """Plan the spec without its pins, and compare with the choice; None where it has none."""
    if not any(value is not None for _, value in search.workload.pin):
        return None
    free = search.again(search.workload.model_copy(update={"pin": Pin()}))
    if free is None:
        return PinCost(None, None, None)
    mine, theirs = best.must_be_sized().bill, free.must_be_sized().bill
    return PinCost(
        usd_text(mine.expected - theirs.expected), usd_text(mine.ceiling - theirs.ceiling), free.id
    )
