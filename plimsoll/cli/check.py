"""`plimsoll check`: the policies' verdict on a digest, a state, a plan or manifests."""

import os
import sys
from dataclasses import replace

import click

from plimsoll.cli.day import say_age, today_of_user
from plimsoll.cli.options import completed_by, format_option, own_discounts_option, own_prices_option
from plimsoll.cli.project import project_defaults
from plimsoll.cli.terminal import style_of_stdout
from plimsoll.gate.caps.permit import Permit, permit
from plimsoll.gate.check import check
from plimsoll.gate.inputs.asked import Asked, read_asked
from plimsoll.gate.verdict import Verdict
from plimsoll.ground.problems import ExitCode, Problem, SpecError
from plimsoll.show.check.sited import Sited
from plimsoll.show.formats import write

SITED = ("junit", "sarif")
"""Formats that show each violation at a line of a file."""


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
@own_discounts_option
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
    own = {} if project is None else {"own_prices": project.prices, "own_discounts": project.discounts}
    said = Asked(inputs, today_of_user().isoformat(), **own, **asked)
    answer = _caps(said) if caps else _verdict(said, form)
    sys.stdout.write(write("caps" if caps else "check", form, answer, style_of_stdout()))
    judged = answer.verdict if isinstance(answer, Sited) else answer
    say_age(judged.clock)
    return int(ExitCode.OK if judged.verdict == "pass" else ExitCode.POLICY)


def _verdict(asked: Asked, form: str) -> Verdict | Sited:
    """Judge what was asked; the project's own exemptions hold where no file is named."""
    project = project_defaults()
    if asked.exemptions is None and project is not None and project.exemptions is not None:
        asked = replace(asked, exemptions=project.exemptions)
    run = read_asked(asked)
    verdict = check(run)
    annotated = os.environ.get("GITHUB_ACTIONS") == "true"
    if form not in SITED and not annotated:
        return verdict
    from plimsoll.cli.review.sites import sited
    from plimsoll.show.check.annotations import annotations

    found = sited(verdict, run.inputs.graph, asked.inputs)
    for line in annotations(found) if annotated else ():
        print(line, file=sys.stderr)  # noqa: T201 - GitHub Actions reads its commands there too
    return found if form in SITED else verdict


def _caps(asked: Asked) -> Permit:
    """Read the caps backwards, to what they permit."""
    if asked.exemptions is not None:
        why = "caps permit what they permit, whoever answers for it"
        raise SpecError(Problem("--caps takes no exemptions", why, "leave it out", path="--exemptions"))
    if asked.discounts is not None:
        why = "what caps permit is held at list prices"
        raise SpecError(Problem("--caps takes no discounts", why, "leave it out", path="--discounts"))
    return permit(read_asked(asked))
