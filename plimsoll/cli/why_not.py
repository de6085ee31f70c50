"""`plimsoll why-not`: what became of what a plan did not take, and every limit that it failed."""

import sys
from typing import TYPE_CHECKING

import click

from plimsoll.catalog.tables import load_current
from plimsoll.cli.day import say_age
from plimsoll.cli.options import (
    calibration_option,
    completed_by,
    discounts_of,
    discounts_option,
    format_option,
    on_option,
    prices_option,
    spec_options,
)
from plimsoll.cli.specs import load_all
from plimsoll.cli.terminal import style_of_stdout
from plimsoll.ground.problems import PlimsollError, Problem, SpecError
from plimsoll.plan.of_spec import planned_one
from plimsoll.speed.read import speed_with

if TYPE_CHECKING:
    from plimsoll.catalog.facts import Catalog
    from plimsoll.plan.question import Subject
    from plimsoll.spec.overrides import Overrides
    from plimsoll.spec.read import LoadedSpec
    from plimsoll.spec.runs.read import LoadedRun


@click.command("why-not")
@click.argument("spec", metavar="SPEC", shell_complete=completed_by("files"))
@click.argument("what", metavar="WHAT...", nargs=-1, required=True, shell_complete=completed_by("questions"))
@spec_options
@discounts_option
@calibration_option
@format_option("why-not")
@on_option
@prices_option
def command(
    spec: str,
    what: tuple[str, ...],
    form: str,
    overrides: "Overrides | None",
    **facts: str | None,
) -> int:
    """Explain why a workload does not get WHAT: the ways that were tried, and what failed.

    WHAT is an instance type (g6.xlarge), a family (g6), an accelerator (H100), spot or on-demand; several
    are answered side by side.
    """
    from plimsoll.plan.question import outcome
    from plimsoll.show.formats import write
    from plimsoll.show.why_not.answer import Inquiry

    catalog = load_current(facts["on"], facts["prices"])
    own, speed = discounts_of(facts["discounts"], catalog), speed_with(facts["calibration"])
    loaded, asked = _understood(spec, what, catalog, overrides)
    answer = planned_one(loaded, speed, own)
    inquiry = Inquiry(answer, tuple(outcome(answer, each, catalog) for each in asked), catalog)
    sys.stdout.write(write("why-not", form, inquiry, style_of_stdout()))
    say_age(answer.clock)
    return 0


def _understood(
    spec: str, what: tuple[str, ...], catalog: "Catalog", overrides: "Overrides | None"
) -> "tuple[LoadedSpec | LoadedRun, list[Subject]]":
    """Read the words and the spec; what is wrong with either comes together."""
    from plimsoll.plan.question import subjects

    problems: list[Problem] = []
    try:
        asked = subjects(what, catalog)
    except PlimsollError as error:
        asked, problems = [], [*error.problems]
    try:
        (loaded,) = load_all([spec], catalog, overrides)
    except PlimsollError as error:
        raise SpecError([*problems, *error.problems]) from None
    if problems:
        raise SpecError(problems)
    return loaded, asked
