"""A diff for a terminal: the total, a row for each workload that moved, and why each did."""

from collections.abc import Iterator

from plimsoll.catalog.clock import Clock
from plimsoll.review.diff.document import DiffDocument, WorkloadDiff
from plimsoll.show.clock import prices_text
from plimsoll.show.diff import words
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
        together = usd(document.unchanged.usd_per_month.ceiling)
        yield from wrap(f"{document.unchanged.count} unchanged, ceiling {together} together", style.width)
    for each in shown:
        yield ""
        yield from _workload(each, style)
    yield ""
    clock = Clock(document.asked_on, document.priced_on, document.oldest_on)
    foot = f"{prices_text(clock)}; USD a month of 730 hours; causes are taken {words.ORDER_TOLD}"
    yield from wrap(foot, style.width)


def _headline(document: DiffDocument) -> str:
    now, change, was = document.total.now, document.total.change, document.total.was
    if not words.moved(document.workloads):
        return f"No change: ceiling {usd(now.ceiling)} a month, {usd(now.expected)} expected"
    share = words.percent(change.ceiling, was.ceiling)
    by = f"{words.signed(change.ceiling)}{f', {share}' if share else ''}"
    return (
        f"Ceiling {usd(now.ceiling)} a month ({by})   expected {usd(now.expected)} "
        f"({words.signed(change.expected)})   floor {usd(now.floor)} ({words.signed(change.floor)})"
    )


def _row(each: WorkloadDiff) -> tuple[str, ...]:
    now, was = each.now, each.was
    return (
        each.name,
        words.choice_text(now),
        usd(now.usd_per_month.expected if now else None),
        usd(now.usd_per_month.ceiling if now else None),
        usd(was.usd_per_month.ceiling if was else None),
        words.signed(each.change.ceiling),
        words.state_text(each),
    )


def _workload(each: WorkloadDiff, style: Style) -> Iterator[str]:
    parts = [f"{name} {words.signed(amount)}" for name, amount in words.cause_amounts(each.causes)]
    why = " · ".join(parts) or "no split: a side is refused"
    yield from wrap(f"{style.paint(each.name, 'bold')}: {why}", style.width, "", "  ")
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
    if each.rebuild:
        yield each.rebuild
    yield from words.price_moves(each)
    if each.state == "changed":
        for line in each.lines:
            if line.of == "ceiling":
                was, now = (side.usd_per_month if side else None for side in (line.was, line.now))
                yield f"{line.item}: {usd(was)} → {usd(now)} ({words.signed(line.change_usd_per_month)})"
    yield from (f"{mark} {name}" for mark, name in words.resource_texts(each))
    yield from (f"assumed {text}" for text in words.assumption_texts(each))
