"""The report of right-sizing for a terminal."""

from collections.abc import Iterator

from plimsoll.rightsizing.document import RightsizeProposal, RightsizeReport
from plimsoll.show.rightsize import words
from plimsoll.show.table import Column, Table
from plimsoll.show.text import PIPED, Style, wrap

_COLUMNS = (
    Column("measured"),
    Column("unit", least=12),
    Column("planned", right=True),
    Column("p50", right=True),
    Column("p95", right=True),
    Column("peak", right=True),
)


def table(answer: RightsizeReport, style: Style = PIPED) -> str:
    """Write the window first, then proposals with evidence, then what is not worth it or not proposed."""
    return "\n".join(_lines(answer, style)) + "\n"


def _lines(answer: RightsizeReport, style: Style) -> Iterator[str]:
    width = style.width or 110
    yield f"WINDOW  {words.window(answer.window)}"
    for each in answer.proposals:
        yield ""
        yield from _proposal(each, style)
    if answer.not_worth_it:
        yield from ("", "NOT WORTH IT")
        for each in answer.not_worth_it:
            changes = "; ".join(words.change(change) for change in each.changes)
            text = f"{each.name}: {each.reason}" + (
                f" ({words.saving(each.saves_usd_per_month)}: {changes})" if changes else ""
            )
            yield from wrap(text, width, indent="  ")
    if answer.refused:
        yield from ("", "NOT PROPOSED")
        for each in answer.refused:
            yield from wrap(f"{each.name}: {each.reason}", width, indent="  ")
    yield from _week(answer, width)


def _week(answer: RightsizeReport, width: int) -> Iterator[str]:
    told = {
        "SINCE THE LOCK": [words.since(each) for each in answer.since_lock],
        "REMINDERS": [words.reminder(each) for each in answer.reminders],
    }
    for title, texts in told.items():
        if texts:
            yield from ("", title)
            for text in texts:
                yield from wrap(text, width, indent="  ")


def _proposal(of: RightsizeProposal, style: Style) -> Iterator[str]:
    width = style.width or 110
    yield f"PROPOSAL  {of.name}  {words.saving(of.saves_usd_per_month)}  (confidence {of.confidence})"
    yield f"  was  {words.fleet(of.was)}"
    yield f"  now  {words.fleet(of.now)}"
    yield f"  in {of.spec}:"
    yield from (f"    {words.change(change)}" for change in of.changes)
    if of.speed is not None:
        yield from wrap(
            f"measured speed × {of.speed.factor:.3g} of the model's ({of.speed.hours} hours) on "
            f"{of.speed.setup}: plan with --calibration",
            width,
            indent="  ",
        )
    yield from Table(_COLUMNS, [words.cells(each) for each in of.evidence], indent="  ").painted(
        style, style.width
    )
    yield from wrap(f"because: {'; '.join(of.because)}", width, indent="  ")
    for risk in of.risks:
        yield from wrap(f"risk: {risk}", width, indent="  ")
