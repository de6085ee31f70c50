"""`plimsoll rightsize`: changes of specs from measured load and speed, each planned again."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from plimsoll.cli.options import completed_by, format_option
from plimsoll.cli.terminal import style_of_stdout
from plimsoll.ground.problems import ExitCode

if TYPE_CHECKING:
    from plimsoll.review.lock.opened import LockFile
    from plimsoll.rightsizing.proposed import LockedWorkload

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
    help="Saved answers of Prometheus to range queries: one file, or a folder with a file a query.",
)
@click.option("--queries", is_flag=True, help="Write the commands that save them, and nothing else.")
@click.option(
    "--cron-job", is_flag=True, help="Write the objects of a weekly read-only job, and nothing else."
)
@format_option("rightsize")
def command(
    locks: tuple[Path, ...],
    metrics: Path | None,
    form: str,
    *,
    queries: bool,
    cron_job: bool,
) -> int:
    """Propose changes of specs from measured load, lengths and speed, each planned again.

    Prices are those of the lock. Nothing is changed, in the cluster or in a file. Nothing is proposed below
    14 days or 95 % of points, nor a smaller fleet while a page fires or a limit is broken.

    Exit codes: 0 the report is written, whatever it says; 2 a lock or the metrics are wrong; 5 the metrics do
    not say how many requests came, or a fact of a lock is not here.
    """
    held = _held(locks)
    if queries or cron_job:
        sys.stdout.write(_written(held, cron_job=cron_job))
        return int(ExitCode.OK)
    if metrics is None:
        raise click.UsageError("give --metrics, or --queries to see what to save")
    from plimsoll.rightsizing.metrics_files import read_metrics
    from plimsoll.rightsizing.report import report
    from plimsoll.show.formats import write
    from plimsoll.speed.read import load_speed

    answers = read_metrics(metrics)
    found = report([_workload(each) for each in held], answers, str(metrics), load_speed())
    sys.stdout.write(write("rightsize", form, found, style_of_stdout()))
    return int(ExitCode.OK)


def _held(locks: Sequence[Path]) -> "list[LockFile]":
    from plimsoll.cli.review.each import each_of
    from plimsoll.review.lock.hold import lock_of_spec

    return each_of(list(dict.fromkeys(locks)), lock_of_spec)


def _workload(held: "LockFile") -> "LockedWorkload":
    from plimsoll.review.lock.make import discounts_from
    from plimsoll.review.lock.opened import catalog_of
    from plimsoll.rightsizing.proposed import LockedWorkload

    catalog = catalog_of(held)
    own = discounts_from(held.folder, held.discounts, catalog)
    return LockedWorkload(held.lock.plan, held.lock.spec.file, catalog, own)


def _written(held: "Sequence[LockFile]", *, cron_job: bool) -> str:
    from plimsoll.rightsizing.cron_job import cron_job as objects
    from plimsoll.rightsizing.queries import saving_script
    from plimsoll.text.documents import yaml_text

    if not cron_job:
        return "".join(saving_script(_name(each)) for each in held)
    made = [each for lock in held for each in objects(_name(lock), lock.text)]
    return "".join(f"---\n{yaml_text(each)}" for each in made)


def _name(held: "LockFile") -> str:
    return str(held.lock.plan["workload"]["name"])
