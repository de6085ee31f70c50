"""`plimsoll plan`: size and price workloads."""

import sys
from collections.abc import Sequence

import click

from plimsoll.catalog.clock import together
from plimsoll.catalog.facts import Catalog
from plimsoll.catalog.tables import load_current
from plimsoll.cli.day import say_age
from plimsoll.cli.options import format_option
from plimsoll.cli.terminal import say_notes, style_of_stdout
from plimsoll.ground.problems import PlimsollError, Problem, SpecError
from plimsoll.plan.plan import Plan, Refusal
from plimsoll.plan.size import size
from plimsoll.show.formats import write
from plimsoll.show.plan.answer import planned
from plimsoll.spec.read import LoadedSpec, load_workload
from plimsoll.speed.read import load_speed


@click.command("plan")
@click.argument("specs", metavar="SPEC...", nargs=-1, required=True)
@format_option("plan", meaning=None, default_shown=True)
@click.option("--on", metavar="DATE", help="Use the prices of this date (YYYY-MM-DD); default: the newest.")
def command(specs: tuple[str, ...], form: str, on: str | None) -> int:
    """Size and price workloads: what to rent, how many, at what cost, and why nothing else.

    SPEC is a workload file, or - for standard input. Several specs are planned one by one, then
    added up: they share one cluster, whose fixed parts count once.
    """
    catalog = load_current(on)
    answers = plan_all(specs, catalog)
    sys.stdout.write(write("plan", form, planned(answers, catalog), style_of_stdout()))
    say_age(together(answer.clock for answer in answers))
    return int(max(answer.exit_code for answer in answers))


def plan_all(specs: Sequence[str], catalog: Catalog) -> list[Plan | Refusal]:
    """Plan every spec; the problems of all files come together.

    Raises:
        SpecError: if any file is wrong; then none is planned.
    """
    loaded: list[LoadedSpec] = []
    problems: list[Problem] = []
    for spec in specs:
        try:
            loaded.append(load_workload(spec, catalog))
        except PlimsollError as error:
            problems += error.problems
    if problems:
        raise SpecError(problems)
    say_notes(loaded)
    speed = load_speed()
    return [size(spec.workload, spec.architecture, spec.catalog, speed) for spec in loaded]
