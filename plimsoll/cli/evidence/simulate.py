"""`plimsoll simulate`: a plan's choice under drawn or recorded requests, event by event."""

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from plimsoll.cli.evidence.arrivals import PROCESSES, arrivals_of
from plimsoll.cli.options import (
    calibration_option,
    completed_by,
    discounts_of,
    discounts_option,
    format_option,
    on_option,
    prices_option,
    spec_options,
)
from plimsoll.cli.terminal import style_of_stdout

if TYPE_CHECKING:
    from plimsoll.ground.assumption import Assumption
    from plimsoll.simulation.answer.document import SimulationDocument
    from plimsoll.simulation.subject import SimulationSubject
    from plimsoll.spec.overrides import Overrides

REQUESTS = 100_000
"""Requests that are drawn where nobody says how many: a p99 within a few percent, in a second or two."""

MOST_REQUESTS = 5_000_000

_ENDS = "a run has no requests that come one by one: its hours follow from its steps"


@click.command("simulate")
@click.argument("spec", metavar="SPEC", type=click.Path(), shell_complete=completed_by("files"))
@spec_options
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True, help="Draw other requests.")
@click.option(
    "--trace",
    metavar="FILE",
    type=click.Path(path_type=Path),
    shell_complete=completed_by("files"),
    help="Replay recorded requests: CSV time_s,input_tokens,output_tokens, or a public trace's own form.",
)
@click.option(
    "--requests",
    metavar="N",
    type=click.IntRange(1, MOST_REQUESTS),
    help=f"Draw so many, or replay the first so many; default: {REQUESTS:,}, or the whole trace.",
)
@click.option(
    "--arrivals",
    type=click.Choice(PROCESSES),
    help="How they come; default: diurnal where the load has an average or a profile, else poisson.",
)
@on_option
@prices_option
@discounts_option
@calibration_option
@format_option("simulation")
def command(
    spec: str,
    overrides: "Overrides | None",
    form: str,
    seed: int,
    trace: Path | None,
    requests: int | None,
    **said: str | None,
) -> int:
    """Simulate what the plan of SPEC rents, request by request.

    Prompts are read in chunks, answers written token by token while the cache has room; an autoscaler starts
    replicas that take a cold start, and spot takes some of them back. Answers: percentiles beside the plan's,
    minutes outside the sla, dollars, a plot. The same seed gives the same bytes. Exit codes: 0 whatever is
    found, 2 the spec or the trace is wrong, 3, 4 and 5 as 'plimsoll plan' where there is nothing to simulate.
    """
    from plimsoll.show.formats import write

    if trace is not None and said["arrivals"] is not None:
        raise click.UsageError("--trace says when requests come, and --arrivals too: give one of them")
    subject, assumed = _subject(spec, overrides, said)
    if trace is None:
        found = _drawn(subject, said["arrivals"], _count(subject, requests), seed)
    else:
        found = _replayed(subject, trace, requests, seed)
    found = replace(found, assumptions=(*found.assumptions, *assumed))
    sys.stdout.write(write("simulation", form, found, style_of_stdout()))
    return 0


def _subject(
    spec: str, overrides: "Overrides | None", said: dict[str, str | None]
) -> "tuple[SimulationSubject, tuple[Assumption, ...]]":
    """Plan the spec, and take its choice, with what of the spec is not simulated.

    Raises:
        SpecError: the spec is wrong, or of a run.
        NoPlanError: nothing holds every limit.
    """
    from plimsoll.catalog.tables import load_current
    from plimsoll.cli.specs import load_all, placed_in, services_of
    from plimsoll.simulation.left_out import left_out
    from plimsoll.simulation.subject import planned_subject
    from plimsoll.speed.read import speed_with

    catalog = load_current(said["on"], said["prices"])
    own = discounts_of(said["discounts"], catalog)
    with placed_in(spec):
        (loaded,) = services_of(load_all([spec], catalog, overrides), _ENDS, "'plimsoll plan' sizes it")
        subject = planned_subject(loaded, speed_with(said["calibration"]), own)
    return subject, tuple(left_out(loaded.workload))


def _count(subject: "SimulationSubject", asked: int | None) -> int:
    """Take as many requests as come in a year at most: every minute between them is simulated.

    Raises:
        UsageError: more were asked for.
    """
    from plimsoll.simulation.trace.read import MOST_S

    mean = subject.qps * sum(subject.hourly) / (max(subject.hourly) * len(subject.hourly))
    most = max(int(mean * MOST_S), 1)
    if asked is not None and asked > most:
        why = f"at {mean:.4g} requests/s on average {asked:,} of them take {asked / mean / 86_400:,.0f} days"
        raise click.UsageError(f"--requests: {why}; a simulation spans 366 at most: ask for {most:,}")
    return asked or min(REQUESTS, most)


def _drawn(subject: "SimulationSubject", how: str | None, count: int, seed: int) -> "SimulationDocument":
    from plimsoll.simulation.answer.told import told
    from plimsoll.simulation.run import simulate

    arrivals = arrivals_of(subject, how, count)
    return told(simulate(subject, arrivals, seed), arrivals, seed)


def _replayed(
    subject: "SimulationSubject", trace: Path, requests: int | None, seed: int
) -> "SimulationDocument":
    """Replay the trace.

    Raises:
        SpecError: it is wrong.
    """
    from plimsoll.files.bounded import read_bounded
    from plimsoll.simulation.replay import replay
    from plimsoll.simulation.trace.read import MOST_BYTES, read_trace

    found = read_trace(read_bounded(trace, MOST_BYTES), str(trace))
    return replay(subject, found if requests is None else found.first(requests), seed)
