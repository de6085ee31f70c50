"""The query that is printed for Athena is Athena's, and gives the same totals."""

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
import sqlglot

from tests.claims.actuals.asked import Asking
from tests.make.bills import EXAMPLE, NODE_TYPE, OCTOBER, cur_row, days, example, focus_row, written
from tests.make.parquet import as_parquet

SUMS = ("list_usd", "effective_usd", "billed_usd", "quantity", "charges", "duplicates")


def focus_bill(folder: Path) -> Path:
    rows = example()
    rows += rows[:3]  # a file that was delivered twice
    rows += [focus_row(day, "1.25", workload="another", type=NODE_TYPE, ResourceId="i-9") for day in days()]
    return written(folder / "bill.csv", rows)


def cur_bill(folder: Path) -> Path:
    rows = [cur_row(day, 80.5, product_instance_type=NODE_TYPE) for day in days()]
    rows += [cur_row(day, 3.25, tag="") for day in days()] + rows[:2]
    return written(folder / "bill.csv", rows)


def bill_of_sentences(folder: Path) -> Path:
    """FOCUS without a column for what was counted: each row has a sentence of its own."""
    rows = [dict(row) for row in example()]
    for number, row in enumerate(rows):
        usage = row.pop("x_UsageType")
        kind = "g7e.2xlarge" if not usage else usage.partition("BoxUsage:")[2] or usage
        row["ChargeDescription"] = f"$0.{number % 7}42 per {kind} in account {10**11 + number % 7}"
    rows += rows[:3]
    return written(folder / "bill.csv", rows)


BILLS = [("focus", focus_bill), ("cur", cur_bill), ("focus", bill_of_sentences)]


def totals(sql: str, table: str, bill: Path) -> list[Any]:
    """Run a query with a file in the place of its table."""
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        source = f"READ_CSV('{bill}', all_varchar = true)" if bill.suffix == ".csv" else f"'{bill}'"
        connection.execute(f'CREATE VIEW "{table}" AS SELECT * FROM {source}')
        sums = ", ".join(f"SUM({name})" for name in SUMS)
        groups = (
            f"SELECT workload, category, {sums} FROM ({sql.rstrip().rstrip(';')}) GROUP BY 1, 2 ORDER BY 1, 2"
        )
        return connection.execute(groups).fetchall()


@pytest.mark.parametrize(("kind", "bill"), BILLS)
@pytest.mark.parametrize("form", [Path, as_parquet])
def test_both_dialects_give_the_same_totals(
    asking: Asking, tmp_path: Path, kind: str, bill: Callable[[Path], Path], form: Callable[[Path], Path]
) -> None:
    path = form(bill(tmp_path))
    code, athena, err = asking.call(kind, path, "--sql", "athena")
    assert code == 0, err
    (parsed,) = sqlglot.parse(athena, read="athena")
    assert parsed is not None
    assert {table.name for table in parsed.find_all(sqlglot.exp.Table)} == {"bill", "charge"}
    here = asking.call(kind, path, "--sql", "duckdb")[1]
    found = totals(parsed.sql("duckdb"), "bill", path)
    assert found == totals(here, "bill", path)
    listed = sum(row[2] for row in found if row[0] == "chat-8b")
    answer = asking.answer(kind, path)
    actual = next(row["actual"] for row in answer["workloads"] if row["name"] == "chat-8b")
    assert Decimal(listed).quantize(Decimal("0.01")) == Decimal(actual)
    assert sum(row[-1] for row in found) == answer["reading"]["duplicates"] > 0


@pytest.mark.parametrize("kind", ["focus", "cur"])
def test_a_table_that_nobody_has_here_gets_its_query(asking: Asking, kind: str) -> None:
    code, athena, err = asking.call(kind, "billing.exports.october", "--sql", "athena")
    assert (code, err) == (0, "")
    (parsed,) = sqlglot.parse(athena, read="athena")
    assert parsed is not None
    assert 'FROM "billing"."exports"."october"' in athena
    assert OCTOBER.partition("..")[0] in athena


def test_a_saved_answer_has_no_query(asking: Asking) -> None:
    assert "there is no query" in asking.refused(2, "ce", EXAMPLE, "--sql", "athena")


def test_a_name_with_quotes_stays_a_name(asking: Asking, tmp_path: Path) -> None:
    path = written(tmp_path / "o'clock\".csv", example())
    assert asking.answer("focus", path)["reading"]["rows"] == len(example())
    (parsed,) = sqlglot.parse(asking.call("focus", path, "--sql", "athena")[1], read="athena")
    assert parsed is not None


def test_sentences_say_what_was_counted_and_not_whose_number_it_has(asking: Asking, tmp_path: Path) -> None:
    rows = [
        focus_row(day, "80.71488", ChargeDescription=f"$3.36312 per {NODE_TYPE} Hour, i-{9**9 + place:x}")
        for place, day in enumerate(days())
    ]
    for row in rows:
        del row["x_UsageType"]
    bill = written(tmp_path / "bill.csv", rows)
    answer = asking.answer("focus", bill)
    row = next(each for each in answer["workloads"] if each["name"] == "chat-8b")
    assert row["variance"]["unplanned"] == "0.00"
    sql = asking.call("focus", bill, "--sql", "duckdb")[1]
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute(f"CREATE VIEW bill AS SELECT * FROM READ_CSV('{bill}', all_varchar = true)")
        usages = connection.execute(f"SELECT DISTINCT usage FROM ({sql.rstrip().rstrip(';')})").fetchall()
    assert usages == [(NODE_TYPE,)]
