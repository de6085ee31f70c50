"""`plimsoll report`: plans on one page of HTML, for an engineer and for whoever owns the money."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from plimsoll.catalog.clock import together
from plimsoll.catalog.tables import load_current
from plimsoll.cli.day import say_age
from plimsoll.cli.options import (
    calibration_option,
    discounts_of,
    discounts_option,
    on_option,
    prices_option,
    spec_options,
    specs_argument,
)
from plimsoll.cli.specs import load_all
from plimsoll.plan.outlook.outlook import outlooks
from plimsoll.savings.answer import run_with_savings, with_savings
from plimsoll.show.report.answer import reported
from plimsoll.show.report.page import as_html
from plimsoll.speed.read import speed_with

if TYPE_CHECKING:
    from plimsoll.spec.overrides import Overrides


@click.command("report")
@specs_argument()
@click.option(
    "--out",
    metavar="FILE.html",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write the page here; default: standard output.",
)
@spec_options
@discounts_option
@calibration_option
@on_option
@prices_option
def command(
    specs: tuple[str, ...],
    out: Path | None,
    overrides: "Overrides | None",
    **facts: str | None,
) -> int:
    """Write one page that shows plans: verdict, money, candidates, hours, what if, every line.

    The page needs nothing else: no network, no script, no style of anybody. A refusal has a page too.
    Exit codes are those of 'plimsoll plan'; the page is written whatever they are.
    """
    catalog = load_current(facts["on"], facts["prices"])
    own, speed = discounts_of(facts["discounts"], catalog), speed_with(facts["calibration"])
    found = outlooks(load_all(specs, catalog, overrides), speed, own, with_savings, run_with_savings)
    page = as_html(reported(found, catalog))
    if out is None:
        sys.stdout.write(page)
    else:
        from plimsoll.files.output import replace_page

        replace_page(page, out)
        click.echo(f"wrote {out}", err=True)
    say_age(together(each.answer.clock for each in found))
    return max(int(each.answer.exit_code) for each in found)
