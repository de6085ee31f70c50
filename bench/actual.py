"""Exports of 20,000,000 rows, 2 GB of Parquet: CPU and memory of `plimsoll actual` with its two threads.

The bars are 60 s of CPU and 1 GiB for each. A smaller number of rows is measured against its share of the
CPU. Run: python -m bench.actual [ROWS], 2,000,000 unless told; the whole takes 3 GB of disk for each kind.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

from tests.make.bills import OCTOBER
from tests.make.large_bill import KINDS, large_bill
from tests.make.locks import locked

WHOLE, USUAL = 20_000_000, 2_000_000
CPU_S, MEMORY_GIB, LEAST_SHARE = 60.0, 1.0, 0.1
"""Start-up and the sums of a month take their time whatever the rows: a tenth of the bar at least."""

CALL = """
import resource, sys
from plimsoll.cli.main import main
try:
    main(sys.argv[1:])
except SystemExit as ending:
    used = resource.getrusage(resource.RUSAGE_SELF)
    print(used.ru_utime + used.ru_stime, used.ru_maxrss / 2**20, file=sys.stderr)
    raise
"""


def main() -> int:
    """Print one line for each kind of export; 1 if one takes more than its bar."""
    rows = int(sys.argv[1].replace(",", "").replace("_", "")) if len(sys.argv) > 1 else USUAL
    worst = 0
    for kind in KINDS:
        with tempfile.TemporaryDirectory(prefix="plimsoll-bench-") as folder:
            worst = max(worst, _measured(kind, rows, Path(folder)))
    return worst


def _measured(kind: str, rows: int, folder: Path) -> int:
    bill = large_bill(folder / "bill.parquet", rows, kind)
    cpu_s, memory_gib, _ = asked(kind.partition("-")[0], bill, folder)
    most = CPU_S * max(rows / WHOLE, LEAST_SHARE)
    holds = cpu_s <= most and memory_gib <= MEMORY_GIB
    sys.stdout.write(
        f"{kind}: {rows:,} rows, {bill.stat().st_size / 1e9:.2f} GB: {cpu_s:.1f} s of CPU (bar {most:.0f}), "
        f"{memory_gib:.2f} GiB (bar {MEMORY_GIB:.0f}){'' if holds else ', TOO MUCH'}\n"
    )
    sys.stdout.flush()
    return int(not holds)


def asked(kind: str, bill: Path, folder: Path) -> tuple[float, float, str]:
    """Hold a bill against the lock of `chat-8b` in a process of its own: CPU seconds, GiB, document."""
    arguments = ["actual", "--plan", str(locked(folder)[1]), "--from", kind, str(bill)]
    done = subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-c", CALL, *arguments, "--window", OCTOBER, "--format", "json"],
        capture_output=True, text=True, check=True, cwd=folder,
    )  # fmt: skip
    cpu_s, memory_gib = map(float, done.stderr.split()[-2:])
    return cpu_s, memory_gib, done.stdout


if __name__ == "__main__":
    sys.exit(main())
