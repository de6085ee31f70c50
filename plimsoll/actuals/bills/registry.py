"""Bills by the name that a person gives their kind; each is read by its own file."""

from collections.abc import Sequence
from pathlib import Path
from typing import Literal, cast

from plimsoll.actuals.bills import cost_explorer, opencost
from plimsoll.actuals.bills.export import BillReader, Export, Kind, athena_sql, export_sql, table_sql
from plimsoll.actuals.bills.saved import answers_in, answers_of
from plimsoll.actuals.bills.summed import bill_of
from plimsoll.actuals.charge import PaidBill
from plimsoll.actuals.planned import Prices
from plimsoll.actuals.window import BillWindow
from plimsoll.ground.problems import Problem, SpecError
from plimsoll.ground.start_up import record
from plimsoll.ground.tree import View

SOURCES = ("focus", "cur", "ce", "opencost")
EXPORTS = ("focus", "cur")
"""Kinds that are tables, and have a query."""


@record
class BillSource:
    """A bill as it was named: its kind, its word, the files that it leads to or what an API has answered."""

    kind: Literal["focus", "cur", "ce", "opencost"]
    name: str
    paths: Sequence[str]
    answered: str | None = None

    @property
    def answers(self) -> list[View]:
        """The answers of an API, saved or just given.

        Raises:
            SpecError: they cannot be read.
        """
        if self.answered is not None:
            return answers_in(self.answered, self.name)
        return answers_of(Path(self.paths[0]))

    @property
    def export(self) -> Export:
        """It as files of an export."""
        return Export(cast("Kind", self.kind), self.name, self.paths)


def read_bill(
    source: BillSource, window: BillWindow, wider: BillWindow, prices: Prices, spill: str
) -> PaidBill:
    """Read a bill: of the window, and of the days before it that `wider` adds to be held against.

    Raises:
        SpecError, MissingFactError: it cannot be read, or is not what it should be.
    """
    if source.kind == "ce":
        return cost_explorer.read(source.answers, source.name, window, prices)
    if source.kind == "opencost":
        return opencost.read(source.answers, source.name, window, prices)
    engine = BillReader(spill)
    columns = engine.columns(source.export)
    return bill_of(source.kind, source.name, engine.sums(source.export, columns, wider))


def sql_of(source: BillSource, window: BillWindow, dialect: Literal["athena", "duckdb"], spill: str) -> str:
    """Write the query of an export: for its files where there are some, else for a table of that name.

    Raises:
        SpecError: this kind of bill is no table, or cannot be read.
    """
    if source.kind not in EXPORTS:
        why = f"--from {source.kind} reads a saved answer"
        raise SpecError(Problem("there is no query", why, "--sql is for focus and cur", "--sql"))
    kind: Kind = source.kind
    if not source.paths:
        return table_sql(kind, source.name, window, dialect)
    columns = BillReader(spill).columns(source.export)
    write = athena_sql if dialect == "athena" else export_sql
    return write(source.export, columns, window)
