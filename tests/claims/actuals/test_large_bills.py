"""A large export is read in little time and memory: 2 GB of Parquet in a minute of CPU and 1 GiB.

A fortieth of the rows by default, all 20,000,000 under PLIMSOLL_PROOFS=1 (`python -m bench.actual ROWS`).
"""

import json
import os
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from bench.actual import CPU_S, LEAST_SHARE, MEMORY_GIB, WHOLE, asked
from tests.make.large_bill import large_bill

ROWS = WHOLE if os.environ.get("PLIMSOLL_PROOFS") == "1" else WHOLE // 40

OURS = {
    "focus": "ListCost FROM 'BILL' WHERE ChargeCategory = 'Usage' "
    "AND Tags['plimsoll.dev/workload'] = 'chat-8b'",
    "cur": "pricing_public_on_demand_cost FROM 'BILL' WHERE line_item_line_item_type LIKE '%Usage' "
    "AND resource_tags['user_plimsoll_dev_workload'] = 'chat-8b'",
}
"""What is ours, as anyone would ask for it."""


@pytest.mark.parametrize("kind", ["focus", "cur", "focus-without-meter"])
def test_twenty_million_rows_take_a_minute_and_a_gibibyte(tmp_path: Path, kind: str) -> None:
    bill, form = large_bill(tmp_path / "bill.parquet", ROWS, kind), kind.partition("-")[0]
    if kind == "focus" and ROWS == WHOLE:
        assert bill.stat().st_size > 1.9e9
    cpu_s, memory_gib, document = asked(form, bill, tmp_path)
    assert memory_gib <= MEMORY_GIB
    assert cpu_s <= CPU_S * max(ROWS / WHOLE, LEAST_SHARE)
    found = json.loads(document)
    assert found["reading"]["rows"] == ROWS
    assert Decimal(found["workloads"][0]["actual"]) == _ours(bill, OURS[form])
    assert [path.name for path in tmp_path.iterdir() if path.is_dir()] == []
    bill.unlink()


def _ours(bill: Path, asked_for: str) -> Decimal:
    """The same money, by a query that anyone would write."""
    column, _, rest = asked_for.replace("BILL", str(bill)).partition(" ")
    with duckdb.connect(config={"threads": 2, "memory_limit": "500MB"}) as connection:
        (row,) = connection.execute(f"SELECT SUM({column}::DECIMAL(18, 9)) {rest}").fetchall()
    return Decimal(row[0]).quantize(Decimal("0.01"))
