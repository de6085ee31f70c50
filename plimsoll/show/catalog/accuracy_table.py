"""The accuracy report as a table for a person."""

from collections import Counter

from plimsoll.show.catalog.accuracy import Scored
from plimsoll.show.text import PIPED, Style, visible
from plimsoll.speed.accuracy.score import Score

_REASONS = 5
"""Reasons shown in the table; the JSON has each row's own."""


def table(answer: Scored, style: Style = PIPED) -> str:
    """Lay out the summary; a terminal gets a bold heading."""
    count, fitted = len(answer.points), f"{answer.fitted} fitted constants"
    lines = [
        f"Points: {visible(answer.source)}: {count} rows, {answer.answered} answered; {fitted}",
        "",
    ]
    if answer.scores:
        head = (
            f"{'set':4}{'what':44}{'n':>5}{'answered':>10}{'MdAPE':>8}{'macro':>8}{'p90':>8}{'bias':>8}"
            f"{'in 80 %':>9}{'width':>7}{'roofline':>10}{'table':>8}"
        )
        lines.append(f"\x1b[1m{head}\x1b[0m" if style.columns else head)
        lines += [_line(score) for score in answer.scores]
        lines += [
            "",
            "MdAPE: median |predicted / measured - 1|. macro: median over (model, accelerator) cells.",
            "in 80 %: share of measured values inside the interval. width: median high / low.",
            "roofline: MdAPE of data-sheet peaks alone. table: the same, times the median efficiency",
            "of each accelerator fitted on these very rows.",
        ]
    else:
        lines.append("Nothing to score: no row of a known set has tier A and a measured value.")
    refused = Counter(given.reason for given in answer.answers if not given.answered)
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
