"""`plimsoll check`: the policies' verdict on a digest, a state, a plan or manifests."""

import sys

import click

from plimsoll.cli.options import format_option
from plimsoll.gate.caps.permit import permit
from plimsoll.gate.check import check
from plimsoll.gate.inputs.asked import Asked, read_asked
from plimsoll.ground.problems import ExitCode, Problem, SpecError
from plimsoll.show.formats import write


@click.command("check")
@click.argument("inputs", nargs=-1, required=True, metavar="INPUT…")
@click.option("--budget", metavar="USD", help="The most it may cost, USD per month.")
@click.option("--region", metavar="REGION", help="Where an input lies that does not say so itself.")
@click.option(
    "--on", metavar="DATE", help="Prices and exemptions of this date (default: the newest price's)."
)
@click.option(
    "--policy-config", metavar="FILE", help="Levels and values, as --policy-pack-config takes them."
)
@click.option("--exemptions", metavar="FILE", help="The exemptions file.")
@click.option("--caps", is_flag=True, help="Print what the hard caps in the objects permit instead.")
@format_option("check")
def command(inputs: tuple[str, ...], form: str, *, caps: bool, **asked: str | None) -> int:
    """Judge what a preview, a state, a plan or manifests can cost, whoever wrote them.

    INPUT is the JSON of `pulumi preview --json --show-sames`, an exported stack, a plan (`plimsoll plan
    --format json`), or Kubernetes manifests (a file, or a folder of them); `-` reads standard input. With a
    plan beside other inputs, they are held against it.

    Exit codes: 0 all policies hold, 2 an input cannot be read, 7 a violation.
    """
    text, passed = (_caps if caps else _verdict)(Asked(inputs, **asked), form)
    sys.stdout.write(text)
    return int(ExitCode.OK if passed else ExitCode.POLICY)


def _verdict(asked: Asked, form: str) -> tuple[str, bool]:
    """Judge, and write the verdict."""
    verdict = check(read_asked(asked))
    return write("check", form, verdict), verdict.verdict == "pass"


def _caps(asked: Asked, form: str) -> tuple[str, bool]:
    """Read the caps backwards, and write what they permit."""
    if asked.exemptions is not None:
        why = "caps permit what they permit, whoever answers for it"
        raise SpecError(Problem("--caps takes no exemptions", why, "leave it out", path="--exemptions"))
    permitted = permit(read_asked(asked))
    return write("caps", form, permitted), permitted.verdict == "pass"
