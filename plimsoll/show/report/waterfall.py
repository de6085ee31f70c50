"""The waterfall: what leads from the floor over what is expected to the ceiling, each step a column."""

from collections.abc import Sequence

from plimsoll.plan.outlook.steps import BillStep
from plimsoll.show.money import usd
from plimsoll.show.preview.canvas import text_width
from plimsoll.show.report import palette
from plimsoll.show.report.scale import AxisScale
from plimsoll.show.report.svg import WIDTH, Figure, box, line, text

_TOP, _HEIGHT, _LEFT = 24.0, 210.0, 64.0
_TOTALS = {"floor": palette.FLOOR, "expected": palette.EXPECTED, "ceiling": palette.CEILING}


def waterfall(place: str, steps: Sequence[BillStep], said: str) -> Figure:
    """Draw the columns of the steps, each standing where the one before ends."""
    totals = [float(step.usd) for step in steps if step.total]
    scale = AxisScale(0.0, max(totals) * 1.04, _TOP + _HEIGHT, _TOP)
    shapes: list[str] = []
    for value in scale.ticks(5):
        shapes.append(line((_LEFT, scale.at(value)), (WIDTH, scale.at(value)), palette.LINE))
        shapes.append(text(_LEFT - 8, scale.at(value) + 4, f"${value:,.0f}", fill=palette.SOFT, anchor="end"))
    each = (WIDTH - _LEFT) / len(steps)
    reached = 0.0
    for index, step in enumerate(steps):
        before = 0.0 if step.total else reached
        reached = before + float(step.usd)
        shapes += _column(step, _LEFT + index * each, each, (scale.at(before), scale.at(reached)))
        if index + 1 < len(steps):
            y = scale.at(reached)
            ends = (_LEFT + (index + 0.82) * each, y), (_LEFT + (index + 1.18) * each, y)
            shapes.append(line(*ends, palette.SOFT, dash="2 2"))
    return Figure(place, "From floor to ceiling", said, _TOP + _HEIGHT + 56, tuple(shapes))


def _column(step: BillStep, x: float, width: float, ends: tuple[float, float]) -> list[str]:
    top, bottom = min(ends), max(ends)
    fill = _TOTALS[step.title] if step.total else palette.LEVELS[2]
    amount = usd(step.usd) if step.total else f"{'+' if step.usd >= 0 else '−'}{usd(abs(step.usd))}"
    middle = x + width / 2
    column = box(x + width * 0.18, top, width * 0.64, max(bottom - top, 1.5), fill, radius=2)
    shapes = [column, text(middle, top - 7, amount, anchor="middle", bold=step.total)]
    for row, words in enumerate(_folded(step.title, width - 8)):
        y = _TOP + _HEIGHT + 18 + row * 14
        shapes.append(text(middle, y, words, fill=palette.SOFT, anchor="middle", bold=step.total, size=11.5))
    return shapes


def _folded(words: str, room: float) -> list[str]:
    """Fold the name of a step into the width of its column."""
    lines: list[str] = []
    for word in words.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and text_width(longer, 11.5) <= room:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines
