"""Warnings of a run: what to know before it is started."""

from collections.abc import Iterator

from plimsoll.candidates.runs.candidate import RunCandidate, RunSpace
from plimsoll.plan.warnings.warning import PlanWarning
from plimsoll.sizing.runs.hours import WORTH_SPOT


def run_warnings(space: RunSpace, best: RunCandidate) -> tuple[PlanWarning, ...]:
    """Collect the warnings of a choice."""
    return tuple(_spot_without_value(space, best))


def _spot_without_value(space: RunSpace, best: RunCandidate) -> Iterator[PlanWarning]:
    timed, deadline = best.timed, space.work.limits.deadline_h
    if best.option.capacity_type != "spot" or timed is None or deadline is None:
        return
    slack = deadline / timed.pace.compute_h
    if slack < WORTH_SPOT:
        message = (
            f"the limit of {deadline:g} h is {slack:.2f} times the work of {timed.pace.compute_h:,.1f} h: "
            f"below {WORTH_SPOT:g} spot has no value, and the run is on demand from its start"
        )
        yield PlanWarning("spot_without_value", message)
