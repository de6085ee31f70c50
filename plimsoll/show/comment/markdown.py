"""The comment in Markdown, as GitHub and GitLab show it: money and verdict first, all else folded.

Text from outside stands in code spans alone. The head is written first; folds take what room is left.
"""

import re
from collections.abc import Iterator

from plimsoll.candidates.row import WayOut
from plimsoll.catalog.clock import Clock
from plimsoll.review.comment.comment import Origin, Review
from plimsoll.review.comment.way_back import BUDGET_KEY, OverBudget
from plimsoll.show.clock import prices_text
from plimsoll.show.comment.folds import folded
from plimsoll.show.comment.parts import folds_of
from plimsoll.show.comment.verdict import verdict_line
from plimsoll.show.diff import words
from plimsoll.show.diff.markdown import table_of, unchanged_text
from plimsoll.show.markdown import code_span, escaped, size
from plimsoll.show.money import usd
from plimsoll.show.text import PIPED, Style

LONGEST = 60_000
"""UTF-16 units of a whole comment. GitHub takes 65,536 and does not say how it counts."""

MOST_ROWS = 10
"""Workloads in the table above the folds."""

_MOST_WAYS = 3
_MOST_STUCK = 3
"""Ways back that are shown of one workload, and workloads whose ways back stand above the folds."""

_LINK = re.compile(r"https?://[A-Za-z0-9.:_/-]{1,300}")
_WORD = re.compile(r"[^A-Za-z0-9._/-]")


def as_github(comment: Review, _: Style = PIPED) -> str:
    """Write the comment of a pull request."""
    return _written(comment, LONGEST)


def as_gitlab(comment: Review, _: Style = PIPED) -> str:
    """Write the note of a merge request: the same, since GitLab reads all that stands in it alike."""
    return _written(comment, LONGEST)


def marker(origin: Origin) -> str:
    """Write the first line, by which a comment is found again: which it is, of which commit, by which run."""
    said = {"key": origin.key, "head": origin.head, "run": origin.run}
    told = (f"{name}={_WORD.sub('-', value)[:100]}" for name, value in said.items() if value)
    return f"<!-- plimsoll:review v1 {' '.join(told)} -->"


def _written(comment: Review, longest: int) -> str:
    head = [marker(comment.origin), *body_head(comment)]
    tail = [f"<sub>{foot(comment)}</sub>", ""]
    room = longest - size(head) - size(tail)
    return "\n".join([*head, *folded(folds_of(comment, MOST_ROWS), room), *tail])


def body_head(comment: Review) -> list[str]:
    """Write what stands above the folds; of a change of nothing, the verdict alone."""
    line = verdict_line(comment)
    if not words.moved(comment.diff.workloads):
        return [line, ""]
    return [line, "", *_table(comment), "", *_why(comment), *_built(comment), *_back(comment)]


def foot(comment: Review) -> str:
    """Say which prices these are, and where it was made."""
    found = comment.diff
    told = [escaped(prices_text(Clock(found.asked_on, found.priced_on, found.oldest_on))), "730 h a month"]
    told.append("updated in place")
    if _LINK.fullmatch(comment.origin.link):
        told.append(f"[run]({comment.origin.link})")
    return " · ".join(told)


def _table(comment: Review) -> Iterator[str]:
    moved = words.moved(comment.diff.workloads)
    yield from table_of(moved[:MOST_ROWS])
    rest = len(moved) - MOST_ROWS
    told = [f"and {rest} more that changed, below"] if rest > 0 else []
    told += [unchanged_text(comment.diff)] if comment.diff.unchanged.count else []
    if len(comment.diff.workloads) > 1:
        told.append("what they share counts once in the total")
    if told:
        yield ""
        yield " · ".join(told)


def _why(comment: Review) -> Iterator[str]:
    """Split the change of the month's total by cause, then that of each run which has no part in it."""
    total, apart = comment.diff.total, comment.diff.total.not_monthly
    moved = words.moved(comment.diff.workloads)
    if any(each.name not in apart for each in moved):
        split = words.split_text(total.causes)
        if split:
            yield f"**Why {words.signed(total.change.ceiling)}:** {split}"
        else:
            yield "**Why:** a workload is refused, so there is no total"
        yield ""
    for each in [each for each in moved if each.name in apart][:_MOST_STUCK]:
        yield f"**Why {code_span(each.name)}{words.run_change_told(each)}:** {words.split_of(each)}"
        yield ""


def _built(comment: Review) -> Iterator[str]:
    """Say what is built where the budget leaves something else than the cheapest."""
    for each in words.moved(comment.diff.workloads)[:_MOST_STUCK]:
        if text := words.within_budget_text(each.now):
            named = f"**Within its budget, {code_span(each.name)}:** {escaped(text)}"
            yield f"{named}; the amounts above are without the budget"
            yield ""


def _back(comment: Review) -> Iterator[str]:
    """Name the cheapest way back of each workload that is over its budget, then gentler ones."""
    stuck = [each for each in comment.over if each.ways]
    for each in stuck[:_MOST_STUCK]:
        of = f" of {code_span(each.name)}" if len(comment.diff.workloads) > 1 else ""
        yield f"**Cheapest way back{of}:** {' · or '.join(_ways(each))}"
        yield ""
    report = comment.report
    if report is not None and report.blocking:
        first = report.blocking[0]
        yield f"**{code_span(first.policy)}:** {escaped(_cut(first.message))}"
        yield ""


def _ways(each: OverBudget) -> Iterator[str]:
    budget = [way for way in each.ways if way.change.startswith(BUDGET_KEY)]
    others = [way for way in each.ways if not way.change.startswith(BUDGET_KEY)]
    for way in (*others[:_MOST_WAYS], *budget[:1]):
        old, new = (code_span(words.value_text(value)) for value in (way.from_, way.to))
        yield f"{code_span(way.change)} {old} → {new}, ceiling {_ceiling(way)}"
    if each.over_usd is not None:
        yield "an exemption (owner, amount, expiry)"


def _ceiling(way: WayOut) -> str:
    if way.usd_per_run_ceiling is not None:
        return f"{usd(way.usd_per_run_ceiling)}{words.EVERY['run']}"
    return usd(way.usd_per_month_ceiling)


_LONGEST_MESSAGE = 600


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST_MESSAGE else f"{text[: _LONGEST_MESSAGE - 1]}…"
