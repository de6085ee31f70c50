"""The locks and the bill that a call names: a file, a folder of files, or a table of that name."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from plimsoll.ground.problems import Problem, SpecError

if TYPE_CHECKING:
    from plimsoll.actuals.bills.registry import BillSource
    from plimsoll.actuals.window import BillWindow
    from plimsoll.plan.plan import Plan
    from plimsoll.plan.portfolio.groups.group import Group
    from plimsoll.plan.runs.plan import RunPlan

_SUFFIXES = (".parquet", ".csv", ".csv.gz")
"""Names of an export's files in a folder."""

ACCOUNT = "aws"
"""What stands in the place of a file for the account of one's credentials; `aws:PROFILE` is a profile's."""

_TABLE = re.compile(r"\w+(\.\w+){0,2}")
"""Name of a table, with its catalogue and database before it or not."""


def plans_of(
    locks: Sequence[Path], portfolio: Path | None = None
) -> "tuple[list[Plan | RunPlan], tuple[Group, ...]]":
    """Read the plans of locks, and of a portfolio's the groups that share nodes; a spec stands for its lock.

    With a portfolio the services are solved together, as they are deployed then; runs stay as they are.

    Raises:
        SpecError: there is no lock, it is not what was written, or the portfolio's file is wrong.
        MissingFactError: what is to be solved together was locked with facts that are not here.
        NoPlanError: the portfolio has no plan for all of them.
    """
    from plimsoll.plan.plan import Plan
    from plimsoll.review.lock.frozen import frozen_plan
    from plimsoll.review.lock.opened import open_lock
    from plimsoll.review.lock.read import lock_path, no_lock

    absent = [no_lock(path) for path in dict.fromkeys(locks) if not lock_path(path).exists()]
    if absent:
        raise SpecError(absent)
    held = [open_lock(lock_path(path)) for path in dict.fromkeys(locks)]
    plans = [frozen_plan(each) for each in held]
    services = [lock for lock, plan in zip(held, plans, strict=True) if isinstance(plan, Plan)]
    if portfolio is None or not services:
        return plans, ()
    from plimsoll.review.lock.joint import solved_together

    joint = solved_together(services, portfolio)
    together = [joint.plans.get(str(plan.workload["name"]), plan) for plan in plans]
    return together, joint.groups


def bill_source(kind: Any, name: str, window: "BillWindow", *, is_table: bool) -> "BillSource":  # noqa: ANN401 - one of the choices
    """Find what a word leads to: files, a table, an account (`aws`, `aws:PROFILE`), an address of OpenCost.

    Raises:
        SpecError: to nothing.
        MissingFactError: an account or an OpenCost does not answer.
    """
    from plimsoll.actuals.bills.registry import BillSource

    path = Path(name)
    if not is_table and not path.exists() and (answered := _answered(kind, name, window)) is not None:
        return BillSource(kind, name, [], answered)
    if path.is_dir():
        named = sorted(each for each in path.rglob("*") if each.name.endswith(_SUFFIXES))
        if lost := [str(each) for each in named if not each.exists()]:
            why, fix = "a bill without it would look cheap", "restore what it leads to, or take it away"
            raise SpecError(Problem("this link leads to nothing", why, fix, file=lost[0]))
        files = [str(each) for each in named if each.is_file()]
        if not files:
            why = f"no file of it ends in {', '.join(_SUFFIXES)}"
            raise SpecError(Problem("there is no bill in this folder", why, "name another", file=name))
        return BillSource(kind, name, files)
    if not path.is_file():
        if is_table and _TABLE.fullmatch(name) and not name.endswith(_SUFFIXES):
            return BillSource(kind, name, [])
        raise SpecError(Problem("no such file", "", "check the path", file=name))
    return BillSource(kind, name, [name])


def _answered(kind: str, name: str, window: "BillWindow") -> str | None:
    """Ask an API, where a word names one; None where it does not."""
    if kind == "ce" and name.partition(":")[0] == ACCOUNT:
        from plimsoll.actuals.bills.asked import cost_explorer_answers
        from plimsoll.catalog.refresh import account
        from plimsoll.catalog.refresh.calls import Asking

        return cost_explorer_answers(Asking(account.AwsAccount(name.partition(":")[2] or None)), window)
    if "://" not in name:
        return None
    from plimsoll.actuals.bills.asked import opencost_answer
    from plimsoll.telemetry.wire import is_address

    if kind != "opencost" or not is_address(name):
        why = "only an OpenCost is asked at an address of http or https"
        fix = "such as --from opencost http://localhost:9003"
        raise SpecError(Problem(f"{name[:80]!r} is no bill", why, fix, "--from"))
    return opencost_answer(name, window)
