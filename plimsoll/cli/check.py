"""`plimsoll check`: the policies' verdict on a digest, a state, a plan or manifests."""

import sys
from typing import Literal

import click

from plimsoll.gate.caps.permit import permit
from plimsoll.gate.check import check
from plimsoll.gate.inputs.asked import Asked, read_asked
from plimsoll.ground.problems import ExitCode, Problem, SpecError
from plimsoll.show.check.caps import caps_json, caps_text
from plimsoll.show.check.markdown import as_markdown
from plimsoll.show.check.text import as_json, as_text


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
@click.option(
    "--format", "form", type=click.Choice(["text", "json", "md"]), default="text", help="How to write it."
)
def command(
    inputs: tuple[str, ...], form: Literal["text", "json", "md"], *, caps: bool, **asked: str | None
) -> int:
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
    found = check(read_asked(asked))
    writers = {"json": as_json, "md": as_markdown, "text": as_text}
    return writers[form](found), found.verdict == "pass"


def _caps(asked: Asked, form: str) -> tuple[str, bool]:
    """Read the caps backwards, and write what they permit."""
    if form == "md":
        raise SpecError(Problem("--caps has no Markdown form", "", "take text or json", path="--format"))
    if asked.exemptions is not None:
        why = "caps permit what they permit, whoever answers for it"
        raise SpecError(Problem("--caps takes no exemptions", why, "leave it out", path="--exemptions"))
    found = permit(read_asked(asked))
    writers = {"json": caps_json, "text": caps_text}
    return writers[form](found), found.verdict == "pass"
