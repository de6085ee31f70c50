"""`plimsoll plan`: size and price workloads."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

from plimsoll.catalog.clock import together
from plimsoll.catalog.facts import Catalog
from plimsoll.catalog.tables import load_current
from plimsoll.cli.day import say_age
from plimsoll.cli.options import (
    calibration_option,
    discounts_of,
    discounts_option,
    format_option,
    on_option,
    prices_option,
    spec_options,
    specs_argument,
)
from plimsoll.cli.specs import load_all, services_of
from plimsoll.cli.terminal import say_unmeasured, style_of_stdout
from plimsoll.plan.of_spec import planned_one
from plimsoll.plan.plan import Plan, Refusal
from plimsoll.show.formats import write
from plimsoll.show.plan.answer import planned
from plimsoll.speed.read import speed_with

if TYPE_CHECKING:
    from plimsoll.plan.portfolio.document import Portfolio
    from plimsoll.plan.runs.plan import RunAnswer
    from plimsoll.spec.overrides import Overrides


_FLAGS = ("locked", "frozen", "no_savings", "verify")


@click.command("plan")
@specs_argument()
@spec_options
@discounts_option
@calibration_option
@format_option("plan", meaning=None, default_shown=True)
@on_option
@prices_option
@click.option("--no-savings", is_flag=True, help="Solve no lever again: the bare plan, its savings are null.")
@click.option(
    "--locked", is_flag=True, help="Solve what the lock beside each SPEC holds again; its bytes must match."
)
@click.option("--frozen", is_flag=True, help="Print the plan that the lock beside each SPEC holds, unsolved.")
@click.option(
    "--portfolio",
    metavar="FILE",
    help="Plan all SPECs together under the budget, the quotas and the priorities of this file.",
)
@click.option(
    "--verify", is_flag=True, help="Simulate each choice at its peak, and warn where that takes longer."
)
def command(
    specs: tuple[str, ...],
    form: str,
    portfolio: str | None,
    overrides: "Overrides | None",
    **said: str | bool | None,
) -> int:
    """Size and price workloads: what to rent, how many, at what cost, and why nothing else.

    SPEC is a workload file, or - for standard input. Several specs are planned one by one, then
    added up: those of one region share a cluster, whose fixed parts count once. With --portfolio one
    choice is made for all: the least that is expected within what they share.

    With --locked or --frozen a plan is that of the lock beside SPEC, at the lock's own date.
    """
    locked, frozen, bare, verify = (bool(said.pop(flag)) for flag in _FLAGS)
    if verify and (portfolio is not None or locked or frozen):
        raise click.UsageError("--verify simulates what is planned alone and now: leave the other option out")
    if locked or frozen:
        from plimsoll.cli.review.kept import print_locked  # start-up: a plan is seldom one that was kept

        return print_locked(specs, form, locked=locked, frozen=frozen)
    facts = cast("dict[str, str | None]", said)
    catalog = load_current(facts.pop("on"), facts.pop("prices"))
    if portfolio is None:
        answers: Sequence[Plan | Refusal | RunAnswer] = plan_all(
            specs, catalog, overrides, **facts, savings=not bare, verify=verify
        )
        joint = None
    else:
        answers, joint = plan_portfolio(specs, portfolio, catalog, overrides, **facts)
    sys.stdout.write(write("plan", form, planned(answers, catalog, joint), style_of_stdout()))
    say_age(together(answer.clock for answer in answers))
    codes = [int(answer.exit_code) for answer in answers]
    return max(codes) if joint is None else joint.exit_code


def plan_all(
    specs: Sequence[str],
    catalog: Catalog,
    overrides: "Overrides | None" = None,
    discounts: str | None = None,
    calibration: str | None = None,
    *,
    savings: bool = True,
    verify: bool = False,
) -> "list[Plan | Refusal | RunAnswer]":
    """Plan every spec, each as if it said the overrides.

    `discounts` names the file of what is paid, `calibration` that of what was measured.

    With `savings` every lever is solved again on each of them; with `verify` each plan of a service is held
    against its simulation.

    Raises:
        SpecError: if any spec or one of the files is wrong; then none is planned.
    """
    own = discounts_of(discounts, catalog)
    speed = speed_with(calibration)
    loaded = load_all(specs, catalog, overrides)
    if speed.calibration is not None:
        say_unmeasured(speed.calibration, loaded)
    if verify:
        from plimsoll.cli.evidence.verified import planned_and_verified  # start-up: few plans are verified

        return [planned_and_verified(spec, speed, own, savings=savings) for spec in loaded]
    if savings:
        from plimsoll.savings.answer import planned_with_savings  # start-up: a bare plan solves no lever

        return [planned_with_savings(spec, speed, own) for spec in loaded]
    return [planned_one(spec, speed, own) for spec in loaded]


_TOGETHER = "a portfolio plans services together; a run has a budget of its own, per run"


def plan_portfolio(
    specs: Sequence[str],
    portfolio: str,
    catalog: Catalog,
    overrides: "Overrides | None" = None,
    discounts: str | None = None,
    calibration: str | None = None,
) -> tuple[Sequence[Plan | Refusal], "Portfolio"]:
    """Plan all specs together under what a portfolio's file says.

    Raises:
        SpecError: if any spec or the file is wrong; then none is planned.
    """
    # start-up: a plan of one workload needs none of it
    from plimsoll.files.looking import bytes_of
    from plimsoll.plan.portfolio.file import read_portfolio
    from plimsoll.plan.portfolio.together import plan_together

    own = discounts_of(discounts, catalog)
    loaded = services_of(load_all(specs, catalog, overrides), _TOGETHER, "plan it without --portfolio")
    names = [spec.workload.name for spec in loaded]
    file = read_portfolio(bytes_of(Path(portfolio)), portfolio, names)
    found = plan_together(loaded, file, speed_with(calibration), own)
    return found.answers, found.portfolio
