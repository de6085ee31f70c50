"""`plimsoll import`: the spec of what runs already."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from plimsoll.cli.day_two.said import say_each
from plimsoll.cli.options import completed_by

if TYPE_CHECKING:
    from plimsoll.graph.resource import Graph
    from plimsoll.importing.imported import Imported
    from plimsoll.importing.note import SpecPart


@click.command("import")
@click.argument("inputs", metavar="[MANIFESTS|STATE]...", nargs=-1, shell_complete=completed_by("files"))
@click.option(
    "--load",
    "loads",
    metavar="LOG|URL",
    multiple=True,
    shell_complete=completed_by("files"),
    help="Requests: a log (JSONL or CSV), two scrapes of vLLM's /metrics, the earlier one first, or the "
    "address of a server that is scraped twice.",
)
@click.option(
    "--apart",
    "apart_s",
    metavar="SECONDS",
    type=float,
    help="Seconds between the two scrapes; 60 at an address.",
)
@click.option("--out", metavar="SPEC", type=click.Path(path_type=Path), help="Write it here: a new file.")
@click.option("--name", metavar="WORKLOAD", help="Which workload, where several are in the input.")
@click.option("--model", metavar="NAME", help="The model that is served, where nothing says it.")
@click.option("--region", metavar="REGION", help="Where it runs, where no zone is named.")
def command(
    inputs: tuple[str, ...],
    loads: tuple[str, ...],
    apart_s: float | None,
    out: Path | None,
    **said: str | None,
) -> int:
    """Write the spec of what runs already.

    It is read from manifests (files, a folder, - for stdin) or a Pulumi state; its load from --load.
    What could not be read is marked in the spec as a comment, NOT READ, and listed on stderr. A file that
    exists is never overwritten.
    """
    if not inputs and not loads:
        raise click.UsageError("give manifests, a state, or --load")
    if apart_s is not None and not loads:
        raise click.UsageError("--apart says what is between two scrapes: give them by --load")
    found = _imported(inputs, loads, apart_s, said)
    if out is None:
        sys.stdout.write(found.text)
    else:
        from plimsoll.files.fresh import write_fresh

        write_fresh(out, found.text)
        click.echo(out)
    say_each(found.name, found.not_read)
    if found.said:
        click.echo(f"{found.name}: as it runs it has no plan: {found.said}", err=True)
    return 0


def _imported(
    inputs: tuple[str, ...], loads: tuple[str, ...], apart_s: float | None, said: dict[str, str | None]
) -> "Imported":
    from plimsoll.catalog.tables import load
    from plimsoll.importing.imported import SaidBeside, imported

    asked = SaidBeside(said["name"], said["model"], said["region"])
    names = ", ".join(Path(each).name for each in (*inputs, *loads))
    head = f"Written by plimsoll import from {names}.\nWhat could not be read says NOT READ: complete it."
    return imported(_graph(inputs), _load(loads, apart_s), load(), asked, head)


def _graph(inputs: tuple[str, ...]) -> "Graph | None":
    if not inputs:
        return None
    from dataclasses import replace

    from plimsoll.gate.inputs.read import read_graph
    from plimsoll.ground.problems import PlimsollError

    try:
        return read_graph(*inputs)
    except PlimsollError as error:
        # the reader is that of `check`, which it names in what it advises
        told = [replace(each, fix=_ours(each.fix), why=_ours(each.why)) for each in error.problems]
        raise type(error)(told) from None


_OF_CHECK = {
    "plimsoll check": "plimsoll import",
    "`plimsoll import`, or read a preview": "manifests or a state: a plan runs nowhere yet",
    "check reads a preview's digest, an exported state, a plan, or": "import reads an exported state or",
    "its pools are priced and its claims held by the check": "import reads what runs",
}


def _ours(text: str) -> str:
    for said, meant in _OF_CHECK.items():
        text = text.replace(said, meant)
    return text


def _load(loads: tuple[str, ...], apart_s: float | None) -> "SpecPart | None":
    if not loads:
        return None
    if any("://" in each for each in loads):
        return _scraped_twice(loads, apart_s)
    from plimsoll.importing.load.read import read_load

    return read_load(loads, apart_s)


def _scraped_twice(loads: tuple[str, ...], apart_s: float | None) -> "SpecPart":
    """Scrape a server, wait, and scrape it again."""
    from time import sleep

    from plimsoll.importing.load.read import load_of
    from plimsoll.importing.load.scraped import MOST_APART_S, USUAL_APART_S, metrics_address, scrape_at

    if len(loads) != 1:
        raise click.UsageError("an address is scraped twice by itself: give it alone")
    address, apart = metrics_address(loads[0]), USUAL_APART_S if apart_s is None else apart_s
    if not 1 <= apart <= MOST_APART_S:
        raise click.UsageError(f"--apart is 1 to {MOST_APART_S:g} seconds where a server is scraped")
    earlier = scrape_at(address)
    click.echo(f"scraped {address}, and again in {apart:g} s", err=True)
    sleep(apart)
    return load_of([(address, earlier), (address, scrape_at(address))], apart)
