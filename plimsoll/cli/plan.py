"""`plimsoll plan`: size and price workloads."""

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from plimsoll.catalog.clock import together
from plimsoll.catalog.facts import Catalog
from plimsoll.catalog.tables import load_current
from plimsoll.cli.day import say_age
from plimsoll.cli.options import (
    completed_by,
    discounts_of,
    discounts_option,
    format_option,
    prices_option,
    spec_options,
)
from plimsoll.cli.specs import load_all
from plimsoll.cli.terminal import style_of_stdout
from plimsoll.plan.plan import Plan, Refusal
from plimsoll.plan.size import size
from plimsoll.show.formats import write
from plimsoll.show.plan.answer import planned
from plimsoll.speed.read import load_speed

if TYPE_CHECKING:
    from plimsoll.spec.overrides import Overrides


@click.command("plan")
@click.argument("specs", metavar="SPEC...", nargs=-1, required=True, shell_complete=completed_by("files"))
@spec_options
@discounts_option
@format_option("plan", meaning=None, default_shown=True)
@click.option("--on", metavar="DATE", help="Use the prices of this date (YYYY-MM-DD); default: the newest.")
@prices_option
def command(
    specs: tuple[str, ...],
    form: str,
    on: str | None,
    prices: str | None,
    discounts: str | None,
    overrides: "Overrides | None",
) -> int:
    """Size and price workloads: what to rent, how many, at what cost, and why nothing else.

    SPEC is a workload file, or - for standard input. Several specs are planned one by one, then
    added up: those of one region share a cluster, whose fixed parts count once.
    """
    catalog = load_current(on, prices)
    answers = plan_all(specs, catalog, overrides, discounts)
    sys.stdout.write(write("plan", form, planned(answers, catalog), style_of_stdout()))
    say_age(together(answer.clock for answer in answers))
    return int(max(answer.exit_code for answer in answers))


def plan_all(
    specs: Sequence[str],
    catalog: Catalog,
    overrides: "Overrides | None" = None,
    discounts: str | None = None,
) -> list[Plan | Refusal]:
    """Plan every spec, each as if it said the overrides; `discounts` names the file of what is paid.

    Raises:
        SpecError: if any spec or the discounts file is wrong; then none is planned.
    """
    own = discounts_of(discounts, catalog)
    loaded = load_all(specs, catalog, overrides)
    speed = load_speed()
    return [size(spec.workload, spec.architecture, spec.catalog, speed, spec.assumed, own) for spec in loaded]
