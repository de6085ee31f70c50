"""Two dialects read exports: DuckDB runs here, Athena where an export is too large for one machine."""

from collections.abc import Callable, Sequence
from typing import Literal

from plimsoll.ground.start_up import record

Name = Literal["athena", "duckdb"]

NOTHING = "''"
"""The empty text in SQL."""

AMOUNT = "DECIMAL(38, 12)"
"""Type in which money and quantities are added: exact, and the same in every order."""


UNLISTED = "unlisted"
"""What stands on rows that have no list price."""

NO_AMOUNT = f"CAST(NULL AS {AMOUNT})"


@record
class ExportColumn:
    """A column of an export: its name, and the type that DuckDB gives it."""

    name: str
    type: str

    @property
    def sql(self) -> str:
        """Its name as SQL writes it."""
        return quoted(self.name)

    @property
    def is_text(self) -> bool:
        """Whether it holds text: every column of a CSV does."""
        return self.type == "VARCHAR"

    @property
    def is_map(self) -> bool:
        """Whether it holds keys with values."""
        return self.type.upper().startswith("MAP")


def typed(kind: str, names: str) -> tuple[ExportColumn, ...]:
    """List columns of one type."""
    return tuple(ExportColumn(name, kind) for name in names.split())


_NUMBER = r"\b[0-9a-f]*[0-9][0-9a-f.,-]*"
_TYPE = (
    r"\b[a-z][a-z0-9-]*[0-9][a-z0-9-]*\.(?:[0-9]+xlarge|x?large|medium|small|micro|nano|metal[a-z0-9-]*)\b"
)
"""Numbers and identifiers of a sentence, and the instance type in it, for both dialects."""


@record
class Dialect:
    """How the few things are written in which DuckDB and Athena differ."""

    name: Name
    entry: Callable[[str, str], str]
    """The value of a key in a map, null without one."""
    member: Callable[[str, str], str]
    """The value of a key of JSON in a text."""
    zoned: Callable[[str], str]
    """The instant of a text of ISO 8601."""
    replaced: Callable[[str, str, str], str]
    """A text with every match of a pattern replaced."""
    found: Callable[[str, str], str]
    """The first match of a pattern in a text; empty or null without one."""
    printed: Callable[[str], str]
    """A map as something that can be grouped by."""

    def grouped(self, column: ExportColumn) -> str:
        """Write a column as one that can be grouped by."""
        return self.printed(column.sql) if column.is_map else column.sql

    def instant(self, column: ExportColumn) -> str:
        """Read a time as UTC: text may carry another zone."""
        if not column.is_text and "ZONE" not in column.type.upper():
            return column.sql
        instant = self.zoned(column.sql) if column.is_text else column.sql
        return f"CAST({instant} AT TIME ZONE 'UTC' AS TIMESTAMP)"

    def amount(self, column: ExportColumn) -> str:
        """Read a number exactly; null where nothing is written."""
        value = f"NULLIF({column.sql}, '')" if column.is_text else column.sql
        return f"CAST({value} AS {AMOUNT})"

    def unlisted(self, column: ExportColumn) -> str:
        """Say `unlisted` where a column of list prices has nothing; else the empty text."""
        return f"CASE WHEN {self.amount(column)} IS NULL THEN {literal(UNLISTED)} ELSE {NOTHING} END"

    def text(self, column: ExportColumn | None) -> str:
        """Read a text; empty where nothing is written or there is no such column."""
        return f"COALESCE({column.sql}, '')" if column is not None else "''"

    def meter(self, column: ExportColumn) -> str:
        """Read what a sentence says was counted: its instance type, else its words without their numbers.

        Sentences with identifiers in them differ from row to row; as meters they would be as many as rows.
        """
        text = self.text(column)
        words = self.replaced(text, _NUMBER, "#")
        return f"COALESCE(NULLIF({self.found(text, _TYPE)}, ''), {words})"

    def tag(self, column: ExportColumn | None, keys: Sequence[str]) -> list[str]:
        """Read the first of several spellings of a key from a map, or from JSON in a text."""
        if column is None:
            return []
        if column.is_text:
            return [self.member(column.sql, quoted(key)) for key in keys]
        return [self.entry(column.sql, literal(key)) for key in keys]


DIALECTS = {
    "duckdb": Dialect(
        "duckdb",
        lambda tags, key: f"{tags}[{key}]",
        lambda text, key: f"JSON_EXTRACT_STRING({text}, {literal('$.' + key)})",
        lambda text: f"CAST({text} AS TIMESTAMP WITH TIME ZONE)",
        lambda text, pattern, put: f"REGEXP_REPLACE({text}, {literal(pattern)}, {literal(put)}, 'g')",
        lambda text, pattern: f"REGEXP_EXTRACT({text}, {literal(pattern)})",
        lambda tags: tags,
    ),
    "athena": Dialect(
        "athena",
        lambda tags, key: f"ELEMENT_AT({tags}, {key})",
        lambda text, key: f"JSON_EXTRACT_SCALAR({text}, {literal('$[' + key + ']')})",
        lambda text: f"FROM_ISO8601_TIMESTAMP({text})",
        lambda text, pattern, put: f"REGEXP_REPLACE({text}, {literal(pattern)}, {literal(put)})",
        lambda text, pattern: f"REGEXP_EXTRACT({text}, {literal(pattern)})",
        lambda tags: f"JSON_FORMAT(CAST({tags} AS JSON))",
    ),
}


def first_said(values: Sequence[str]) -> str:
    """Take the first value that says something, else the empty text."""
    said = [f"NULLIF({value}, '')" for value in values]
    return f"COALESCE({', '.join([*said, literal('')])})"


def quoted(name: str) -> str:
    """Write a name as SQL does."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """Write a text as SQL does."""
    return "'" + text.replace("'", "''") + "'"
