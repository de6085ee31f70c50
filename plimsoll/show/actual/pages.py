"""Pages to file: one of all for each month, and one for each team and cost centre of it."""

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from plimsoll.actuals.document import ActualDocument, ActualItem, ActualRow, OwnerSum
from plimsoll.actuals.ledger import total_of
from plimsoll.show.actual import words
from plimsoll.show.actual.page import HEADING, cells_of, page, rows_of, total_cells
from plimsoll.show.markdown import code_span, escaped
from plimsoll.show.money import usd

MARK = "<!-- plimsoll:actual page v1 -->"
"""The first line of every page: what a page of ours is known by."""

_NOBODY = "no team"


def pages(months: Sequence[ActualDocument]) -> Mapping[str, str]:
    """Write the pages of months by the names of their files: `2026-10.md`, `2026-10-search-4711.md`."""
    found: dict[str, str] = {}
    for month in months:
        name = month.window.start[:7]
        found[f"{name}.md"] = f"{MARK}\n{page(month)}"
        for owner in month.owners:
            text = "\n".join(_lines(month, owner)) + "\n"
            found[_free(f"{name}-{_slug(owner)}", found)] = f"{MARK}\n{text}"
    return found


def _slug(owner: OwnerSum) -> str:
    said = "-".join(part for part in (owner.team, owner.cost_center) if part) or _NOBODY
    return re.sub(r"[^a-z0-9]+", "-", said.lower()).strip("-")[:80] or "team"


def _free(stem: str, taken: Mapping[str, str]) -> str:
    """Tell apart teams whose names make the same file: the order of the owners says which is which."""
    name, number = f"{stem}.md", 2
    while name in taken:
        name, number = f"{stem}-{number}.md", number + 1
    return name


def _lines(month: ActualDocument, owner: OwnerSum) -> Iterator[str]:
    window, rows = month.window, [row for row in month.workloads if row.name in owner.workloads]
    who = code_span(owner.team or _NOBODY)
    centre = f", cost centre {code_span(owner.cost_center)}" if owner.cost_center else ""
    yield f"# {who}{centre}: plan and actual, {window.start} to {window.end} (excluded)"
    yield ""
    yield (
        f"{window.hours} hours: planned {usd(owner.plan)}, actual {usd(owner.actual)} "
        f"({words.signed(owner.difference)}), at {escaped(words.BASES[month.basis])}."
    )
    yield ""
    yield from rows_of(HEADING, [*map(cells_of, rows), total_cells(total_of(rows))])
    yield from ("", "## What it was paid for", "")
    yield from rows_of(
        ("workload", "item", "unit", "planned", "billed", "plan", "actual"),
        (cells for row in rows for cells in _items(row)),
        names=3,
    )
    yield from _besides(month, owner, rows)


def _besides(month: ActualDocument, owner: OwnerSum, rows: Sequence[ActualRow]) -> Iterator[str]:
    names = set(owner.workloads)
    groups = {each.name for each in month.shared_nodes if any(part.name in names for part in each.parts)}
    parts = {
        "Shared nodes": list(words.shared_nodes(month, names)),
        "Expired specs": [words.expired(each) for each in month.expired if each.name in names],
        "Runs": [words.run_of(run, month.window) for run in month.runs if run.name in names],
        "Anomalies": list(words.anomalies(month, names | groups)),
        "Idle": [text for row in rows if (text := words.idle(row))],
        "Not on this page": list(_elsewhere(month)),
    }
    for title, texts in parts.items():
        if texts:
            yield from ("", f"## {title}", "")
            yield from (f"- {escaped(text)}" for text in texts)


def _elsewhere(month: ActualDocument) -> Iterator[str]:
    shared = next((row for row in month.workloads if row.kind == "shared"), None)
    if shared is not None:
        yield f"the parts that clusters share: {usd(shared.actual)} (planned {usd(shared.plan)})"
    yield f"money without a tag: {usd(month.untagged.usd)} ({words.share(month.untagged.pct)} of the bill)"
    yield f"credits, refunds, tax and support: {words.plain(month.outside.usd)}"


def _items(row: ActualRow) -> Iterator[Sequence[str]]:
    for item in row.items:
        yield (row.name, item.item, item.unit, *_counts(item), usd(item.plan), words.plain(item.actual))


def _counts(item: ActualItem) -> tuple[str, str]:
    planned, billed = (
        "-" if each is None else f"{Decimal(each):,.2f}"
        for each in (item.plan_quantity, item.actual_quantity)
    )
    free = "" if item.free_quantity is None else f" + {Decimal(item.free_quantity):,.2f} for $0.00"
    return planned, billed + free
