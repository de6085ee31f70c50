"""Golden tables: what would save on each example, as a person reads it (`tests/cases/savings/NAME.txt`).

The price date is fixed, so that prices appended later change nothing here.
`python -m tests.make.golden_savings` (`make golden`) rewrites them.
"""

import sys
from functools import cache
from pathlib import Path

from plimsoll.catalog.facts import Catalog
from plimsoll.catalog.tables import load
from plimsoll.cli.plan import plan_all
from plimsoll.show.plan.savings import lever_lines
from plimsoll.show.text import PIPED
from tests.make.places import CASES, ROOT

FOLDER = CASES / "savings"
ON = "2026-08-10"
"""The day whose prices are used."""


def examples() -> list[Path]:
    """Every example, those of runs included."""
    return sorted([*(ROOT / "workloads").glob("*.yaml"), *(ROOT / "workloads/runs").glob("*.yaml")])


def table_of(spec: Path) -> str:
    """The table of one example."""
    (answer,) = plan_all([str(spec)], _catalog())
    if answer.savings is None:
        return "no plan without the budget either\n"
    return "\n".join(lever_lines(answer, PIPED)).rstrip() + "\n"


@cache
def _catalog() -> Catalog:
    return load(ON)


def main() -> int:
    """Rewrite every table; name those that changed."""
    for spec in examples():
        path, now = FOLDER / f"{spec.stem}.txt", table_of(spec)
        if not path.exists() or path.read_text(encoding="utf-8") != now:
            path.write_text(now, encoding="utf-8")
            print(spec.stem)
    return 0


if __name__ == "__main__":
    sys.exit(main())
