"""A large export is read in little time and memory: 2 GB of Parquet in a minute of CPU and 1 GiB.

A fortieth of the rows by default, all 20,000,000 under PLIMSOLL_PROOFS=1.
"""

import json
import os
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import duckdb

from tests.make.bills import OCTOBER
from tests.make.large_bill import large_bill
from tests.make.locks import locked

WHOLE = 20_000_000
ROWS = WHOLE if os.environ.get("PLIMSOLL_PROOFS") == "1" else WHOLE // 40
CPU_S, MEMORY_GIB = 60, 1.0

_MEASURED = """
import os, resource, sys
from plimsoll.cli.main import main
try:
    main(sys.argv[1:])
except SystemExit as ending:
    used = resource.getrusage(resource.RUSAGE_SELF)
    print(used.ru_utime + used.ru_stime, used.ru_maxrss / 2**20, file=sys.stderr)
    raise
"""


def test_twenty_million_rows_take_a_minute_and_a_gibibyte(tmp_path: Path) -> None:
    bill = large_bill(tmp_path / "bill.parquet", ROWS)
    if ROWS == WHOLE:
        assert bill.stat().st_size > 1.9e9
    arguments = ["actual", "--plan", str(locked(tmp_path)[1]), "--from", "focus", str(bill)]
    done = subprocess.run(
        [sys.executable, "-c", _MEASURED, *arguments, "--window", OCTOBER, "--format", "json"],
        capture_output=True, text=True, check=True, cwd=tmp_path,
    )  # fmt: skip
    cpu_s, memory_gib = map(float, done.stderr.split())
    assert memory_gib <= MEMORY_GIB
    assert cpu_s <= CPU_S * max(ROWS / WHOLE, 0.1)
    found = json.loads(done.stdout)
    assert found["reading"]["rows"] == ROWS
    assert Decimal(found["workloads"][0]["actual"]) == _ours(bill)
    assert [path.name for path in tmp_path.iterdir() if path.is_dir()] == []


def _ours(bill: Path) -> Decimal:
    """The same money, by a query that anyone would write."""
    with duckdb.connect(config={"threads": 2, "memory_limit": "500MB"}) as connection:
        (row,) = connection.execute(
            f"SELECT SUM(ListCost::DECIMAL(18, 9)) FROM '{bill}' "
            "WHERE ChargeCategory = 'Usage' AND Tags['plimsoll.dev/workload'] = 'chat-8b'"
        ).fetchall()
    return Decimal(row[0]).quantize(Decimal("0.01"))
