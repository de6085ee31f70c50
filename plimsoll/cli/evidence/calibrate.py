"""`plimsoll calibrate`: results of a load test become factors that plans use."""

import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from plimsoll.catalog.tables import load_current
from plimsoll.cli.day import today_of_user
from plimsoll.cli.options import completed_by, on_option, prices_option, spec_options
from plimsoll.cli.specs import load_all, placed_in, services_of
from plimsoll.ground.days import is_day
from plimsoll.ground.problems import Problem, SpecError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from plimsoll.loadtest.results.run import LoadRun
    from plimsoll.spec.overrides import Overrides

_WHY = "a run has no requests to test"


@click.command("calibrate")
@click.argument("spec", metavar="SPEC", shell_complete=completed_by("files"))
@click.argument("results", metavar="RESULT...", nargs=-1, required=True, shell_complete=completed_by("files"))
@click.option(
    "--out",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write the calibration here; default: standard output.",
)
@click.option(
    "--points",
    metavar="FILE.csv",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write the runs as rows of a points file too, to be scored or contributed.",
)
@click.option(
    "--replicas",
    type=click.IntRange(1, 10_000),
    default=1,
    help="Replicas that each run drove, where its result does not say it; default: one.",
)
@click.option("--variant", metavar="NAME", help="Variant of a measured service that the results are of.")
@click.option("--ran-on", metavar="DATE", help="Day of runs whose result says none (YYYY-MM-DD).")
@spec_options
@on_option
@prices_option
def command(
    spec: str,
    results: tuple[str, ...],
    replicas: int,
    ran_on: str | None,
    overrides: "Overrides | None",
    **rest: object,
) -> int:
    """Hold each RESULT of a load test against what the plan of SPEC predicts, and write the difference.

    Read are the files of vllm bench serve, sglang, guidellm, AIPerf, inference-perf, k6, Locust and
    llm-d-benchmark. What may not be stood on is refused (exit 2): failures, overload, short runs, other
    lengths, cached prompts, latencies that the sla limits and the file has not.

    'plimsoll plan --calibration FILE' uses what is written.
    """
    from plimsoll.loadtest.calibrate import calibrate
    from plimsoll.loadtest.results.read import tried_results
    from plimsoll.show.loadtest.calibration import as_csv, as_text, as_yaml
    from plimsoll.speed.read import load_speed

    catalog = load_current(_text(rest["on"]), _text(rest["prices"]))
    with placed_in(spec):
        (service,) = services_of(load_all([spec], catalog, overrides), _WHY, "name the spec of a service")
        runs, unread = tried_results(results)
        found = calibrate(
            service, _dated(runs, ran_on), load_speed(), replicas, unread, _text(rest["variant"])
        )
    for note in (*found.notes, *_yet_to_come(runs)):
        click.echo(f"note: {note}", err=True)
    written = {rest["out"]: as_yaml(found.document), rest["points"]: as_csv(found.document)}
    _write({path: text for path, text in written.items() if isinstance(path, Path)})
    sys.stdout.write(as_text(found.document, rest["out"]) if rest["out"] else as_yaml(found.document))
    return 0


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _dated(runs: "Sequence[LoadRun]", day: str | None) -> "list[LoadRun]":
    """Date the runs whose result says no day.

    Raises:
        SpecError: the day is none of the calendar, or is yet to come.
    """
    if day is not None and not is_day(day):
        raise SpecError(Problem(f"{day[:40]!r} is no day", "days are YYYY-MM-DD", "", "--ran-on"))
    if day is not None and day > _latest():
        why = f"today is {today_of_user()}, and estimates stand on a run for a year after it"
        raise SpecError(Problem(f"a run of {day} is yet to come", why, "correct the day", "--ran-on"))
    return [replace(run, day=run.day or day) for run in runs]


def _yet_to_come(runs: "Sequence[LoadRun]") -> "Iterator[str]":
    """Yield the runs whose result has a day that is yet to come: they would never grow old."""
    for run in runs:
        if run.day is not None and run.day > _latest():
            yield (
                f"{run.file.title}: says that it ran on {run.day}, which is yet to come (today is "
                f"{today_of_user()}): its client's clock was ahead; correct the date, or it never grows old"
            )


def _latest() -> str:
    """Tomorrow: somewhere in the east it is that already."""
    return (today_of_user() + timedelta(days=1)).isoformat()


def _write(texts: dict[Path, str]) -> None:
    from plimsoll.files.output import write_all

    write_all(texts)
    for path in texts:
        click.echo(f"wrote {path}", err=True)
