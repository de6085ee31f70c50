"""The accuracy report as JSON and as a table."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from plimsoll.show.terminal import visible
from plimsoll.speed.accuracy.answer import Answer
from plimsoll.speed.accuracy.points import Point
from plimsoll.speed.accuracy.score import Score

SCHEMA = "plimsoll.dev/accuracy/v1"

_REASONS = 5
"""Reasons shown in the table; the JSON has each row's own."""


def document(
    source: str, points: Sequence[Point], answers: Sequence[Answer], scored: Sequence[Score], fitted: int
) -> dict[str, Any]:
    """The whole report; `rows` has one entry per line of the file, in its order."""
    return {
        "schema": SCHEMA,
        "points": source,
        "rows": [asdict(given) for given in answers],
        "summary": {
            "rows": len(points),
            "answered": sum(given.answered for given in answers),
            "fitted_constants": fitted,
            "subsets": [_rounded(score) for score in scored],
        },
    }


def _rounded(score: Score) -> dict[str, Any]:
    return {
        key: round(value, 4) if isinstance(value, float) else value for key, value in asdict(score).items()
    }


def table(
    source: str,
    points: Sequence[Point],
    answers: Sequence[Answer],
    scored: Sequence[Score],
    fitted: int,
    *,
    bold: bool,
) -> str:
    """The summary for a person."""
    answered = sum(given.answered for given in answers)
    lines = [
        f"Points: {visible(source)}: {len(points)} rows, {answered} answered; {fitted} fitted constants",
        "",
    ]
    if scored:
        head = (
            f"{'set':4}{'what':44}{'n':>5}{'answered':>10}{'MdAPE':>8}{'macro':>8}{'p90':>8}{'bias':>8}"
            f"{'in 80 %':>9}{'width':>7}{'roofline':>10}{'table':>8}"
        )
        lines.append(f"\x1b[1m{head}\x1b[0m" if bold else head)
        lines += [_line(score) for score in scored]
        lines += [
            "",
            "MdAPE: median |predicted / measured - 1|. macro: median over (model, accelerator) cells.",
            "in 80 %: share of measured values inside the interval. width: median high / low.",
            "roofline: MdAPE of data-sheet peaks alone. table: the same, times the median efficiency",
            "of each accelerator fitted on these very rows.",
        ]
    else:
        lines.append("Nothing to score: no row of a known set has tier A and a measured value.")
    refused = Counter(given.reason for given in answers if not given.answered)
    if refused:
        lines += ["", "Not answered:"]
        lines += [f"{count:>6}  {visible(reason or '')}" for reason, count in refused.most_common(_REASONS)]
    return "\n".join(lines) + "\n"


def _line(score: Score) -> str:
    return (
        f"{score.id:4}{score.what:44}{score.n:>5}{score.answered:>10}{_percent(score.mdape):>8}"
        f"{_percent(score.macro_mdape):>8}{_percent(score.p90_ape):>8}{_signed(score.bias):>8}"
        f"{_percent(score.coverage):>9}{_times(score.width):>7}{_percent(score.roofline_mdape):>10}"
        f"{_percent(score.table_mdape):>8}"
    )


def _percent(value: float | None) -> str:
    return "-" if value is None else f"{value * 100:.1f} %"


def _signed(value: float | None) -> str:
    return "-" if value is None else f"{value:+.2f}"


def _times(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"
