"""A row that ships is read as it ships: its tier and its flags are a reviewer's, and a later reading holds.

What a source's table does not say can be told from how its runs were made. Rows flagged `speculative` are of
sweeps that draft tokens: of TensorRT-LLM 1.2.0rc6.post3 (no other sweep used that release), of the day on
which the sweeps that draft were added and run alone (2026-01-14), and of layouts and loads that only such a
sweep had on its day. Source: SemiAnalysisAI/InferenceX, history of .github/configs/nvidia-master.yaml and
perf-changelog.yaml.

The format of weights is a reviewer's reading too where a source does not name it: BERT at 99.9 % of its
accuracy was taken for fp8 on every part that has it, and L40 ran it in fp16 (8 rows). Source: configs/bert of
NVIDIA, Dell and xFusion in mlcommons/inference_results_v3.0 to v4.0 (L40: fp16, without use_fp8; L4,
L40S and Hopper: use_fp8).
"""

from collections.abc import Hashable, Sequence
from dataclasses import replace

from plimsoll.speed.accuracy.points import Point
from plimsoll.speed.accuracy.points_file import shipped_points


def reviewed(points: Sequence[Point]) -> tuple[Point, ...]:
    """Give rows that ship the tier, the flags and the weights that they ship with; others keep theirs."""
    shipped = {_row(point): point for point in shipped_points()}
    return tuple(_read_as(point, shipped.get(_row(point), point)) for point in points)


def _row(point: Point) -> Hashable:
    """What was asked and measured, whatever the weights: an id alone may be another file's."""
    asked = point.question and replace(point.question, weights="")
    return point.id, asked, point.measured


def _read_as(point: Point, shipped: Point) -> Point:
    return replace(point, question=shipped.question, tier=shipped.tier, flags=shipped.flags)
