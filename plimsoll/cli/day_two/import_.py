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
    metavar="LOG",
    multiple=True,
    shell_complete=completed_by("files"),
    help="Requests: a log (JSONL or CSV), or two scrapes of vLLM's /metrics, the earlier one first.",
)
@click.option("--apart", "apart_s", metavar="SECONDS", type=float, help="Seconds between the two scrapes.")
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
    from plimsoll.gate.inputs.read import read_graph

    return read_graph(*inputs)


def _load(loads: tuple[str, ...], apart_s: float | None) -> "SpecPart | None":
    if not loads:
        return None
    from plimsoll.importing.load.read import read_load

    return read_load(loads, apart_s)
