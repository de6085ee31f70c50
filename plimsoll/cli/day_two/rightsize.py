"""`plimsoll rightsize`: changes of specs from measured load and speed, each planned again."""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from plimsoll.cli.options import completed_by, format_option, prices_option
from plimsoll.cli.terminal import style_of_stdout
from plimsoll.ground.problems import ExitCode

if TYPE_CHECKING:
    from plimsoll.review.lock.opened import LockFile
    from plimsoll.rightsizing.document import RightsizeProposal, RightsizeReport
    from plimsoll.rightsizing.proposed import LockedWorkload
    from plimsoll.telemetry.ranges import RangeAnswer

_COMPLETED = completed_by("files")


@click.command("rightsize")
@click.option(
    "--lock",
    "locks",
    metavar="LOCK",
    multiple=True,
    required=True,
    type=click.Path(path_type=Path),
    shell_complete=_COMPLETED,
    help="The lock of a workload, or its spec. Repeatable.",
)
@click.option(
    "--metrics",
    metavar="FILE",
    type=click.Path(path_type=Path),
    shell_complete=_COMPLETED,
    help="Saved answers of Prometheus to range queries: one file, a folder with a file a query, or one with "
    "such a folder a workload.",
)
@click.option("--prometheus", metavar="URL", help="Ask this Prometheus for 28 days in place of files.")
@click.option(
    "--vpa",
    metavar="FILE",
    type=click.Path(path_type=Path),
    shell_complete=_COMPLETED,
    help="VerticalPodAutoscalers with their recommendations: kubectl get vpa -A -o yaml.",
)
@click.option("--queries", is_flag=True, help="Write the commands that save them, and nothing else.")
@click.option(
    "--cron-job", is_flag=True, help="Write the objects of a weekly read-only job, and nothing else."
)
@click.option("--open-pr", is_flag=True, help="Leave a branch for each proposal: the spec, and its new lock.")
@prices_option
@format_option("rightsize")
def command(
    locks: tuple[Path, ...],
    metrics: Path | None,
    prometheus: str | None,
    vpa: Path | None,
    prices: str | None,
    form: str,
    **asked: bool,
) -> int:
    """Propose changes of specs from measured load, lengths and speed, each planned again.

    Prices are those of the lock; what moved since it was locked is told apart, at the newest that are
    here, or of --prices. Nothing is changed, in the cluster or in a file; --open-pr leaves branches,
    checks none out and pushes none. Nothing is proposed below
    14 days or 95 % of points, nor a smaller fleet while a page fires or a limit is broken.

    Exit codes: 0 the report is written, whatever it says; 2 a lock or the metrics are wrong; 5 the metrics do
    not say how many requests came, or a fact of a lock is not here.
    """
    held = _held(locks)
    if asked["queries"] or asked["cron_job"]:
        sys.stdout.write(_written(held, cron_job=asked["cron_job"]))
        return int(ExitCode.OK)
    if (metrics is None) == (prometheus is None):
        raise click.UsageError("give --metrics or --prometheus, or --queries to see what to save")
    from plimsoll.rightsizing.report import report
    from plimsoll.show.formats import write
    from plimsoll.speed.read import load_speed

    workloads = [_workload(each, vpa, metrics) for each in held]
    alone = all(each.answers is not None for each in workloads)
    answers = [] if alone else _answers(metrics, prometheus, held)
    found = report(workloads, answers, str(metrics or prometheus), load_speed())
    found = _with_the_week(found, held, prices)
    sys.stdout.write(write("rightsize", form, found, style_of_stdout()))
    if asked["open_pr"]:
        _leave_branches(held, found.proposals)
    return int(ExitCode.OK)


def _held(locks: Sequence[Path]) -> "list[LockFile]":
    from plimsoll.cli.review.each import each_of
    from plimsoll.review.lock.hold import lock_of_spec

    return each_of(list(dict.fromkeys(locks)), lock_of_spec)


def _answers(metrics: Path | None, prometheus: str | None, held: "Sequence[LockFile]") -> "list[RangeAnswer]":
    if metrics is not None:
        from plimsoll.rightsizing.metrics_files import read_metrics

        return read_metrics(metrics)
    from time import time

    from plimsoll.rightsizing.queries import STEP_S, queries_of
    from plimsoll.rightsizing.wire import ask

    if len(held) > 1:
        raise click.UsageError("--prometheus asks for one workload at a time: give one --lock")
    return ask(str(prometheus), queries_of(_name(held[0])), int(time()) // STEP_S * STEP_S)


def _with_the_week(
    found: "RightsizeReport", held: "Sequence[LockFile]", prices: str | None
) -> "RightsizeReport":
    """Add what moved since each lock, and what to look after."""
    from plimsoll.cli.specs import in_project
    from plimsoll.rightsizing.weekly.reminders import reminders_of
    from plimsoll.rightsizing.weekly.since_lock import since_lock

    until = None if found.window is None else found.window.end[:10]
    quotas = {each.name: each.quotas for each in found.proposals}
    return replace(
        found,
        since_lock=tuple(since_lock(lock, prices, in_project(None)) for lock in held),
        reminders=tuple(
            each
            for lock in held
            for each in reminders_of(
                replace(lock, prices_at=prices or lock.prices_at), quotas.get(_name(lock), ()), until
            )
        ),
    )


def _leave_branches(held: "Sequence[LockFile]", proposals: "Sequence[RightsizeProposal]") -> None:
    from plimsoll.rightsizing.branch import leave

    by_name = {_name(each): each for each in held}
    for proposal in proposals:
        left = leave(by_name[proposal.name], proposal)
        click.echo(f"left the branch {left.name} with {', '.join(left.files)}", err=True)


def _workload(held: "LockFile", vpa: Path | None, metrics: Path | None) -> "LockedWorkload":
    from plimsoll.review.lock.make import discounts_from
    from plimsoll.review.lock.opened import catalog_of
    from plimsoll.rightsizing.metrics_files import metrics_of
    from plimsoll.rightsizing.proposed import LockedWorkload

    catalog = catalog_of(held)
    own = discounts_from(held.folder, held.discounts, catalog)
    told: list[Mapping[str, Any]] = []
    if vpa is not None:
        from plimsoll.files.looking import bytes_of
        from plimsoll.rightsizing.vpa import recommended

        told = recommended(bytes_of(vpa).decode("utf-8", "replace"), str(vpa))
    alone = None if metrics is None else metrics_of(metrics, _name(held))
    answers = None if alone is None else tuple(alone)
    return LockedWorkload(held.lock.plan, held.lock.spec.file, catalog, own, tuple(told), answers)


def _written(held: "Sequence[LockFile]", *, cron_job: bool) -> str:
    from plimsoll.rightsizing.cron_job import cron_job as objects
    from plimsoll.rightsizing.queries import FOLDER, saving_script
    from plimsoll.text.documents import yaml_text

    if not cron_job:
        names = [_name(each) for each in held]
        return "".join(
            saving_script(each, f"{FOLDER}/{each}" if len(names) > 1 else FOLDER) for each in names
        )
    made = [each for lock in held for each in objects(_name(lock), lock.text)]
    return "".join(f"---\n{yaml_text(each)}" for each in made)


def _name(held: "LockFile") -> str:
    return str(held.lock.plan["workload"]["name"])
