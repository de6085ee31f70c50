"""A plot of a few lines: each series is a row of blocks, from nothing to its greatest value."""

from collections.abc import Sequence
from itertools import pairwise

from plimsoll.ground.start_up import record
from plimsoll.ground.units import figure

_BLOCKS = " ▁▂▃▄▅▆▇█"
_NAME, _MOST = 11, 14


@record
class Series:
    """Values over time, minute by minute, with a name and a unit."""

    name: str
    values: Sequence[float]
    unit: str


def plotted(series: Sequence[Series], width: int) -> list[str]:
    """Draw each series on one line; a column that stands for several minutes shows the greatest of them."""
    columns = max(width - _NAME - _MOST - 4, 10)
    lines = [_line(each, columns) for each in series if each.values]
    minutes = max((len(each.values) for each in series), default=0)
    if not minutes:
        return lines
    end = f"{minutes:,} min"
    gap = max(min(minutes, columns) - len(end) - 1, 1)
    return [*lines, f"  {'':<{_NAME}}0{' ' * gap}{end}"]


def _line(series: Series, columns: int) -> str:
    bins = _binned(series.values, columns)
    most = max(bins)
    blocks = "".join(_BLOCKS[_level(value, most)] for value in bins)
    return f"  {series.name:<{_NAME}}{blocks}  max {figure(float(f'{most:.3g}'))}{series.unit}"


def _level(value: float, most: float) -> int:
    """Choose a block: the lowest that is not empty for the least that is more than nothing."""
    if value <= 0 or most <= 0:
        return 0
    return max(min(int(value / most * (len(_BLOCKS) - 1) + 0.5), len(_BLOCKS) - 1), 1)


def _binned(values: Sequence[float], columns: int) -> list[float]:
    count = len(values)
    if count <= columns:
        return list(values)
    edges = [count * column // columns for column in range(columns + 1)]
    return [max(values[low:high]) for low, high in pairwise(edges)]
