"""The report of right-sizing for a review."""

from collections.abc import Iterator

from plimsoll.rightsizing.document import RightsizeProposal, RightsizeReport
from plimsoll.show.markdown import code_span, escaped
from plimsoll.show.rightsize import words
from plimsoll.show.text import PIPED, Style


def markdown(answer: RightsizeReport, _: Style = PIPED) -> str:
    """Write the report."""
    return "\n".join(_lines(answer)) + "\n"


def _lines(answer: RightsizeReport) -> Iterator[str]:
    yield from ("## Right-sizing", "", words.window(answer.window))
    for each in answer.proposals:
        yield from _proposal(each)
    if answer.not_worth_it:
        yield from ("", "### Not worth it", "")
        yield from (f"* {code_span(each.name)}: {escaped(each.reason)}" for each in answer.not_worth_it)
    if answer.refused:
        yield from ("", "### Not proposed", "")
        yield from (f"* {code_span(each.name)}: {escaped(each.reason)}" for each in answer.refused)
    yield from _week(answer)


def _week(answer: RightsizeReport) -> Iterator[str]:
    if answer.since_lock:
        yield from ("", "### What moved since the lock", "")
        yield from (f"* {escaped(words.since(each))}" for each in answer.since_lock)
    if answer.reminders:
        yield from ("", "### Reminders", "")
        yield from (
            f"* {code_span(each.name)}: {escaped(each.text)}: {code_span(each.do)}"
            for each in answer.reminders
        )


def _proposal(of: RightsizeProposal) -> Iterator[str]:
    yield from ("", f"### {code_span(of.name)}: {words.saving(of.saves_usd_per_month)}", "")
    yield f"Confidence {of.confidence}: {escaped('; '.join(of.because))}."
    yield from ("", "| | fleet |", "|---|---|")
    yield f"| was | {escaped(words.fleet(of.was), in_table=True)} |"
    yield f"| now | {escaped(words.fleet(of.now), in_table=True)} |"
    yield from ("", f"| change in {_cell(of.spec)} | from | to |", "|---|---|---|")
    for change in of.changes:
        both = words.value(change.from_), words.value(change.to)
        yield f"| {' | '.join(_cell(text) for text in (change.change, *both))} |"
    if of.speed is not None:
        yield from (
            "",
            f"Measured speed × {of.speed.factor:.3g} of the model's on {code_span(of.speed.setup)}.",
        )
    yield from ("", "| measured | unit | planned | p50 | p95 | peak |", "|---|---|--:|--:|--:|--:|")
    yield from (
        f"| {' | '.join(code_span(text, in_table=True) for text in words.cells(each))} |"
        for each in of.evidence
    )
    yield from (line for risk in of.risks for line in ("", f"Risk: {escaped(risk)}."))


def _cell(text: str) -> str:
    return code_span(text, in_table=True)
