"""A row that ships is read as it ships: its tier and its flags are a reviewer's, and a later reading holds.

What a source's table does not say can be told from how its runs were made. Rows flagged `speculative` are of
sweeps that draft tokens: of TensorRT-LLM 1.2.0rc6.post3 (no other sweep used that release), of the day on
which the sweeps that draft were added and run alone (2026-01-14), and of layouts and loads that only such a
sweep had on its day. Source: SemiAnalysisAI/InferenceX, history of .github/configs/nvidia-master.yaml and
perf-changelog.yaml.

What a table leaves out and the script of its run says is written into the row: the KV cache's format
(`kv_precision`), by benchmarks/ of the same repository on the day of the row.
"""

from collections.abc import Hashable, Sequence
from dataclasses import replace

from plimsoll.speed.accuracy.points import Point
from plimsoll.speed.accuracy.points_file import shipped_points


def reviewed(points: Sequence[Point]) -> tuple[Point, ...]:
    """Give rows that ship the tier, the flags and the cache's format that they ship with."""
    shipped = {_row(point): point for point in shipped_points()}
    found = (shipped.get(_row(point), point) for point in points)
    return tuple(
        replace(point, question=as_shipped.question, tier=as_shipped.tier, flags=as_shipped.flags)
        for point, as_shipped in zip(points, found, strict=True)
    )


def as_run(points: Sequence[Point]) -> tuple[Point, ...]:
    """Give rows that ship the cache's format that they ship with; every tier and flag stays."""
    return tuple(
        replace(point, question=read.question) for point, read in zip(points, reviewed(points), strict=True)
    )


def _row(point: Point) -> Hashable:
    """What was asked, but for the cache's format, and measured: an id alone may be another file's."""
    asked = replace(point.question, kv="") if point.question else None
    return point.id, asked, point.measured
