"""`plimsoll check`: the policies' verdict on a digest, a state, a plan or manifests."""

import sys
from dataclasses import replace

import click

from plimsoll.cli.day import say_age, today_of_user
from plimsoll.cli.options import completed_by, format_option, own_prices_option
from plimsoll.cli.project import project_defaults
from plimsoll.cli.terminal import style_of_stdout
from plimsoll.gate.caps.permit import Permit, permit
from plimsoll.gate.check import check
from plimsoll.gate.inputs.asked import Asked, read_asked
from plimsoll.gate.verdict import Verdict
from plimsoll.ground.problems import ExitCode, Problem, SpecError
from plimsoll.show.formats import write


@click.command("check")
@click.argument("inputs", nargs=-1, required=True, metavar="INPUT…", shell_complete=completed_by("files"))
@click.option("--budget", metavar="USD", help="The most it may cost, USD per month.")
@click.option(
    "--region",
    metavar="REGION",
    shell_complete=completed_by("regions"),
    help="Where an input lies that does not say so itself.",
)
@click.option(
    "--on",
    metavar="DATE",
    help="Prices of this date, judged as on it; default: the newest prices, judged as of today.",
)
@click.option(
    "--policy-config", metavar="FILE", help="Levels and values, as --policy-pack-config takes them."
)
@click.option("--exemptions", metavar="FILE", help="The exemptions file.")
@own_prices_option
@click.option("--caps", is_flag=True, help="Print what the hard caps in the objects permit instead.")
@format_option("check")
def command(inputs: tuple[str, ...], form: str, *, caps: bool, **asked: str | None) -> int:
    """Judge what a preview, a state, a plan or manifests can cost, whoever wrote them.

    INPUT is the JSON of `pulumi preview --json --show-sames`, an exported stack, a plan (`plimsoll plan
    --format json`), or Kubernetes manifests (a file, or a folder of them); `-` reads standard input. With a
    plan beside other inputs, they are held against it.

    Exit codes: 0 all policies hold, 2 an input cannot be read, 7 a violation.
    """
    project = project_defaults()
    own = project.prices if project is not None else None
    said = Asked(inputs, today_of_user().isoformat(), own_prices=own, **asked)
    answer = (_caps if caps else _verdict)(said)
    sys.stdout.write(write("caps" if caps else "check", form, answer, style_of_stdout()))
    say_age(answer.clock)
    return int(ExitCode.OK if answer.verdict == "pass" else ExitCode.POLICY)


def _verdict(asked: Asked) -> Verdict:
    """Judge what was asked; the project's own exemptions hold where no file is named."""
    project = project_defaults()
    if asked.exemptions is None and project is not None and project.exemptions is not None:
        asked = replace(asked, exemptions=project.exemptions)
    return check(read_asked(asked))


def _caps(asked: Asked) -> Permit:
    """Read the caps backwards, to what they permit."""
    if asked.exemptions is not None:
        why = "caps permit what they permit, whoever answers for it"
        raise SpecError(Problem("--caps takes no exemptions", why, "leave it out", path="--exemptions"))
    return permit(read_asked(asked))
