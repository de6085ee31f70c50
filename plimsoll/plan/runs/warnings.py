"""Warnings of a run: what to know before it is started."""

from collections.abc import Iterator
from math import ceil

from plimsoll.candidates.runs.candidate import RunCandidate, RunSearch, RunSpace
from plimsoll.candidates.runs.every import RunTrial
from plimsoll.ground.units import usd_display
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


def _waits_for_spot(space: RunSpace, best: RunCandidate) -> Iterator[PlanWarning]:
    """Warn that nothing but its bound ends what waits for spot, and tell what a last moment would make of it.

    Who asks for no hours is not given any: a last moment costs on-demand hours. It is told what they cost.
    """
    timed, fallback = best.timed, space.spec.capacity.on_demand_fallback
    waits = best.option.capacity_type == "spot" and fallback != "immediate"
    if timed is None or not waits or space.work.limits.deadline_h is not None:
        return
    hours = timed.hours
    share = f"{100 * (hours.late_share or 0.0):.0f} in 100 runs"
    yield PlanWarning(
        "waits_for_spot",
        f"no hours are asked for, so that it waits for spot as long as it takes: {share} are ended by the "
        f"bound of {hours.enforced_h:,.2f} h before they are done, and nine in ten take up to "
        f"{hours.high_h:,.2f} h; {_with_a_last_moment(space, best)}",
    )


def _with_a_last_moment(space: RunSpace, best: RunCandidate) -> str:
    """Price the same nodes under the same bound, said by the spec: then it leaves spot in time."""
    sized = best.must_be_sized()
    bound = ceil(sized.timed.hours.enforced_h * 10) / 10
    data = space.spec.model_dump(mode="json", exclude_unset=True)
    data["scale"] = {**data.get("scale", {}), "max_run_h": bound}
    data["capacity"] = {**data.get("capacity", {}), "on_demand_fallback": "last_moment"}
    again = RunTrial(space.under(space.spec.changed(data))).on_nodes(best.option, sized.rented.nodes)
    if again is None or again.sized is None or not again.sized.timed.hours.switch_h:
        return "sla.run_p90_h, or scale.max_run_h, sets a last moment at which it leaves"
    bill, switch = again.sized.bill, max(again.sized.timed.hours.switch_h, 0.0)
    usd = f"{usd_display(bill.expected)} expected in place of {usd_display(sized.bill.expected)}"
    return f"scale.max_run_h: {bound:g} lets it leave for on-demand {switch:,.2f} h after admission, at {usd}"


WARNINGS = (
    _no_image,
    _spot_without_value,
    _waits_for_spot,
    _unpriced_block,
    _ended_within,
    _expires_soon,
)
"""Warnings of a choice alone, what keeps it from starting first."""
