"""The week: 7 × 24 hours, how many replicas run in each, and what the nodes of that hour cost."""

from collections.abc import Iterator

from plimsoll.plan.outlook.hours import Hour, Hours
from plimsoll.show.report import palette
from plimsoll.show.report.svg import WIDTH, Figure, box, text

_TOP, _LEFT = 24.0, 52.0
_WIDE, _TALL = (WIDTH - _LEFT) / 24, 26.0


def week(place: str, hours: Hours, said: str) -> Figure:
    """Draw a cell for each hour, shaded by its replicas, with their number in it."""
    shapes = [_head(hour) for hour in range(24)]
    for day in range(7):
        y = _TOP + day * _TALL
        shapes.append(text(0, y + 17, f"day {day + 1}", fill=palette.SOFT))
        for hour, each in enumerate(hours.week[day * 24 : day * 24 + 24]):
            shapes += _cell(_LEFT + hour * _WIDE, y, each, hours)
    return Figure(place, "Replicas by hour of the week", said, _TOP + 7 * _TALL + 4, tuple(shapes))


def _head(hour: int) -> str:
    x = _LEFT + (hour + 0.5) * _WIDE
    return text(x, _TOP - 8, f"{hour:02}", fill=palette.SOFT, anchor="middle", size=11)


def _cell(x: float, y: float, hour: Hour, hours: Hours) -> Iterator[str]:
    fill = shade(hour, hours)
    yield box(x + 1, y + 1, _WIDE - 2, _TALL - 2, fill, radius=3)
    ink = palette.GROUND if fill in palette.DARK_LEVELS else palette.INK
    yield text(x + _WIDE / 2, y + 17, str(hour.replicas), fill=ink, anchor="middle", size=11.5)


def shade(hour: Hour, hours: Hours) -> str:
    """Shade an hour by its replicas, from the fewest to the most; one shade where all are the same."""
    counts = [each.replicas for each in hours.hours]
    low, high = min(counts), max(counts)
    if low == high:
        return palette.LEVELS[1]
    return palette.LEVELS[round((hour.replicas - low) / (high - low) * (len(palette.LEVELS) - 1))]
