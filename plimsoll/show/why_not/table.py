"""A paragraph that teaches answers each question, then what was tried; several have a table before them."""

from collections.abc import Iterator

from plimsoll.candidates.row import CandidateRow
from plimsoll.plan.question import Outcome
from plimsoll.show.clock import prices_text
from plimsoll.show.money import usd
from plimsoll.show.table import Column, Table
from plimsoll.show.text import Style, wrap
from plimsoll.show.why_not import words
from plimsoll.show.why_not.answer import Inquiry

_COLOURS = {"chosen": "green", "dominated": "yellow", "rejected": "red", "not_tried": "dim"}
_SIDE_BY_SIDE = (
    Column(""),
    Column("verdict"),
    Column("nearest", least=24),
    Column("expected", right=True),
    Column("ceiling", right=True),
)


def why_not(inquiry: Inquiry, style: Style) -> str:
    """Explain what became of everything that was asked about."""
    blocks = [_one(each, inquiry, style) for each in inquiry.outcomes]
    if len(blocks) > 1:
        blocks.insert(0, Table(_SIDE_BY_SIDE, [_side(each) for each in inquiry.outcomes]).lines(style.width))
    every = "run" if inquiry.answer.workload["kind"] != "inference" else "month of 730 hours"
    blocks.append(wrap(f"{prices_text(inquiry.answer.clock)}; USD a {every}", style.width))
    return "\n".join("\n".join(block) + "\n" for block in blocks)


def _side(each: Outcome) -> tuple[str, ...]:
    best = each.best
    if best is None:
        return (each.subject.what, each.verdict, "–", "–", "–")
    expected, ceiling, _ = words.money_of(best)
    return (each.subject.what, each.verdict, best.id, usd(expected), usd(ceiling))


def _one(each: Outcome, inquiry: Inquiry, style: Style) -> list[str]:
    what = words.what_it_is(each.subject, inquiry.catalog)
    lines = [*wrap(f"{style.paint(each.subject.name, 'bold')}: {what}", style.width), ""]
    lines += wrap(" ".join(words.paragraph(each, inquiry.answer)), style.width)
    if each.rows:
        head, rows = words.shown(each)
        lines += ["", *wrap(style.paint(head, "bold"), style.width)]
        for row in rows:
            lines += _row(row, style)
    return lines


def _row(row: CandidateRow, style: Style) -> Iterator[str]:
    verdict = style.paint(row.verdict, _COLOURS[row.verdict])
    money = ""
    expected, ceiling, every = words.money_of(row)
    if expected is not None:
        money = f"   expected {usd(expected)}, ceiling {usd(ceiling)} a {every}"
    yield from wrap(f"{row.id}: {verdict}{money}", style.width, "  ", "      ")
    for reason in row.reasons:
        yield from wrap(f"· {reason.code}: {reason.message}", style.width, "      ")
