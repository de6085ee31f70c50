"""A diff for a terminal: the total, a row for each workload that moved, and why each did."""

from collections.abc import Iterator

from plimsoll.review.diff.document import DiffDocument, WorkloadDiff
from plimsoll.show.diff import run_words, words
from plimsoll.show.diff.headline import headline_of
from plimsoll.show.diff.markdown import unchanged_text
from plimsoll.show.money import usd
from plimsoll.show.table import Column, Table
from plimsoll.show.text import Style, wrap

_COLUMNS = (
    Column("workload"),
    Column("instance type × max", least=18),
    Column("expected", right=True),
    Column("ceiling", right=True),
    Column("was", right=True),
    Column("change", right=True),
    Column(""),
)


def table(document: DiffDocument, style: Style) -> str:
    """Lay a diff out."""
    return "\n".join(_lines(document, style)) + "\n"


def _lines(document: DiffDocument, style: Style) -> Iterator[str]:
    yield from (style.paint(line, "bold") for line in wrap(_headline(document), style.width))
    shown = words.moved(document.workloads)
    if shown:
        yield ""
        rows = [_row(each) for each in shown]
        yield from Table(_COLUMNS, rows, indent="").painted(style, style.width)
    if document.unchanged.count:
        yield from wrap(unchanged_text(document), style.width)
    for each in shown:
        yield ""
        yield from _workload(each, style)
    yield ""
    yield from wrap(words.foot_text(document), style.width)


def _headline(document: DiffDocument) -> str:
    found = headline_of(document)
    if found is None:
        return f"{len(document.total.not_monthly)} runs of no month, each by the run"
    now, change, every = found.now, found.change, found.every
    beside = f", beside {found.beside}" if found.beside else ""
    if not words.moved(document.workloads):
        return f"No change: ceiling {usd(now.ceiling)} {every}{beside}, {usd(now.expected)} expected"
    share = words.percent(change.ceiling, found.was.ceiling)
    by = f"{words.signed(change.ceiling)}{f', {share}' if share else ''}"
    return (
        f"Ceiling {usd(now.ceiling)} {every}{beside} ({by})   expected {usd(now.expected)} "
        f"({words.signed(change.expected)})   floor {usd(now.floor)} ({words.signed(change.floor)})"
    )


def _row(each: WorkloadDiff) -> tuple[str, ...]:
    return (
        each.name,
        words.choice_text(each.now),
        *words.money_cells(each),
        words.state_text(each),
    )


def _workload(each: WorkloadDiff, style: Style) -> Iterator[str]:
    named = f"{style.paint(each.name, 'bold')}{words.run_change_told(each)}"
    yield from wrap(f"{named}: {words.split_of(each)}", style.width, "", "  ")
    for text in _details(each):
        yield from wrap(text, style.width, "  ", "    ")


def _details(each: WorkloadDiff) -> Iterator[str]:
    if each.now is not None and each.now.refusal:
        yield each.now.refusal
    if text := words.within_budget_text(each.now):
        yield text
    for change in each.spec_changes:
        yield f"{change.path}: {words.value_text(change.from_)} → {words.value_text(change.to)}"
    for flip in each.flips:
        yield f"{flip.was} → {flip.now}, by {words.CAUSE_NAMES[flip.cause]}: {flip.message}"
    yield from run_words.run_change_texts(each)
    yield from run_words.run_money_texts(each)
    if each.rebuild:
        yield each.rebuild
    yield from words.price_moves(each)
    if each.state == "changed":
        for line, change in words.told_lines(each):
            was, now = (usd(words.line_amount(side, each.per)) for side in (line.was, line.now))
            yield f"{line.item}: {was} → {now} ({words.signed(change)})"
    yield from (f"{mark} {name}" for mark, name in words.resource_texts(each))
    yield from (f"assumed {text}" for text in words.assumption_texts(each))
