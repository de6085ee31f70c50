"""`plimsoll plan --locked` and `--frozen`: the plans that locks hold, solved again or as they stand."""

import sys
from collections.abc import Sequence
from pathlib import Path

import click

from plimsoll.catalog.clock import together
from plimsoll.cli.day import say_age
from plimsoll.cli.review.each import each_of
from plimsoll.cli.review.given import given
from plimsoll.cli.review.lock import say_newer_prices
from plimsoll.cli.review.project import overrides_of
from plimsoll.cli.terminal import style_of_stdout
from plimsoll.ground.problems import ExitCode, Problem, SpecError
from plimsoll.plan.plan import Plan
from plimsoll.plan.runs.plan import RunPlan
from plimsoll.show.formats import write
from plimsoll.show.plan.answer import planned

_OTHERWISE = {
    "settings": "--set",
    "regions": "--region",
    "on": "--on",
    "prices": "--prices",
    "discounts": "--discounts",
    "calibration": "--calibration",
    "portfolio": "--portfolio",
    "no_savings": "--no-savings",
}
"""Options that ask for another plan than the one that was kept."""


def print_locked(specs: Sequence[str], form: str, *, locked: bool, frozen: bool) -> int:
    """Print the plans of locks.

    Raises:
        SpecError: a lock is not there or not what was written, or a spec differs from it (`--locked`).
        MissingFactError: the facts or the solver of a lock are not here (`--locked`).
    """
    from plimsoll.catalog.tables import load

    option = "--locked" if locked else "--frozen"
    if locked and frozen:
        raise click.UsageError("--locked solves again and --frozen does not: give one of them")
    if given := _given():
        raise click.UsageError(f"{option} prints what was kept, which {given} cannot change: leave it out")
    paths = [_not_stdin(spec, option) for spec in specs]
    plans = each_of(paths, _again if locked else _as_it_stands)
    _refuse_sum(plans, option)
    sys.stdout.write(write("plan", form, planned(plans, load()), style_of_stdout()))
    say_age(together(plan.clock for plan in plans))
    return int(ExitCode.OK)


def _given() -> str:
    return next((option for name, option in _OTHERWISE.items() if given(name)), "")


def _not_stdin(spec: str, option: str) -> Path:
    if spec == "-":
        why = "a lock stands beside its spec"
        raise SpecError(Problem("standard input has no lock", why, "name a file", option))
    return Path(spec)


def _again(spec: Path) -> Plan | RunPlan:
    from plimsoll.review.lock.hold import hold

    held, plan = hold(spec, overrides_of(spec))
    say_newer_prices(held)
    return plan


def _as_it_stands(spec: Path) -> Plan | RunPlan:
    from plimsoll.review.lock.frozen import frozen_plan
    from plimsoll.review.lock.hold import lock_of_spec

    return frozen_plan(lock_of_spec(spec))


def _refuse_sum(plans: Sequence[Plan | RunPlan], option: str) -> None:
    """Refuse a sum that plans do not say as they stand: commitments cover hours of all workloads together."""
    committed = any(line.kind == "commitment" for plan in plans for line in plan.cost.lines)
    if option == "--frozen" and len(plans) > 1 and committed:
        what = "plans with commitments are not added up as they stand"
        why = "which hours a commitment covers is decided over all workloads"
        raise SpecError(Problem(what, why, "print each alone, or give --locked", option))
