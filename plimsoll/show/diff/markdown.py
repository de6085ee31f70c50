"""A diff as Markdown: the same as its table, with text from outside in code spans."""

from collections.abc import Iterator, Sequence

from plimsoll.catalog.clock import Clock
from plimsoll.review.diff.document import DiffDocument, WorkloadDiff
from plimsoll.show.clock import prices_text
from plimsoll.show.diff import words
from plimsoll.show.markdown import code_span, escaped
from plimsoll.show.money import usd
from plimsoll.show.text import PIPED, Style

HEADING = ("workload", "instance type × max", "expected", "ceiling", "was", "change", "")
ALIGN = ("---", "---", "--:", "--:", "--:", "--:", "---")


def markdown(document: DiffDocument, _: Style = PIPED) -> str:
    """Write a diff for a page."""
    return "\n".join(_lines(document)) + "\n"


def _lines(document: DiffDocument) -> Iterator[str]:
    yield f"## {headline(document)}"
    shown = words.moved(document.workloads)
    if shown:
        yield ""
        yield from table_of(shown)
    if document.unchanged.count:
        yield ""
        yield unchanged_text(document)
    for each in shown:
        yield ""
        yield f"### {code_span(each.name)}"
        yield ""
        yield f"{why_text(each)}"
        yield ""
        yield from (f"- {text}" for text in details(each))
    yield ""
    clock = Clock(document.asked_on, document.priced_on, document.oldest_on)
    yield f"{escaped(prices_text(clock))}; USD a month of 730 hours; causes are taken {words.ORDER_TOLD}"


def headline(document: DiffDocument) -> str:
    """Say what it costs now and by how much that changed."""
    now, change, was = document.total.now, document.total.change, document.total.was
    ceiling = f"ceiling **{usd(now.ceiling, without='not known')}** a month"
    if not words.moved(document.workloads):
        return f"{ceiling}, no change"
    share = words.percent(change.ceiling, was.ceiling)
    by = words.signed(change.ceiling, without="change not known")
    return f"{ceiling} ({by}{f', {share}' if share else ''})"


def table_of(workloads: Sequence[WorkloadDiff]) -> Iterator[str]:
    """Lay out the workloads, one a row."""
    yield cells(HEADING)
    yield cells(ALIGN)
    yield from (cells(_row(each)) for each in workloads)


def cells(row: Sequence[str]) -> str:
    """Write one row of a table."""
    return f"| {' | '.join(row)} |"


def _row(each: WorkloadDiff) -> tuple[str, ...]:
    now, was = each.now, each.was
    return (
        code_span(each.name, in_table=True),
        escaped(words.choice_text(now), in_table=True),
        usd(now.usd_per_month.expected if now else None),
        usd(now.usd_per_month.ceiling if now else None),
        usd(was.usd_per_month.ceiling if was else None),
        words.signed(each.change.ceiling),
        words.state_text(each),
    )


def unchanged_text(document: DiffDocument) -> str:
    """Count what stays, and say what it costs together."""
    together = usd(document.unchanged.usd_per_month.ceiling, without="not known")
    return f"{document.unchanged.count} unchanged, ceiling {together} together"


def why_text(each: WorkloadDiff) -> str:
    """Split a change by cause in one line."""
    parts = [f"{name} {words.signed(amount)}" for name, amount in words.cause_amounts(each.causes)]
    return " · ".join(parts) or "no split: a side is refused"


def details(each: WorkloadDiff) -> Iterator[str]:
    """Say what moved in a workload, one fact a text."""
    if each.now is not None and each.now.refusal:
        yield escaped(each.now.refusal)
    if text := words.within_budget_text(each.now):
        yield escaped(text)
    for change in each.spec_changes:
        old, new = (code_span(words.value_text(value)) for value in (change.from_, change.to))
        yield f"{code_span(change.path)}: {old} → {new}"
    for flip in each.flips:
        by = words.CAUSE_NAMES[flip.cause]
        yield f"{code_span(flip.was)} → {code_span(flip.now)}, by {by}: {escaped(flip.message)}"
    if each.rebuild:
        yield f"**{escaped(each.rebuild)}**"
    yield from (escaped(text) for text in words.price_moves(each))
