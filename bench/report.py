"""Reports: the CPU that a page takes beyond the plans in it, all examples together and the widest alone.

The bar is 2 seconds beyond the plans, the sensitivities solved again included; the size of a page has bars of
its own, 150 kB for one plan and 1.5 MB for all examples.
Run: python -m bench.report
"""

import sys
import time
from collections.abc import Callable
from pathlib import Path

from plimsoll.catalog.tables import load
from plimsoll.plan.outlook.outlook import outlooks
from plimsoll.plan.size import size
from plimsoll.savings.answer import with_savings
from plimsoll.show.report.answer import reported
from plimsoll.show.report.page import as_html
from plimsoll.spec.read import LoadedSpec, load_workload
from plimsoll.speed.read import load_speed

EXAMPLES = sorted((Path(__file__).resolve().parent.parent / "workloads").glob("*.yaml"))
ROUNDS = 3
CPU_BAR_S = 2.0


def main() -> None:
    """Print a line for all examples, and one for the example that takes longest."""
    catalog, speed = load(), load_speed()
    specs = [load_workload(file, catalog) for file in EXAMPLES]

    def plans(some: list[LoadedSpec]) -> None:
        for spec in some:
            size(spec.workload, spec.architecture, spec.catalog, speed)

    def page(some: list[LoadedSpec]) -> int:
        return len(as_html(reported(outlooks(some, speed, None, with_savings), catalog)).encode())

    def beyond(some: list[LoadedSpec]) -> float:
        return cpu_s(lambda: page(some)) - cpu_s(lambda: plans(some))

    page(specs)
    say(f"all {len(specs)}", beyond(specs), page(specs))
    longest, taken = max(((spec, beyond([spec])) for spec in specs), key=lambda each: each[1])
    say(longest.workload.name, taken, page([longest]))


def say(name: str, seconds: float, size_b: int) -> None:
    """Print what a page took."""
    sys.stdout.write(f"report of {name:<16} {seconds:.2f} s of CPU beyond the plans (bar {CPU_BAR_S:g}), ")
    sys.stdout.write(f"{size_b / 1000:,.0f} kB\n")


def cpu_s(act: Callable[[], object]) -> float:
    """The least CPU of a few runs: a neighbour's cache misses are not ours."""
    taken: list[float] = []
    for _ in range(ROUNDS):
        begun = time.process_time()
        act()
        taken.append(time.process_time() - begun)
    return min(taken)


if __name__ == "__main__":
    main()
