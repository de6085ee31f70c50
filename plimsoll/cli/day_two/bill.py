"""The locks and the bill that a call names: a file, a folder of files, or a table of that name."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from plimsoll.ground.problems import Problem, SpecError

if TYPE_CHECKING:
    from plimsoll.actuals.bills.registry import BillSource
    from plimsoll.plan.plan import Plan
    from plimsoll.plan.runs.plan import RunPlan

_SUFFIXES = (".parquet", ".csv", ".csv.gz")
"""Names of an export's files in a folder."""

_TABLE = re.compile(r"\w+(\.\w+){0,2}")
"""Name of a table, with its catalogue and database before it or not."""


def plans_of(locks: Sequence[Path]) -> "list[Plan | RunPlan]":
    """Read the plans of locks; a spec stands for the lock beside it.

    Raises:
        SpecError: there is no lock, or it is not what was written.
    """
    from plimsoll.review.lock.frozen import frozen_plan
    from plimsoll.review.lock.opened import open_lock
    from plimsoll.review.lock.read import lock_path, no_lock

    absent = [no_lock(path) for path in dict.fromkeys(locks) if not lock_path(path).exists()]
    if absent:
        raise SpecError(absent)
    return [frozen_plan(open_lock(lock_path(path))) for path in dict.fromkeys(locks)]


def bill_source(kind: Any, name: str, *, is_table: bool) -> "BillSource":  # noqa: ANN401 - one of the choices
    """Find what a word leads to.

    Raises:
        SpecError: to nothing.
    """
    from plimsoll.actuals.bills.registry import BillSource

    path = Path(name)
    if path.is_dir():
        files = sorted(str(each) for each in path.rglob("*") if each.name.endswith(_SUFFIXES))
        if not files:
            why = f"no file of it ends in {', '.join(_SUFFIXES)}"
            raise SpecError(Problem("there is no bill in this folder", why, "name another", file=name))
        return BillSource(kind, name, files)
    if not path.is_file():
        if is_table and _TABLE.fullmatch(name) and not name.endswith(_SUFFIXES):
            return BillSource(kind, name, [])
        raise SpecError(Problem("no such file", "", "check the path", file=name))
    return BillSource(kind, name, [name])
