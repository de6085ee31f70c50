"""A sensitivity says what the plan costs if one thing of the spec is a little more or less: it is solved."""

from collections.abc import Iterator, Sequence

from plimsoll.ground.start_up import record
from plimsoll.plan.outlook.knob import Knob
from plimsoll.plan.outlook.setting import SpecSetting
from plimsoll.plan.outlook.solved import ChangeSolver, Solved, solved_of

FINE = (-20, -10, 10, 20)
COARSE = (-20, 20)
"""Percent by which a knob is turned; coarse where a report has many workloads to solve again."""


@record
class Turned:
    """A spec whose knob is turned by `percent`, and what it is solved to."""

    percent: int
    settings: tuple[SpecSetting, ...]
    solved: Solved


@record
class Sensitivity:
    """One knob at every turn, from the least to the most; the spec as it is, is 0 percent."""

    title: str
    turns: tuple[Turned, ...]


def sensitivities(
    solver: ChangeSolver, knobs: Sequence[Knob], percents: Sequence[int]
) -> Iterator[Sensitivity]:
    """Turn every knob; a turn that no valid spec can say is left out, and a knob with no other."""
    now = Turned(0, (), solved_of(solver.search.holding[0]))
    for knob in knobs:
        turned = [each for percent in percents if (each := _turned(solver, knob, percent)) is not None]
        if turned:
            yield Sensitivity(knob.title, tuple(sorted((now, *turned), key=lambda each: each.percent)))


def _turned(solver: ChangeSolver, knob: Knob, percent: int) -> Turned | None:
    settings = knob.settings(1 + percent / 100)
    solved = solver.solve(settings) if settings else None
    return Turned(percent, settings, solved) if solved is not None else None
