"""The variance of 300 generated months is exact to the cent, by arithmetic of the test's own.

A seeded tenth by default; all of them under PLIMSOLL_PROOFS=1.
"""

import json
import os
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from tests.claims.actuals.asked import Asking, row_of
from tests.make.bills import written
from tests.make.locks import example_lock, locked
from tests.make.months import Lines, Month, MonthMaker
from tests.make.parquet import as_parquet

MONTHS = 300 if os.environ.get("PLIMSOLL_PROOFS") == "1" else 30
BATCH = 15
NAMES = ("chat-8b", "agents-gpt-oss")
CENT = Fraction(1, 100)


def lines_of() -> Lines:
    """The expected lines as the locks have them; of what those of one region share, each once."""
    found: dict[str, list[dict[str, Any]]] = {name: [] for name in (*NAMES, "shared")}
    counted: set[tuple[str, str, str]] = set()
    for name in NAMES:
        plan = json.loads(example_lock(name))["plan"]
        for line in plan["cost"]["lines"]:
            owner = "shared" if line["kind"] == "fixed" else name
            once = (owner, plan["chosen"]["region"], line["item"])
            if line["of"] == "expected" and once not in counted:
                counted.add(once)
                found[owner].append(line)
    return found


def planned(line: dict[str, Any], month: Month) -> tuple[Fraction, Fraction]:
    share = month.months if line["unit"] == "GB-month" else Fraction(month.hours, 730)
    quantity = Fraction(line["quantity"]) * share
    return quantity, quantity * Fraction(line["usd_per_unit"])


def expected(lines: list[dict[str, Any]], paid: dict[Any, list[Fraction]], month: Month) -> list[Fraction]:
    """Plan, actual, and the four causes, exactly."""
    plan: dict[tuple[str, str], list[Fraction]] = {}
    for line in lines:
        sums = plan.setdefault((line["unit"], line["instance_type"] or ""), [Fraction(0), Fraction(0)])
        for place, amount in enumerate(planned(line, month)):
            sums[place] += amount
    quantity = rate = unplanned = missing = Fraction(0)
    for meter, (count, usd) in paid.items():
        if meter in plan:
            price = plan[meter][1] / plan[meter][0]
            quantity += (count - plan[meter][0]) * price
            rate += usd - count * price
        else:
            unplanned += usd
    missing = -sum((usd for meter, (_, usd) in plan.items() if meter not in paid), Fraction(0))
    totals = [sum((usd for _, usd in each.values()), Fraction(0)) for each in (plan, paid)]
    return [*totals, quantity, rate, unplanned, missing]


def cents(amount: Fraction) -> Decimal:
    whole = int(abs(amount) * 100 + Fraction(1, 2))
    return Decimal(whole if amount >= 0 else -whole).scaleb(-2)


@pytest.mark.parametrize("batch", range(MONTHS // BATCH))
def test_every_cent_has_its_cause(asking: Asking, tmp_path: Path, batch: int) -> None:
    lines = lines_of()
    maker = MonthMaker(20261001 + batch, lines)
    other = ["--plan", str(locked(tmp_path, NAMES[1])[1])]
    for number in range(BATCH):
        month = maker.month()
        bill = written(tmp_path / "bill.csv", month.rows)
        path = as_parquet(bill) if number % 3 == 0 else bill
        code, out, err = asking.call("focus", path, "--format", "json", *other, window=month.window)
        if not any(month.paid.values()) and code == 5:
            continue  # a month in which nothing was billed
        assert code == 0, err
        check(json.loads(out), lines, month)


def check(found: dict[str, Any], lines: Lines, month: Month) -> None:
    for name in lines:
        row = row_of(found, name)
        plan, actual, *causes = expected(list(lines[name]), month.paid[name], month)
        assert (Decimal(row["plan"]), Decimal(row["actual"])) == (cents(plan), cents(actual)), month.window
        printed = [Decimal(amount) for amount in row["variance"].values()]
        assert sum(printed) == Decimal(row["actual"]) - Decimal(row["plan"])
        for exact, shown in zip(causes, printed, strict=True):
            assert abs(Fraction(shown) - exact) < CENT
    assert Decimal(found["untagged"]["usd"]) == cents(month.untagged)
    assert Decimal(found["outside"]["usd"]) == cents(month.outside)
    assert Decimal(found["reading"]["corrections_usd"]) == cents(month.corrections)
    assert found["reading"]["duplicates"] == month.duplicates
    assert found["window"]["hours"] == month.hours
    total = found["total"]
    assert Decimal(total["actual"]) == sum(Decimal(row["actual"]) for row in found["workloads"])
    assert sum(map(Decimal, total["variance"].values())) == Decimal(total["actual"]) - Decimal(total["plan"])
