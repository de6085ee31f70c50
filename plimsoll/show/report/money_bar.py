"""The money bar: floor, expected and ceiling on one line, and where the budget stands."""

from plimsoll.ground.start_up import record
from plimsoll.show.report import palette
from plimsoll.show.report.scale import AxisScale
from plimsoll.show.report.svg import WIDTH, Figure, box, line, spread, text

_TOP, _BAR = 30.0, 26.0


@record
class Marks:
    """The amounts of one workload, USD a month; `budget` is None where there is none."""

    floor: float
    expected: float
    ceiling: float
    budget: float | None


def money_bar(place: str, marks: Marks, said: str) -> Figure:
    """Draw the bar; `said` is what it shows in words."""
    most = max(marks.ceiling, marks.budget or 0.0)
    scale = AxisScale(0.0, most * 1.02, 0.0, WIDTH)
    floor, expected, ceiling = (scale.at(value) for value in (marks.floor, marks.expected, marks.ceiling))
    shapes = [
        box(0, _TOP, WIDTH, _BAR, palette.LEVELS[0], radius=4),
        box(0, _TOP, ceiling, _BAR, palette.CEILING, radius=4),
        box(0, _TOP, expected, _BAR, palette.EXPECTED, radius=4),
        box(0, _TOP, floor, _BAR, palette.FLOOR, radius=4),
    ]
    named = _named(marks)
    places = spread([(scale.at(value), name) for value, name in named], WIDTH)
    for (value, name), x in zip(named, places, strict=True):
        shapes.append(line((scale.at(value), _TOP + _BAR), (scale.at(value), _TOP + _BAR + 6), palette.SOFT))
        shapes.append(text(x, _TOP + _BAR + 20, name, fill=palette.SOFT, anchor="middle"))
    if marks.budget is not None:
        shapes += _budget(scale.at(marks.budget))
    return Figure(place, "Floor, expected, ceiling and budget", said, _TOP + _BAR + 28, tuple(shapes))


def _named(marks: Marks) -> list[tuple[float, str]]:
    """Name the amounts; those that are one stand under one mark."""
    names: dict[float, list[str]] = {}
    for name, value in (("floor", marks.floor), ("expected", marks.expected), ("ceiling", marks.ceiling)):
        names.setdefault(value, []).append(name)
    return [(value, " = ".join(same)) for value, same in sorted(names.items())]


def _budget(x: float) -> list[str]:
    anchor = "end" if x > WIDTH - 60 else "middle"
    mark = line((x, _TOP - 8), (x, _TOP + _BAR + 6), palette.BUDGET, width=3)
    return [mark, text(min(x, WIDTH), _TOP - 14, "budget", fill=palette.BUDGET, anchor=anchor, bold=True)]
