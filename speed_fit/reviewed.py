"""A row that ships is read as it ships: its tier and its flags are a reviewer's, and a later reading holds.

What a source's table does not say can be told from how its runs were made. Rows flagged `speculative` are of
sweeps that draft tokens: of TensorRT-LLM 1.2.0rc6.post3 (no other sweep used that release), of the day on
which the sweeps that draft were added and run alone (2026-01-14), and of layouts and loads that only such a
sweep had on its day. Source: SemiAnalysisAI/InferenceX, history of .github/configs/nvidia-master.yaml and
perf-changelog.yaml.
"""

from collections.abc import Hashable, Sequence
from dataclasses import replace

from plimsoll.speed.accuracy.points import Point
from plimsoll.speed.accuracy.points_file import shipped_points


def reviewed(points: Sequence[Point]) -> tuple[Point, ...]:
    """Give rows that ship the tier and the flags that they ship with; others keep theirs."""
    shipped = {_row(point): point for point in shipped_points()}
    return tuple(_read_as(point, shipped.get(_row(point), point)) for point in points)


def _row(point: Point) -> Hashable:
    """What was asked and measured: an id alone may be another file's."""
    return point.id, point.question, point.measured


def _read_as(point: Point, shipped: Point) -> Point:
    return replace(point, tier=shipped.tier, flags=shipped.flags)
