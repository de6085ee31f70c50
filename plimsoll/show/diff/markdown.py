"""A diff as Markdown: the same as its table, with text from outside in code spans."""

from collections.abc import Iterator, Sequence

from plimsoll.review.diff.document import DiffDocument, WorkloadDiff
from plimsoll.show.diff import run_words, words
from plimsoll.show.diff.headline import headline_of
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
        yield f"### {code_span(each.name)}{words.run_change_told(each)}"
        yield ""
        yield words.split_of(each)
        yield ""
        yield from (f"- {text}" for text in details(each))
    yield ""
    yield escaped(words.foot_text(document))


def headline(document: DiffDocument) -> str:
    """Say what it costs now and by how much that changed."""
    found = headline_of(document)
    if found is None:
        return f"**{len(document.total.not_monthly)}** runs of no month, each by the run"
    ceiling = f"ceiling **{usd(found.now.ceiling, without='not known')}** {found.every}"
    beside = f", beside {found.beside}" if found.beside else ""
    if not words.moved(document.workloads):
        return f"{ceiling}{beside}, no change"
    share = words.percent(found.change.ceiling, found.was.ceiling)
    by = words.signed(found.change.ceiling, without="change not known")
    return f"{ceiling}{beside} ({by}{f', {share}' if share else ''})"


def table_of(workloads: Sequence[WorkloadDiff]) -> Iterator[str]:
    """Lay out the workloads, one a row."""
    yield cells(HEADING)
    yield cells(ALIGN)
    yield from (cells(_row(each)) for each in workloads)


def cells(row: Sequence[str]) -> str:
    """Write one row of a table."""
    return f"| {' | '.join(row)} |"


def _row(each: WorkloadDiff) -> tuple[str, ...]:
    return (
        code_span(each.name, in_table=True),
        escaped(words.choice_text(each.now), in_table=True),
        *words.money_cells(each),
        words.state_text(each),
    )


def unchanged_text(document: DiffDocument) -> str:
    """Count what stays, and say what it costs together."""
    kept = document.unchanged
    together = usd(kept.usd_per_month.ceiling, without="not known")
    apart = len(kept.not_monthly)
    if apart == kept.count:
        return f"{kept.count} unchanged, of no month"
    told = f", {apart} of no month not counted" if apart else ""
    return f"{kept.count} unchanged, ceiling {together} together{told}"


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
    yield from (escaped(text) for text in run_words.run_change_texts(each))
    yield from (escaped(text) for text in run_words.run_money_texts(each))
    if each.rebuild:
        yield f"**{escaped(each.rebuild)}**"
    yield from (escaped(text) for text in words.price_moves(each))
