"""Warnings of a run: what to know before it is started."""

from collections.abc import Iterator
from math import ceil

from plimsoll.candidates.runs.candidate import RunCandidate, RunSearch, RunSpace
from plimsoll.plan.runs.container import run_container
from plimsoll.plan.runs.figures import enforced_by
from plimsoll.plan.warnings.ends import expires_soon
from plimsoll.plan.warnings.spot import spot_not_taken
from plimsoll.plan.warnings.warning import PlanWarning
from plimsoll.sizing.runs.hours import WORTH_SPOT


def run_warnings(tried: RunSearch, best: RunCandidate) -> tuple[PlanWarning, ...]:
    """Collect the warnings of a choice."""
    found = (warning for warned in WARNINGS for warning in warned(tried.space, best))
    return (*found, *_spot_preferred(tried, best))


def _spot_preferred(tried: RunSearch, best: RunCandidate) -> Iterator[PlanWarning]:
    taken = best.option.capacity_type
    if tried.space.spec.capacity.spot == "prefer" and taken != "spot":
        refused = (each for each in tried.candidates if each.option.capacity_type == "spot")
        told = ((each.option.instance.name, each.reasons) for each in refused)
        yield from spot_not_taken(taken, best.option.instance.name, told)


def _no_image(space: RunSpace, best: RunCandidate) -> Iterator[PlanWarning]:
    run = run_container(space, best)
    if run.image is None:
        name = space.spec.name
        why = f"the spec names no image; set {run.image_key}, or images.{name} in the stack"
        yield PlanWarning("no_image", f"what is started cannot run: {why}")


def _unpriced_block(space: RunSpace, best: RunCandidate) -> Iterator[PlanWarning]:
    asked = space.spec.capacity.reserved
    if asked == "never" or best.option.capacity_type == "reserved":
        return
    yield PlanWarning(
        "reserved_not_priced",
        f"capacity.reserved: {asked} was asked for, and this is {best.option.capacity_type}: AWS publishes "
        "no price of Capacity Blocks, and a missing price is a refusal; 'aws ec2 "
        "describe-capacity-block-offerings' tells that of each block",
    )


def _ended_within(space: RunSpace, best: RunCandidate) -> Iterator[PlanWarning]:
    """Warn that the cluster ends a run within the hours that nine in ten take."""
    timed = best.timed
    if timed is None or timed.hours.enforced_h >= timed.hours.high_h - 1 / 60:
        return
    hours, by = timed.hours, enforced_by(space)
    yield PlanWarning(
        "interval",
        f"the cluster ends it after {hours.enforced_h:,.2f} h ({by}), within the 80 % interval of its hours, "
        f"{hours.low_h:,.2f} to {hours.high_h:,.2f}: more than one run in ten is ended before it is done; "
        f"scale.max_run_h: {ceil(hours.high_h * 10) / 10:g} bounds it behind them",
    )


def _expires_soon(space: RunSpace, best: RunCandidate) -> Iterator[PlanWarning]:
    del best
    yield from expires_soon(space.spec.expires, space.catalog.priced_on)


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


WARNINGS = (_no_image, _spot_without_value, _unpriced_block, _ended_within, _expires_soon)
"""Warnings of a choice alone, what keeps it from starting first."""
