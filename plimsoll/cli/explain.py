"""`plimsoll explain`: what a code of a document means, what raises it, what mends it."""

import sys

import click

from plimsoll.cli.options import completed_by, format_option
from plimsoll.cli.terminal import style_of_stdout


@click.command("explain")
@click.argument("codes", metavar="[CODE]...", nargs=-1, shell_complete=completed_by("codes"))
@format_option("explain")
def command(codes: tuple[str, ...], form: str) -> int:
    """Explain codes of plans, refusals and checks: what they mean, what raises and what mends them.

    CODE is a reason (tpot), a warning (single_node), a violation (unpriced) or a policy (image-digest);
    without one they are listed.
    """
    from plimsoll.show.explain.answer import Explained
    from plimsoll.show.explain.codes import explained
    from plimsoll.show.formats import write

    answer = Explained(tuple(explained(codes)), whole=not codes)
    sys.stdout.write(write("explain", form, answer, style_of_stdout()))
    return 0
