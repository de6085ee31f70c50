"""The accuracy report as a table for a person."""

from collections import Counter

from plimsoll.show.catalog.accuracy import Scored
from plimsoll.show.table import Column, Table
from plimsoll.show.text import PIPED, Style, visible, wrap
from plimsoll.speed.accuracy.score import Score

_COLUMNS = (
    Column("set"),
    Column("what", least=24),
    *(
        Column(heading, right=True)
        for heading in (
            "n",
            "answered",
            "MdAPE",
            "macro",
            "p90",
            "bias",
            "in 80 %",
            "width",
            "roofline",
            "table",
        )
    ),
)

_MEANINGS = (
    "MdAPE: median |predicted / measured - 1|. macro: median over (model, accelerator) cells.",
    "in 80 %: share of measured values inside the interval. width: median high / low.",
    "roofline: MdAPE of data-sheet peaks alone.",
    "table: the same, times the median efficiency of each accelerator fitted on these very rows.",
)

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
        rows = [_cells(score) for score in answer.scores]
        lines += [*Table(_COLUMNS, rows, named=2, indent="").painted(style, style.width), ""]
        lines += [line for meaning in _MEANINGS for line in wrap(meaning, style.width, "", "  ")]
    else:
        lines.append("Nothing to score: no row of a known set has tier A and a measured value.")
    refused = Counter(given.reason for given in answer.answers if not given.answered)
    if refused:
        lines += ["", "Not answered:"]
        lines += [f"{count:>6}  {visible(reason or '')}" for reason, count in refused.most_common(_REASONS)]
    return "\n".join(lines) + "\n"


def _cells(score: Score) -> tuple[str, ...]:
    return (
        score.id,
        score.what,
        str(score.n),
        str(score.answered),
        _percent(score.mdape),
        _percent(score.macro_mdape),
        _percent(score.p90_ape),
        _signed(score.bias),
        _percent(score.coverage),
        _times(score.width),
        _percent(score.roofline_mdape),
        _percent(score.table_mdape),
    )


def _percent(value: float | None) -> str:
    return "-" if value is None else f"{value * 100:.1f} %"


def _signed(value: float | None) -> str:
    return "-" if value is None else f"{value:+.2f}"


def _times(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"
