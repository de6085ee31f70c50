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

What a table leaves out and the script of its run says is written into the row: the KV cache's format
(`kv_precision`), by benchmarks/ of the same repository on the day of the row.
"""

from collections.abc import Hashable, Sequence
from dataclasses import replace

from plimsoll.speed.accuracy.points import Point
from plimsoll.speed.accuracy.points_file import shipped_points


def reviewed(points: Sequence[Point]) -> tuple[Point, ...]:
    """Give rows that ship the tier, the flags and the question that they ship with; others keep theirs."""
    shipped = {_row(point): point for point in shipped_points()}
    found = (shipped.get(_row(point), point) for point in points)
    return tuple(
        replace(point, question=as_shipped.question, tier=as_shipped.tier, flags=as_shipped.flags)
        for point, as_shipped in zip(points, found, strict=True)
    )


def as_run(points: Sequence[Point]) -> tuple[Point, ...]:
    """Give rows that ship the question that they ship with; every tier and flag stays."""
    return tuple(
        replace(point, question=read.question) for point, read in zip(points, reviewed(points), strict=True)
    )


def _row(point: Point) -> Hashable:
    """What was asked and measured, whatever the weights and the cache: an id alone may be another file's."""
    asked = point.question and replace(point.question, weights="", kv="")
    return point.id, asked, point.measured
