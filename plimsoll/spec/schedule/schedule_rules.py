"""A schedule must agree with the other bounds of scale, and leave hours in which nothing need run."""

from collections.abc import Iterator

from pydantic import ValidationError

from plimsoll.ground.problems import Problem
from plimsoll.spec import defaults
from plimsoll.spec.draft import Draft
from plimsoll.spec.schedule.schedule import HOURS_OF_DAY, HOURS_OF_WEEK, Schedule

PATH = ("scale", "schedule")


def schedule_contradictions(spec: Draft) -> Iterator[Problem]:
    """Find what a schedule contradicts."""
    yield from _beside(spec)
    yield from _bounds(spec)
    yield from _hours(spec)


def _beside(spec: Draft) -> Iterator[Problem]:
    if spec.get("scale", "to_zero") is True:
        why = "a schedule keeps replicas in its hours, to_zero keeps none at any"
        yield Problem("both to_zero and schedule are given", why, "keep one", ("scale", "to_zero"))
    if spec.has("load", "queue"):
        why = "a queue wakes its workers itself, at any hour"
        yield Problem("schedule has no meaning beside load.queue", why, "write to_zero: true", PATH)
    if spec.number("capacity", "on_demand_base"):
        why = "the on-demand base runs at all hours, and outside the schedule nothing need run"
        path = ("capacity", "on_demand_base")
        yield Problem("on_demand_base stands beside scale.schedule", why, "remove one of them", path)


def _bounds(spec: Draft) -> Iterator[Problem]:
    kept = spec.number(*PATH, "min_replicas")
    kept = float(defaults.MIN_REPLICAS) if kept is None else kept
    least, most = spec.number("scale", "min_replicas"), spec.number("scale", "max_replicas")
    if least is not None and least not in (kept, defaults.MIN_REPLICAS):
        why = f"scale.schedule keeps {kept:g} in its hours, and none outside them"
        fix = "write it in schedule.min_replicas alone"
        yield Problem(f"min_replicas is {least:g}", why, fix, ("scale", "min_replicas"))
    for path, bound in (
        (("scale", "max_replicas"), most),
        (("pin", "replicas"), spec.number("pin", "replicas")),
    ):
        if bound is not None and 0 < bound < kept:
            what, why = f"{path[-1]} is {bound:g}", f"scale.schedule keeps {kept:g}"
            yield Problem(what, why, "make them agree", path)


def _hours(spec: Draft) -> Iterator[Problem]:
    """Refuse hours that cover the whole week, or more than it has: nothing would ever sleep."""
    try:
        said = Schedule.model_validate({"days": spec.get(*PATH, "days"), "hours": spec.get(*PATH, "hours")})
    except ValidationError:
        return  # the schema says it better
    path = (*PATH, "hours")
    if said.to_h - said.from_h == HOURS_OF_DAY and said.week_h < HOURS_OF_WEEK and said.from_h:
        why = f"from {said.from_h} to {said.from_h} is a whole day"
        yield Problem(f"hours is {said.hours}", why, 'write "00-24" for whole days', path)
    if said.week_h >= HOURS_OF_WEEK:
        fix = "remove schedule and write min_replicas, or leave hours out of it"
        yield Problem("the schedule covers every hour", "nothing would ever sleep", fix, path)
