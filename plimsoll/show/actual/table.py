"""Plan and bill as a table for the terminal."""

from collections.abc import Iterator
from decimal import Decimal

from plimsoll.actuals.document import ActualDocument, ActualRow, SharedNodesRow
from plimsoll.show.actual import words
from plimsoll.show.money import usd
from plimsoll.show.table import Column, Table
from plimsoll.show.text import PIPED, Style, wrap

_COLUMNS = (
    Column("workload", least=12),
    *(
        Column(name, right=True)
        for name in ("plan", "actual", "change", "quantity", "rate", "unplanned", "missing")
    ),
)
_BESIDE = (Column(""), Column("", right=True), Column("", least=20))


def table(found: ActualDocument, style: Style = PIPED) -> str:
    """Write the comparison for a terminal."""
    return "\n".join(_lines(found, style)) + "\n"


def _lines(found: ActualDocument, style: Style) -> Iterator[str]:
    yield from wrap(words.headline(found), style.width)
    yield ""
    rows = [*map(_row, found.workloads), _total(found), *map(_nodes, found.shared_nodes)]
    yield from Table(_COLUMNS, rows, indent="").painted(style, style.width)
    yield ""
    yield from Table(_BESIDE, list(words.beside(found)), indent="").lines(style.width)
    for title, lines in _parts(found):
        if lines:
            yield ""
            yield style.paint(title, "bold")
            for line in lines:
                yield from wrap(line, style.width, "  ", "    ")


def _parts(found: ActualDocument) -> Iterator[tuple[str, list[str]]]:
    yield "shared nodes", list(words.shared_nodes(found))
    yield "expired", [words.expired(each) for each in found.expired]
    yield "anomalies", list(words.anomalies(found))
    yield "idle", [text for row in found.workloads if (text := words.idle(row))]
    yield "runs", [words.run_of(run, found.window) for run in found.runs]
    yield "reading", list(words.notes(found))


def _row(row: ActualRow | SharedNodesRow) -> tuple[str, ...]:
    change = words.signed(words.difference(row))
    return row.name, usd(row.plan), usd(row.actual), change, *words.causes(row.variance)


def _nodes(row: SharedNodesRow) -> tuple[str, ...]:
    return words.nodes_name(row), *_row(row)[1:]


def _total(found: ActualDocument) -> tuple[str, ...]:
    total = found.total
    change = words.signed(f"{Decimal(total.actual) - Decimal(total.plan):.2f}")
    return "total", usd(total.plan), usd(total.actual), change, *words.causes(total.variance)
