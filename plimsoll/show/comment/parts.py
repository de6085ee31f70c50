"""The folds of a comment: policies, what changed in each workload, lines of the bill, resources."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from plimsoll.review.comment.comment import Review
from plimsoll.review.comment.report import CheckReport
from plimsoll.review.diff.document import WorkloadDiff
from plimsoll.review.diff.lines import LineSide
from plimsoll.review.solved.stored_plan import Per
from plimsoll.show.comment.folds import Fold
from plimsoll.show.diff import words
from plimsoll.show.diff.markdown import ALIGN, HEADING, cells, details, table_of
from plimsoll.show.markdown import code_span, escaped
from plimsoll.show.money import usd

_LONGEST = 300
_LINES = ("workload", "line of the ceiling", "was", "now", "change")


def folds_of(comment: Review, rows_above: int) -> Iterator[Fold]:
    """Yield the folds, what is asked about first; where nothing changed there is none."""
    moved = words.moved(comment.diff.workloads)
    if not moved:
        return
    if comment.report is not None:
        yield _policies(comment.report)
    yield _more(moved[rows_above:])
    yield Fold("What changed, and by whose doing", [line for each in moved for line in _changes(each)])
    yield _bill(moved)
    yield _resources(moved)
    yield _assumptions(moved)


def _policies(report: CheckReport) -> Fold:
    failed, advice = report.blocking, [each for each in report.violations if not each.blocks]
    exempted = report.exemptions_used
    title = f"Policies: {len(failed)} failed, {len(advice)} advisory, {len(exempted)} exempted"
    rows = [
        f"- {word} {code_span(each.policy)} {code_span(each.code)}{_at(each.urn)}: "
        f"{escaped(_cut(each.message))}"
        for word, group in (("failed", failed), ("advisory", advice))
        for each in group
    ]
    rows += [
        f"- exempted {code_span(each.policy)} until {code_span(each.expires)}, up to "
        f"{usd(each.allow_up_to_usd, without='any amount')}, owner {code_span(_cut(each.owner))}, "
        f"approved by {code_span(_cut(each.approved_by))}: {code_span(_cut(each.reason))}"
        for each in exempted
    ]
    rows += [
        f"- cannot be priced: {code_span(_cut(each.urn))}: {escaped(_cut(each.message))}"
        for each in report.cannot_price
    ]
    return Fold(title, rows)


def _at(urn: str | None) -> str:
    return f" at {code_span(_cut(urn.rpartition('::')[2]))}" if urn else ""


def _more(rest: Sequence[WorkloadDiff]) -> Fold:
    heading, align, *rows = table_of(rest) if rest else (cells(HEADING), cells(ALIGN))
    return Fold(f"{len(rest)} more that changed", rows, (heading, align))


def _changes(each: WorkloadDiff) -> Iterator[str]:
    yield f"- {code_span(each.name)}{words.run_change_told(each)}: {words.split_of(each)}"
    yield from (f"  - {text}" for text in details(each))


def _bill(moved: Sequence[WorkloadDiff]) -> Fold:
    lines = [(each, *told) for each in moved for told in words.told_lines(each)]
    rows = [
        cells(
            (
                code_span(each.name, in_table=True),
                escaped(line.item, in_table=True),
                _side(line.was, each.per),
                _side(line.now, each.per),
                f"{words.signed(change)}{words.EVERY[each.per]}",
            )
        )
        for each, line, change in lines
    ]
    return Fold(f"Lines that changed: {len(rows)}", rows, (cells(_LINES), "|---|---|--:|--:|--:|"))


def _side(side: LineSide | None, per: Per) -> str:
    if side is None:
        return words.NO_AMOUNT
    quantity = f"{Decimal(side.quantity).normalize():f}"
    price = f"{quantity} × ${side.usd_per_unit}"
    return f"{usd(words.line_amount(side, per))} ({price}, {code_span(side.as_of, in_table=True)})"


def _resources(moved: Sequence[WorkloadDiff]) -> Fold:
    told = [(mark, name) for each in moved for mark, name in words.resource_texts(each)]
    new, changed, removed = (sum(1 for mark, _ in told if mark == each) for each in ("+", "~", "−"))
    title = f"Resources: {new} new, {changed} changed, {removed} removed"
    word = {"+": "new", "~": "changed", "−": "removed"}
    return Fold(title, [f"- {word[mark]} {code_span(_cut(name))}" for mark, name in told])


def _assumptions(moved: Sequence[WorkloadDiff]) -> Fold:
    rows = [
        f"- {code_span(each.name)}: {code_span(_cut(text))}"
        for each in moved
        for text in words.assumption_texts(each)
    ]
    return Fold(f"Assumptions that changed: {len(rows)}", rows)


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
