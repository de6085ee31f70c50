"""The scatter: every candidate by what it is expected to cost and how fast it is, and the best of them."""

from collections.abc import Callable, Iterator, Sequence

from plimsoll.ground.start_up import record
from plimsoll.ground.units import figure
from plimsoll.plan.outlook.compared import Compared, ComparedCandidate
from plimsoll.show.money import usd, usd_whole
from plimsoll.show.plan.words import latency_name
from plimsoll.show.preview.canvas import text_width
from plimsoll.show.report import palette
from plimsoll.show.report.scale import AxisScale, around
from plimsoll.show.report.svg import WIDTH, Figure, at, diamond, dot, group, label, line, path, text

_TOP, _HEIGHT, _LEFT = 34.0, 300.0, 64.0
_BOTTOM = _TOP + _HEIGHT
_MANY_TIMES = 8
"""How many times the least the most must be before latencies are placed by ratio, as money always is."""


@record
class Axes:
    """Money to the right, by ratio; latency upwards."""

    money: AxisScale
    latency: AxisScale

    def of(self, each: ComparedCandidate) -> tuple[float, float]:
        """Place a candidate."""
        return self.money.at(float(each.expected)), self.latency.at(each.time)


def axes_of(compared: Compared) -> Axes:
    """Make room for every candidate, and for the limit where it is near."""
    latencies = [each.time for each in compared.candidates]
    low, high = min(latencies), max(latencies)
    if compared.limit is not None and compared.limit < 3 * high:
        high = max(high, compared.limit)
    return Axes(
        around([float(each.expected) for each in compared.candidates], _LEFT, WIDTH - 12, log=True),
        around([low, high], _BOTTOM, _TOP, log=high > _MANY_TIMES * low),
    )


def scatter(place: str, compared: Compared, said: str) -> Figure:
    """Draw every candidate, the limit, the fronts, and the choice above all."""
    axes = axes_of(compared)
    rejected = [each for each in compared.candidates if each.codes]
    holding = [each for each in compared.candidates if not each.codes and each.id != compared.chosen]
    shapes = [*_grid(axes, compared), *_limit(axes, compared)]
    shapes.append(_front(axes, compared, compared.front_of_all, palette.SOFT, "3 3"))
    shapes.append(group(_dots(axes, rejected), fill=palette.GROUND, stroke=palette.SOFT))
    shapes.append(_front(axes, compared, compared.front, palette.EXPECTED, ""))
    shapes.append(group(_dots(axes, holding), fill=palette.EXPECTED))
    shapes += _chosen(axes, compared)
    shapes += _legend(compared)
    return Figure(
        place, "Cost and time of every candidate", said, _BOTTOM + 42, tuple(s for s in shapes if s)
    )


def tip(each: ComparedCandidate, compared: Compared) -> str:
    """Say what a point is, in one line."""
    failed = f" · fails {', '.join(each.codes)}" if each.codes else ""
    took = f"{compared_name(compared)} {figure(each.time, 3)} {compared.unit}"
    return f"{each.id} · {usd(each.expected)} · {took}{failed}"


def compared_name(compared: Compared) -> str:
    """Name what candidates are compared by beside their money."""
    return "hours of a run" if compared.unit == "h" else latency_name(compared.key)


def _grid(axes: Axes, compared: Compared) -> Iterator[str]:
    for value in axes.latency.ticks(6):
        y = axes.latency.at(value)
        yield line((_LEFT, y), (WIDTH, y), palette.LINE)
        yield text(_LEFT - 8, y + 4, f"{value:,g}", fill=palette.SOFT, anchor="end")
    for value in axes.money.ticks(9):
        x = axes.money.at(value)
        yield line((x, _TOP), (x, _BOTTOM), palette.LINE)
        anchor = "end" if x > WIDTH - 24 else "middle"
        yield text(min(x, WIDTH), _BOTTOM + 18, _dollars(value), fill=palette.SOFT, anchor=anchor)
    yield text(0, _TOP - 22, f"{compared_name(compared)}, {compared.unit}", fill=palette.SOFT)
    money = f"expected, USD {compared.every}, by ratio"
    yield text(WIDTH, _BOTTOM + 36, money, fill=palette.SOFT, anchor="end")


def _dollars(value: float) -> str:
    for size, name in ((1e6, "M"), (1e3, "k")):
        if value >= size:
            return f"${value / size:,g}{name}"
    return f"${value:,g}"


def _limit(axes: Axes, compared: Compared) -> Iterator[str]:
    limit = compared.limit
    if limit is not None and axes.latency.low <= limit <= axes.latency.high:
        y = axes.latency.at(limit)
        yield line((_LEFT, y), (WIDTH, y), palette.BUDGET, width=1.5, dash="6 3")
        told = f"limit {limit:,g} {compared.unit}"
        yield text(WIDTH - 4, y - 5, told, fill=palette.BUDGET, anchor="end", bold=True)


def _front(axes: Axes, compared: Compared, ids: Sequence[str], stroke: str, dash: str) -> str:
    """Draw a front as steps: at a price, nothing faster is to be had until the next point."""
    placed = dict.fromkeys(axes.of(each) for each in compared.candidates if each.id in ids)
    corners: list[tuple[float, float]] = []
    for x, y in placed:
        if corners:
            corners.append((x, corners[-1][1]))
        corners.append((x, y))
    return path(corners, stroke, dash=dash) if len(corners) > 1 else ""


def _dots(axes: Axes, candidates: Sequence[ComparedCandidate]) -> list[str]:
    """One dot for candidates that fall on one point; the table tells each."""
    placed = dict.fromkeys(tuple(at(value) for value in axes.of(each)) for each in candidates)
    return [dot(float(x), float(y), 3.5) for x, y in placed]


def _chosen(axes: Axes, compared: Compared) -> Iterator[str]:
    for each in compared.candidates:
        if each.id == compared.chosen:
            x, y = axes.of(each)
            mark = diamond(x, y, 8, tip(each, compared))
            yield group([mark], fill=palette.CEILING, stroke=palette.GROUND)
            words = f"{each.instance_type} {usd_whole(each.expected)}"
            left = x + 14 + text_width(words, 12, 600) > WIDTH
            anchor, shift = ("end", -13) if left else ("start", 13)
            rise = 20 if _near_the_limit(axes, compared, y) else -10
            yield label(x + shift, y + rise, words, anchor)


def _near_the_limit(axes: Axes, compared: Compared, y: float) -> bool:
    """Say whether what is written above a place would stand on the limit's line, or above the picture."""
    limit = axes.latency.at(compared.limit) if compared.limit is not None else _TOP
    return y - 30 < max(limit, _TOP) < y + 4


def _legend(compared: Compared) -> Iterator[str]:
    """Name every mark that the picture has, from left to right."""
    x, y = 150.0, _TOP - 22
    for mark, words in _marks(compared, y - 4):
        yield mark(x)
        yield text(x + 16, y, words, fill=palette.SOFT)
        x += 16 + text_width(words, 12) + 20


def _marks(compared: Compared, y: float) -> Iterator[tuple[Callable[[float], str], str]]:
    if compared.chosen is not None:
        yield lambda x: group([diamond(x + 5, y, 6)], fill=palette.CEILING), "chosen"
        yield lambda x: group([dot(x + 5, y, 4)], fill=palette.EXPECTED), "holds every limit"
    yield lambda x: group([dot(x + 5, y, 4)], fill=palette.GROUND, stroke=palette.SOFT), "fails a limit"
    if len(compared.front) > 1:
        yield lambda x: line((x - 6, y), (x + 11, y), palette.EXPECTED, width=2), "best that hold"
    if len(compared.front_of_all) > 1:
        yield lambda x: line((x - 6, y), (x + 11, y), palette.SOFT, dash="3 3"), "best, limits ignored"
