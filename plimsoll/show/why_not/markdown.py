"""Questions and their answers become Markdown through `templates/why_not.md.j2`."""

from typing import Any

from plimsoll.candidates.row import CandidateRow
from plimsoll.plan.question import Outcome
from plimsoll.show.clock import prices_text
from plimsoll.show.markdown import code_span, escaped, render
from plimsoll.show.money import usd
from plimsoll.show.why_not import words
from plimsoll.show.why_not.answer import Inquiry


def why_not_markdown(inquiry: Inquiry) -> str:
    """Render what was asked; user text is escaped."""
    return render(
        "why_not.md.j2",
        workload=code_span(str(inquiry.answer.workload["name"])),
        questions=[_question(each, inquiry) for each in inquiry.outcomes],
        prices=prices_text(inquiry.answer.clock),
    )


def _question(each: Outcome, inquiry: Inquiry) -> dict[str, Any]:
    head, rows = words.shown(each)
    return {
        "what": code_span(each.subject.name),
        "is": escaped(words.what_it_is(each.subject, inquiry.catalog)),
        "verdict": escaped(each.verdict),
        "answer": escaped(" ".join(words.paragraph(each, inquiry.answer))),
        "head": head,
        "rows": [_row(row) for row in rows],
    }


def _row(row: CandidateRow) -> list[str]:
    reasons = "; ".join(f"{reason.code}: {reason.message}" for reason in row.reasons)
    expected, ceiling, _ = words.money_of(row)
    cells = (row.id, row.verdict, usd(expected), usd(ceiling), reasons)
    return [escaped(cell, in_table=True) for cell in cells]
