"""An export, FOCUS or CUR, is read by DuckDB: files of any size, in little memory, changing nothing."""

from collections.abc import Mapping, Sequence
from types import ModuleType
from typing import Any, Literal

from plimsoll.actuals.bills import cur, focus
from plimsoll.actuals.bills.columns import Columns
from plimsoll.actuals.bills.dialect import AMOUNT, DIALECTS, ExportColumn, Name, literal, quoted
from plimsoll.actuals.bills.query import charges_sql
from plimsoll.actuals.window import BillWindow
from plimsoll.ground.problems import Problem, SpecError
from plimsoll.ground.start_up import record

INSTALL = "install plimsoll-iac[actuals] (it adds duckdb), or print the query with --sql athena"

Kind = Literal["focus", "cur"]

KINDS: Mapping[str, ModuleType] = {"focus": focus, "cur": cur}

THREADS, MEMORY = 2, "700MB"
"""What one reading takes of a machine: a billing export may be read on the smallest runner."""

_CAUSES = (
    ("not utf-8 encoded", "it is not text in UTF-8", "give it as it was exported, or save it as UTF-8"),
    (
        "Error when sniffing",
        "its rows are no values between commas, in UTF-8",
        "give it as AWS exports it, not as a spreadsheet saved it; where it is cut off, export it again",
    ),
    (
        "to DECIMAL",
        "",
        "write amounts as AWS exports them (1234.56, a point and no NaN); if a row is cut off, export again",
    ),
    ("Malformed JSON", "", "give tags as AWS exports them; where a row is cut off, export it again"),
)
"""What DuckDB says of files in another form, what it means, and what helps: a new export would not."""

_FIRST_ERROR_WORDS = ("Invalid Input Error: ", "IO Error: ", "Conversion Error: ", "Binder Error: ")


_READ_AS = {
    "DOUBLE": (AMOUNT, "it is read as a number", "write it as 1234.56: a point, no other sign"),
    "TIMESTAMP": (
        "TIMESTAMP WITH TIME ZONE",
        "it is read as a time",
        "write it as 2026-10-31T00:00:00Z, which AWS's export does",
    ),
}
"""How texts of a column are read, by its type in Athena, and what to do about one that is none."""


@record
class Export:
    """Files of one kind: what DuckDB is to read, as a person named it in `file`."""

    kind: Kind
    file: str
    paths: Sequence[str]

    @property
    def table(self) -> str:
        """The name of its file or folder without what stands around it."""
        return self.file.rstrip("/").rpartition("/")[2].partition(".")[0]

    @property
    def relation(self) -> str:
        """The files as a table of DuckDB; a CSV's values stay text, so that none is guessed."""
        listed = ", ".join(literal(path) for path in self.paths)
        if any(path.endswith((".csv", ".csv.gz")) for path in self.paths):
            options = "all_varchar = true, header = true, delim = ',', quote = '\"', escape = '\"'"
            return f"READ_CSV([{listed}], {options}, union_by_name = true)"
        return f"READ_PARQUET([{listed}], union_by_name = true)"


class BillReader:
    """DuckDB with its limits, which spills to a folder that somebody else removes."""

    def __init__(self, spill: str) -> None:
        """Load DuckDB.

        Raises:
            SpecError: it is not installed.
        """
        try:
            import duckdb
        except ModuleNotFoundError:
            raise SpecError(Problem("a bill cannot be read", "duckdb is not installed", INSTALL)) from None
        self._error: type[Exception] = duckdb.Error
        settings: dict[str, str | bool | int | float | list[str]] = {
            "threads": THREADS,
            "memory_limit": MEMORY,
            "preserve_insertion_order": False,
            "temp_directory": spill,
            "autoinstall_known_extensions": False,
        }
        self._connection: Any = duckdb.connect(config=settings)
        # The time zone belongs to an extension that is loaded by now; a slow query would write its progress.
        self._connection.execute("SET TimeZone = 'UTC'; SET enable_progress_bar = false")

    def answer(self, sql: str, file: str) -> list[dict[str, Any]]:
        """Run a query.

        Raises:
            SpecError: the file cannot be read, or holds something else than its column says.
        """
        try:
            return self._answer(sql)
        except self._error as error:
            raise SpecError(_unread(str(error), file)) from None

    def _answer(self, sql: str) -> list[dict[str, Any]]:
        result = self._connection.execute(sql)
        names = [each[0] for each in result.description]
        return [dict(zip(names, row, strict=True)) for row in result.fetchall()]

    def sums(self, export: Export, columns: Columns, window: BillWindow) -> list[dict[str, Any]]:
        """Sum an export up.

        Raises:
            SpecError: it cannot be read, or a value is none of its column, which is named.
        """
        try:
            return self._answer(export_sql(export, columns, window))
        except self._error as error:
            said = str(error)
        raise SpecError(self._odd_value(said, export, columns) or _unread(said, export.file))

    def _odd_value(self, said: str, export: Export, columns: Columns) -> Problem | None:
        """Find the column of the value that could not be read."""
        for known in KINDS[export.kind].ATHENA if "Conversion Error" in said else ():
            column = columns.get(known.name)
            if column is None or not column.is_text or known.type not in _READ_AS:
                continue
            kind, why, fix = _READ_AS[known.type]
            odd = f"{column.sql} <> '' AND TRY_CAST({column.sql} AS {kind}) IS NULL"
            sql = f"SELECT DISTINCT {column.sql} AS value FROM {export.relation} WHERE {odd}"  # noqa: S608
            for row in self._answer(sql):
                if f'"{row["value"]}"' in said:
                    return Problem(f"{column.name} is {row['value']!r:.60}", why, fix, file=export.file)
        return None

    def columns(self, export: Export) -> Columns:
        """Ask which columns an export has.

        Raises:
            SpecError: it cannot be read.
        """
        found = self.answer(f"DESCRIBE SELECT * FROM {export.relation}", export.file)  # noqa: S608 - quoted
        columns = (ExportColumn(row["column_name"], row["column_type"]) for row in found)
        return Columns(export.file, {column.name: column for column in columns})


def export_sql(export: Export, columns: Columns, window: BillWindow) -> str:
    """Write the query that sums an export up, as it is run here."""
    dialect = DIALECTS["duckdb"]
    return charges_sql(KINDS[export.kind].rows_of(export.relation, columns, dialect), window, dialect)


def athena_sql(export: Export, columns: Columns, window: BillWindow) -> str:
    """Write the query for a table of an export's columns that has the name of its file."""
    dialect, name = DIALECTS["athena"], quoted(export.table)
    return charges_sql(KINDS[export.kind].rows_of(name, columns, dialect), window, dialect)


def table_sql(kind: Kind, table: str, window: BillWindow, dialect: Name) -> str:
    """Write the query for a table that AWS's export makes."""
    columns = Columns(table, {column.name: column for column in KINDS[kind].ATHENA})
    name = ".".join(quoted(part) for part in table.split("."))
    return charges_sql(KINDS[kind].rows_of(name, columns, DIALECTS[dialect]), window, DIALECTS[dialect])


def _unread(message: str, file: str) -> Problem:
    first = next((line for line in message.splitlines() if line.strip()), "")
    for words in _FIRST_ERROR_WORDS:
        first = first.removeprefix(words)
    if "Out of Memory" in message:
        return Problem(
            "too many rows are the same", f"{MEMORY} do not hold them", "give each file once", file=file
        )
    for sign, what, fix in _CAUSES:
        if sign in message:
            return Problem("the bill cannot be read", what or first[:300], fix, file=file)
    fix = "the file is cut off or damaged: export it again"
    return Problem("the bill cannot be read", first[:300], fix, file=file)
