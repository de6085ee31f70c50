"""One query sums up an export by day, owner and meter, each charge once.

Names and texts come quoted from `dialect`: nothing that a person or a file says is SQL.
"""

# ruff: noqa: S608

from collections.abc import Mapping, Sequence

from plimsoll.actuals.bills.dialect import Dialect, literal
from plimsoll.actuals.meter import COMPUTE
from plimsoll.actuals.window import BillWindow
from plimsoll.ground.start_up import record

TEXTS = (
    "category",
    "workload",
    "pool",
    "cluster",
    "service",
    "unit",
    "instance_type",
    "usage",
    "commitment",
    "class",
    "currency",
    "provider",
    "unlisted",
)
"""Columns by which charges are summed, after the day; `unlisted` is empty where a row has a list price."""

AMOUNTS = ("quantity", "list_usd", "effective_usd", "billed_usd")
"""Columns that are summed."""

FREE = ("free_at_list", "free_as_paid")
"""Whether a charge counts something for nothing, at either price: never summed with priced ones."""

_DETAILS = ("unit", "instance_type", "usage")
"""What is kept of rows that carry a tag, and of instances: of all others the service is enough."""


@record
class Rows:
    """An export as SQL: where it is, when a row was, what each column of the answer is made of."""

    relation: str
    start: str
    texts: Mapping[str, str]
    amounts: Mapping[str, str]
    identity: Sequence[str]
    """Columns that nearly always tell one charge from another: a fingerprint of them is cheap."""
    every: Sequence[str]
    """All columns, as they can be grouped by: what is the same in all of them is a copy, and nothing else."""


def charges_sql(rows: Rows, window: BillWindow, dialect: Dialect) -> str:
    """Write the query: charges of the window; rows that are the same in every column count once."""
    once = _once_by_print(rows, window) if dialect.name == "duckdb" else _once_by_group(rows, window)
    keys = ["day", *(_kept(name) for name in TEXTS), *_free()]
    sums = [f"SUM({name}) AS {name}" for name in AMOUNTS]
    counts = ["COUNT(quantity) AS counted", "COUNT(*) AS charges", "SUM(copies) - COUNT(*) AS duplicates"]
    places = ", ".join(str(place + 1) for place in range(len(keys)))
    selected = ",\n  ".join([*keys, *sums, *counts])
    return f"WITH {once}\nSELECT\n  {selected}\nFROM charge\nGROUP BY {places}\nORDER BY {places}"


def _free() -> list[str]:
    amounts = zip(("list_usd", "effective_usd"), FREE, strict=True)
    return [f"COALESCE(quantity > 0 AND {amount} = 0, FALSE) AS {name}" for amount, name in amounts]


def _kept(name: str) -> str:
    if name in _DETAILS:
        instances = ", ".join(map(literal, COMPUTE))
        nobodys = f"workload = '' AND pool = '' AND cluster = '' AND service NOT IN ({instances})"
        return f"CASE WHEN {nobodys} THEN '' ELSE {name} END AS {name}"
    return name


def _once_by_group(rows: Rows, window: BillWindow) -> str:
    """Group by all that tells charges apart: a service that may take all the memory it wants does it so."""
    return f"charge AS (\n{_grouped(rows, _within(rows, window))}\n)"


def _once_by_print(rows: Rows, window: BillWindow) -> str:
    """Look for copies by a fingerprint first, and group only what may be one: little memory is enough.

    A fingerprint of every column would cost more time than all the rest: few rows share the smaller one.
    """
    columns = ", ".join(
        dict.fromkeys([rows.start, *rows.texts.values(), *rows.amounts.values(), *rows.identity])
    )
    within, mark = _within(rows, window), f"HASH({columns})"
    suspects = f"SELECT {mark} AS mark FROM {rows.relation} WHERE {within} GROUP BY 1 HAVING COUNT(*) > 1"
    single = f"{_selected(rows, '1')}\n  WHERE {within} AND {mark} NOT IN (SELECT mark FROM suspect)"
    doubled = _grouped(rows, f"{within} AND {mark} IN (SELECT mark FROM suspect)")
    return f"suspect AS (\n  {suspects}\n),\ncharge AS (\n{single}\n  UNION ALL\n{doubled}\n)"


def _grouped(rows: Rows, where: str) -> str:
    named = 1 + len(TEXTS) + len(AMOUNTS)
    groups = [*(str(place + 1) for place in range(named)), *rows.every]
    return f"{_selected(rows, 'COUNT(*)')}\n  WHERE {where}\n  GROUP BY {', '.join(groups)}"


def _selected(rows: Rows, copies: str) -> str:
    parts = [f"CAST({rows.start} AS DATE) AS day"]
    parts += [f"{rows.texts[name]} AS {name}" for name in TEXTS]
    parts += [f"{rows.amounts[name]} AS {name}" for name in AMOUNTS]
    body = ",\n    ".join([*parts, f"{copies} AS copies"])
    return f"  SELECT\n    {body}\n  FROM {rows.relation}"


def _within(rows: Rows, window: BillWindow) -> str:
    first, end = (f"TIMESTAMP '{day} 00:00:00'" for day in (window.start, window.end))
    return f"{rows.start} >= {first} AND {rows.start} < {end}"
