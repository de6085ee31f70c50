"""Turns: what the plan costs if one thing is a little more or less, a small picture for each thing."""

from collections.abc import Iterator, Sequence

from plimsoll.plan.outlook.sensitivity import Sensitivity, Turned
from plimsoll.show.report import palette
from plimsoll.show.report.scale import AxisScale, around
from plimsoll.show.report.svg import WIDTH, Figure, diamond, dot, group, line, path, text

_TOP, _HEIGHT, _LEFT, _GAP = 56.0, 150.0, 58.0, 36.0
_BOTTOM = _TOP + _HEIGHT
_SERIES = (("ceiling", palette.CEILING, diamond, 5), ("expected", palette.EXPECTED, dot, 4))


def turns(place: str, knobs: Sequence[Sensitivity], said: str) -> Figure:
    """Draw a picture for each knob; all of them share one scale of money."""
    money = [float(value) for knob in knobs for turn in knob.turns for value in _money(turn)]
    scale = around(money, _BOTTOM, _TOP)
    shapes = [*_grid(scale), *_legend()]
    wide = (WIDTH - _LEFT) / max(len(knobs), 3)
    for index, knob in enumerate(knobs):
        left = _LEFT + index * wide
        shapes += _panel(knob, scale, (left + _GAP / 2, left + wide - _GAP / 2))
    return Figure(place, "What if", said, _BOTTOM + 30, tuple(shapes))


def _money(turn: Turned) -> list[float]:
    found = (turn.solved.expected, turn.solved.ceiling)
    return [float(value) for value in found if value is not None]


def _grid(scale: AxisScale) -> Iterator[str]:
    for value in scale.ticks(5):
        y = scale.at(value)
        yield line((_LEFT, y), (WIDTH, y), palette.LINE)
        yield text(_LEFT - 8, y + 4, f"${value:,.0f}", fill=palette.SOFT, anchor="end", size=11)


def _legend() -> Iterator[str]:
    yield group([dot(_LEFT + 6, 8, 4)], fill=palette.EXPECTED)
    yield text(_LEFT + 16, 12, "expected", fill=palette.SOFT)
    yield group([diamond(_LEFT + 96, 8, 5)], fill=palette.CEILING)
    yield text(_LEFT + 106, 12, "ceiling", fill=palette.SOFT)
    yield text(_LEFT + 172, 12, "✕", fill=palette.BUDGET, bold=True)
    yield text(_LEFT + 188, 12, "no plan", fill=palette.SOFT)


def _panel(knob: Sensitivity, scale: AxisScale, ends: tuple[float, float]) -> Iterator[str]:
    farthest = max(abs(turn.percent) for turn in knob.turns) * 11 / 10
    across = AxisScale(-farthest, farthest, *ends)
    yield text(ends[0], _TOP - 18, knob.title, bold=True)
    for turn in knob.turns:
        x = across.at(turn.percent)
        name = _turn_name(turn, ends=turn in (knob.turns[0], knob.turns[-1]))
        yield text(x, _BOTTOM + 18, name, fill=palette.SOFT, anchor="middle", size=11)
        if not turn.solved.holds:
            yield text(x, _TOP + 14, "✕", fill=palette.BUDGET, anchor="middle", bold=True)
    yield from _series(knob, scale, across)


def _turn_name(turn: Turned, *, ends: bool) -> str:
    """Say by how much it is turned; the sign of percent stands at both ends alone, for room."""
    if not turn.percent:
        return "now"
    return f"{turn.percent:+d}{' %' * ends}".replace("-", "−")


def _series(knob: Sensitivity, scale: AxisScale, across: AxisScale) -> Iterator[str]:
    """Draw the solved points, with a thin line that leads the eye and claims nothing between them."""
    for of, fill, mark, radius in _SERIES:
        solved = [(turn.percent, getattr(turn.solved, of)) for turn in knob.turns if turn.solved.holds]
        points = [(across.at(percent), scale.at(float(value))) for percent, value in solved]
        if len(points) > 1:
            yield path(points, fill, width=1, dash="1 3")
        yield group([mark(x, y, radius) for x, y in points], fill=fill)
