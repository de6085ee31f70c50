"""`plimsoll comment`: what a change costs, as the one comment of a pull request."""

import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

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
from plimsoll.cli.review.posting import Posting, post_options, posted
from plimsoll.cli.terminal import say_ended, style_of_stdout
from plimsoll.ground.problems import ExitCode
from plimsoll.show.formats import write

if TYPE_CHECKING:
    from plimsoll.plan.plan import Plan, Refusal
    from plimsoll.plan.runs.plan import RunAnswer
    from plimsoll.review.comment.comment import Origin, Review
    from plimsoll.review.comment.report import CheckReport
    from plimsoll.review.diff.shelf import Shelf
    from plimsoll.review.solved.entry import Entry

MOST_BYTES = 1 << 26

BODIES = {"github": "md", "gitlab": "gitlab"}
"""The format of what is posted, whichever is printed."""

_RUN = ("GITHUB_RUN_ID", "CI_PIPELINE_ID")
_HEAD = ("PLIMSOLL_HEAD_SHA", "GITHUB_SHA", "CI_COMMIT_SHA")
"""Variables of GitHub Actions and GitLab CI that say which run this is, and at which commit."""


@click.command("comment")
@click.option(
    "--base", metavar="A", required=True, help="What was: a spec, plan, lock, folder, git:REF[:PATH]."
)
@click.option("--head", metavar="B", required=True, help="What is asked for; the same forms.")
@click.option(
    "--check",
    "report",
    metavar="FILE",
    type=click.Path(path_type=Path),
    shell_complete=completed_by("files"),
    help="The report of plimsoll check --format json: its verdict is shown, and is the exit code.",
)
@click.option(
    "--key", default="plimsoll", show_default=True, help="Which comment it is, where there are several."
)
@on_option
@prices_option
@discounts_option
@calibration_option
@format_option("comment")
@post_options
def command(
    base: str,
    head: str,
    report: Path | None,
    key: str,
    form: str,
    posting: Posting | None,
    **known: str | None,
) -> int:
    """Write what a change costs as one comment of a pull request: verdict and money first, all else folded.

    Exit codes: 0, or 7 where the report of --check has a violation; 2 where a side cannot be read; 5 where
    --require-post could not post. A post that fails is told on stderr, and changes no other code.
    """
    from plimsoll.cli.review.sides import read_sides
    from plimsoll.review.comment.comment import comment
    from plimsoll.review.diff.shelf import Shelf

    shelf = Shelf(**known)
    if shelf.discounts is not None:
        say_ended(shelf.discounts, shelf.catalog.priced_on)
    judged = _report(report)
    before, after = read_sides((base, head), shelf)
    made = comment(before, after, shelf.here, _origin(key), judged)
    if form == "summary":
        made = replace(made, plan=_plan(after, shelf))
    sys.stdout.write(write("comment", form, made, style_of_stdout()))
    say_age(Clock(made.diff.asked_on, made.diff.priced_on, made.diff.oldest_on))
    if posting is None:
        return exit_code(made)
    return posted(posting, write("comment", BODIES[posting.forge], made), exit_code(made))


def exit_code(made: "Review") -> int:
    """Exit as the report says."""
    failed = made.report is not None and made.report.verdict == "violation"
    return int(ExitCode.POLICY if failed else ExitCode.OK)


def _report(file: Path | None) -> "CheckReport | None":
    if file is None:
        return None
    from plimsoll.files.bounded import read_bounded
    from plimsoll.review.comment.report import read_report

    return read_report(read_bounded(file, MOST_BYTES).decode("utf-8", "replace"), str(file))


def _origin(key: str) -> "Origin":
    from plimsoll.review.comment.comment import Origin

    return Origin(key, _said(_HEAD), _said(_RUN), _link())


def _said(names: tuple[str, ...]) -> str:
    return next((value for name in names if (value := os.environ.get(name))), "")


def _link() -> str:
    """Lead to the run, by what the two CI systems say of it."""
    if url := os.environ.get("CI_PIPELINE_URL"):
        return url
    server, repository, run = (
        os.environ.get(name, "") for name in ("GITHUB_SERVER_URL", "GITHUB_REPOSITORY", "GITHUB_RUN_ID")
    )
    return f"{server}/{repository}/actions/runs/{run}" if server and repository and run else ""


def _plan(entries: "list[Entry]", shelf: "Shelf") -> str:
    """Plan all of the later side, each within its budget, for a page that has room for it."""
    from plimsoll.plan.of_spec import planned_one
    from plimsoll.review.solved.entry import loaded_of
    from plimsoll.show.plan.answer import planned

    here = shelf.here
    answers: list[Plan | Refusal | RunAnswer] = []
    for entry in entries:
        if entry.plan is not None:
            answers.append(entry.plan)
            continue
        market = here.markets.get(str(entry.facts.prices)) or here.markets[str(here.today.prices)]
        speed = here.speeds.get(str(entry.facts.speed)) or here.speeds[str(here.today.speed)]
        answers.append(planned_one(loaded_of(entry, market.catalog), speed, market.discounts))
    return write("plan", "md", planned(answers, shelf.catalog, None)) if answers else ""
