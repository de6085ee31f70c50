"""What moved of a run beside its money: nodes, capacity, method, hours, checkpoints; and by whose doing."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated

from plimsoll.ground.start_up import record
from plimsoll.review.diff.causes import Step
from plimsoll.review.solved.facts import Cause
from plimsoll.review.solved.solution import Solution
from plimsoll.review.solved.stored_plan import RunShape

Value = float | int | str | None

_UNITS: Mapping[str, str | None] = {
    "nodes": None,
    "capacity": None,
    "method": None,
    "run_p50_h": "h",
    "run_p90_h": "h",
    "enforced_h": "h",
    "switch_at_h": "h",
    "checkpoint_interval_s": "s",
}
"""Parts of a run's shape, and their units."""


@record
class RunChange:
    """A part of how a run is done that became another one after a step."""

    cause: Annotated[Cause, "What had changed: tool, speed, prices or spec."]
    name: Annotated[str, "Part of the run, as was and now name it."]
    was: Annotated[Value, "Before; null where it had none."]
    now: Annotated[Value, "After; null where it has none."]
    unit: Annotated[str | None, "Unit of both."]


def run_changes(was: Solution, walked: Sequence[Step]) -> tuple[RunChange, ...]:
    """List what each step changed; nothing of a service."""
    return tuple(_changes(was, walked))


def _changes(was: Solution, walked: Sequence[Step]) -> Iterator[RunChange]:
    before = _shape(was)
    for step in walked:
        after = _shape(step.after)
        if before is None or after is None:
            before = after or before
            continue
        for name, unit in _UNITS.items():
            old, new = getattr(before, name), getattr(after, name)
            if old != new:
                yield RunChange(step.cause, name, old, new, unit)
        before = after


def _shape(solution: Solution | None) -> RunShape | None:
    return None if solution is None or solution.choice is None else solution.choice.shape
