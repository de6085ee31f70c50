"""Plan and bill as one Markdown page that finance can file: every amount with its window and its basis."""

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from plimsoll.actuals.document import ActualDocument, ActualRow, ActualTotal, OwnerSum, SharedNodesRow
from plimsoll.show.actual import words
from plimsoll.show.markdown import code_span, escaped
from plimsoll.show.money import usd
from plimsoll.show.text import PIPED, Style

HEADING = ("workload", "plan", "actual", "change", "quantity", "rate", "unplanned", "missing")


def page(found: ActualDocument, _: Style = PIPED) -> str:
    """Write the page."""
    return "\n".join(_lines(found)) + "\n"


def _lines(found: ActualDocument) -> Iterator[str]:
    window = found.window
    yield f"# Plan and actual, {window.start} to {window.end} (excluded)"
    yield from ("", f"{escaped(words.headline(found))}.", "")
    nodes = map(nodes_cells, found.shared_nodes)
    yield from rows_of(HEADING, [*map(cells_of, found.workloads), total_cells(found.total), *nodes])
    yield from ("", "## Teams and cost centres", "")
    yield from rows_of(
        ("team", "cost centre", "plan", "actual", "change"), map(_owner, found.owners), names=2
    )
    yield from ("", "## Beside the rows", "")
    yield from (
        f"- {code_span(name)}: {amount}; {escaped(what)}" for name, amount, what in words.beside(found)
    )
    yield from _ledger(found)
    for title, texts in _lists(found):
        if texts:
            yield from ("", f"## {title}", "")
            yield from (f"- {escaped(text)}" for text in texts)


def _ledger(found: ActualDocument) -> Iterator[str]:
    yield from ("", "## Ledger", "")
    rows = [
        (
            each.name,
            each.month,
            usd(each.plan),
            usd(each.actual),
            words.share(each.error_pct),
            "yes" if each.within else "no",
        )
        for each in found.ledger
    ]
    yield from rows_of(("workload", "month", "plan", "actual", "error", "within floor and ceiling"), rows)


def _lists(found: ActualDocument) -> Iterator[tuple[str, list[str]]]:
    yield "Shared nodes", list(words.shared_nodes(found))
    yield "Expired specs", [words.expired(each) for each in found.expired]
    yield "Anomalies", list(words.anomalies(found))
    yield "Idle", [text for row in found.workloads if (text := words.idle(row))]
    yield "Runs", [words.run_of(run, found.window) for run in found.runs]
    yield (
        "Runs by day",
        [
            f"{run.name}: {day.day} {usd(day.usd)}, {words.to_date(day)}"
            for run in found.runs
            for day in run.days
        ],
    )
    yield "How the bill was read", list(words.notes(found))


def nodes_cells(row: SharedNodesRow) -> Sequence[str]:
    """Write shared nodes, whole, as a row under the total."""
    return words.nodes_name(row), *cells_of(row)[1:]


def cells_of(row: ActualRow | SharedNodesRow) -> Sequence[str]:
    """Write a row: plan, actual, their difference and its causes."""
    return (
        row.name,
        usd(row.plan),
        usd(row.actual),
        words.signed(words.difference(row)),
        *words.causes(row.variance),
    )


def total_cells(total: ActualTotal) -> Sequence[str]:
    """Write the sum of rows, as a row."""
    change = f"{Decimal(total.actual) - Decimal(total.plan):.2f}"
    return "total", usd(total.plan), usd(total.actual), words.signed(change), *words.causes(total.variance)


def _owner(each: OwnerSum) -> Sequence[str]:
    return (
        each.team or "",
        each.cost_center or "",
        usd(each.plan),
        usd(each.actual),
        words.signed(each.difference),
    )


def rows_of(heading: Sequence[str], rows: Iterable[Sequence[str]], names: int = 1) -> Iterator[str]:
    """Write a table; the first cells of a row are names from outside."""
    yield f"| {' | '.join(heading)} |"
    yield f"| {' | '.join('---' if place < names else '--:' for place in range(len(heading)))} |"
    for row in rows:
        cells = (code_span(cell, in_table=True) if place < names else cell for place, cell in enumerate(row))
        yield f"| {' | '.join(cells)} |"
