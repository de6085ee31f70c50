"""`plimsoll diff`: what a change of specs, prices or tool does to the money, and by whose doing."""

import sys

import click

from plimsoll.catalog.clock import Clock
from plimsoll.cli.day import say_age
from plimsoll.cli.options import (
    calibration_option,
    completed_by,
    discounts_option,
    format_option,
    on_option,
    prices_option,
)
from plimsoll.cli.terminal import say_ended, style_of_stdout
from plimsoll.show.formats import write

CHANGED = 1
"""The exit code of `--exit-code` where something changed, as of git diff."""


@click.command("diff")
@click.argument("before", metavar="A", shell_complete=completed_by("files"))
@click.argument("after", metavar="B", shell_complete=completed_by("files"))
@on_option
@prices_option
@discounts_option
@calibration_option
@format_option("diff")
@click.option("--exit-code", "exit_code", is_flag=True, help="Exit with 1 if anything changed.")
def command(before: str, after: str, form: str, *, exit_code: bool, **known: str | None) -> int:
    """Hold two sides of a change against each other, workload by workload, and split the money by cause.

    A and B are specs, plans (`plimsoll plan --format json`), locks, folders of them, or git:REF[:PATH], which
    is read without a checkout; git:REF alone means the path of the other side. Each cause is the money that
    it alone adds, in this order: the tool, the speed data, the prices, the change of the spec.
    """
    from plimsoll.cli.review.sides import read_sides
    from plimsoll.review.diff.diff import diff
    from plimsoll.review.diff.shelf import Shelf

    shelf = Shelf(**known)
    if shelf.discounts is not None:
        say_ended(shelf.discounts, shelf.catalog.priced_on)
    found = diff(*read_sides((before, after), shelf), shelf.here)
    sys.stdout.write(write("diff", form, found, style_of_stdout()))
    say_age(Clock(found.asked_on, found.priced_on, found.oldest_on))
    return CHANGED if exit_code and found.changed else 0
