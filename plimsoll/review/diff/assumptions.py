"""Assumptions of two plans are held together: numbers that nobody supplied, and that a change moves."""

from typing import Annotated

from plimsoll.ground.assumption import Assumption
from plimsoll.ground.canonical import canonical
from plimsoll.ground.start_up import record
from plimsoll.review.solved.built import SidePlan


@record
class AssumptionChange:
    """A number that nobody supplied, and that is another one after the change."""

    name: Annotated[str, "Name."]
    was: Annotated[float | int | str | bool | None, "Before; null where it was not assumed."]
    now: Annotated[float | int | str | bool | None, "After; null where it is not assumed any more."]
    unit: Annotated[str | None, "Unit of both."]
    source: Annotated[str, "Where it comes from; after the change, if it is there then."]


def assumption_changes(before: SidePlan, after: SidePlan) -> tuple[AssumptionChange, ...] | None:
    """List the assumptions that differ; None where one side is not known, or nothing is built there."""
    if before.plan is None or after.plan is None:
        return None
    was, now = ({each.name: each for each in side.assumptions} for side in (before.plan, after.plan))
    changed = (name for name in dict.fromkeys([*now, *was]) if _value(was.get(name)) != _value(now.get(name)))
    return tuple(_change(was.get(name), now.get(name)) for name in changed)


def _value(assumption: Assumption | None) -> float | int | str | bool | None:
    """Take the value as documents carry it: a stored one was written to six digits."""
    return None if assumption is None else canonical(assumption.value)


def _change(was: Assumption | None, now: Assumption | None) -> AssumptionChange:
    told = now or was
    if told is None:
        msg = "an assumption that changed is on one side at least"
        raise ValueError(msg)
    return AssumptionChange(told.name, _value(was), _value(now), told.unit, told.source)
