"""The week: 7 × 24 hours, how many replicas run in each, and what the nodes of that hour cost."""

from collections.abc import Sequence

from plimsoll.plan.outlook.hours import Hour, Hours
from plimsoll.show.report import palette
from plimsoll.show.report.svg import WIDTH, Figure, at, group, plain_text, text

_TOP, _LEFT = 24.0, 52.0
_WIDE, _TALL = (WIDTH - _LEFT) / 24, 26.0


def week(place: str, hours: Hours, said: str) -> Figure:
    """Draw a cell for each hour, shaded by its replicas, with their number in it."""
    shapes = [group([_head(hour) for hour in range(24)], fill=palette.SOFT, text="middle")]
    shapes += [text(0, _TOP + day * _TALL + 17, f"day {day + 1}", fill=palette.SOFT) for day in range(7)]
    for fill in palette.LEVELS:
        mine = [hour for hour, each in enumerate(hours.week) if shade(each, hours) == fill]
        if mine:
            shapes.append(_cells(mine, fill))
            ink = palette.GROUND if fill in palette.DARK_LEVELS else palette.INK
            shapes.append(group([_count(hour, hours.week[hour]) for hour in mine], fill=ink, text="middle"))
    return Figure(place, "Replicas by hour of the week", said, _TOP + 7 * _TALL + 4, tuple(shapes))


def _head(hour: int) -> str:
    return plain_text(_LEFT + (hour + 0.5) * _WIDE, _TOP - 8, f"{hour:02}")


def _cells(hours: Sequence[int], fill: str) -> str:
    """Draw the cells of one shade as one shape."""
    corners = ((hour % 24 * _WIDE + _LEFT + 1, hour // 24 * _TALL + _TOP + 1) for hour in hours)
    wide, tall = at(_WIDE - 2), at(_TALL - 2)
    shape = "".join(f"M{at(x)} {at(y)}h{wide}v{tall}h-{wide}z" for x, y in corners)
    return f'<path d="{shape}" fill="{fill}"/>'


def _count(place: int, hour: Hour) -> str:
    x = _LEFT + (place % 24 + 0.5) * _WIDE
    return plain_text(x, _TOP + place // 24 * _TALL + 17, str(hour.replicas))


def shade(hour: Hour, hours: Hours) -> str:
    """Shade an hour by its replicas, from the fewest to the most; one shade where all are the same."""
    counts = [each.replicas for each in hours.hours]
    low, high = min(counts), max(counts)
    if low == high:
        return palette.LEVELS[1]
    return palette.LEVELS[round((hour.replicas - low) / (high - low) * (len(palette.LEVELS) - 1))]
