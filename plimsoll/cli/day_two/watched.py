"""What `dashboard` and `alerts` take, and where their answers go."""

import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from plimsoll.cli.labels import monitor_labels_option
from plimsoll.cli.options import (
    calibration_option,
    discounts_option,
    on_option,
    prices_option,
    spec_options,
    specs_argument,
)
from plimsoll.ground.start_up import record

if TYPE_CHECKING:
    from plimsoll.observability.watch import Watch
    from plimsoll.spec.overrides import Overrides

C = TypeVar("C", bound=Callable[..., Any])


def watch_options(function: C) -> C:
    """Take specs and what their plans stand on, a folder to write in, and `--force`."""
    folder = click.Path(path_type=Path, file_okay=False)
    options = (
        specs_argument(Path),
        spec_options,
        click.option("--out", type=folder, help="Write here, one file per workload."),
        on_option,
        prices_option,
        discounts_option,
        calibration_option,
        monitor_labels_option,
        click.option(
            "--portfolio",
            metavar="FILE",
            type=click.Path(path_type=Path),
            help="Plan all SPECs together as 'plan --portfolio' does; nodes that they share are watched too.",
        ),
        click.option("--force", is_flag=True, help="Replace files that this command did not write."),
    )
    for option in reversed(options):
        function = option(function)
    return function


@record
class Watched:
    """What both commands were given, as far as they read it alike."""

    specs: tuple[Path, ...]
    overrides: "Overrides | None"
    out: Path | None
    force: bool
    facts: Mapping[str, str | None]
    portfolio: Path | None


def answer(given: Watched, named: str, write: "Callable[[Watch], str]", mark: str) -> int:
    """Print one document for each spec and for shared nodes, or write each into a folder under its name.

    `named` is the name of a file, with {} for the workload's. A file that is in the way is replaced only if
    it has the mark of what this command writes.
    """
    from plimsoll.files.beside import place, refuse_foreign
    from plimsoll.observability.watch import watches

    found = watches(given.specs, given.overrides, **given.facts, portfolio=given.portfolio)
    for watch in found:
        for note in watch.notes:
            click.echo(f"{watch.name}: {note}", err=True)
    files = {named.format(watch.name): write(watch) for watch in found}
    if given.out is None:
        separator = "---\n" if named.endswith(".yaml") else ""
        sys.stdout.write("".join(f"{separator}{text}" for text in files.values()))
        return 0
    if not given.force:
        refuse_foreign(given.out, files, lambda text: mark in text)
    place(given.out, files)
    click.echo(f"wrote {len(files)} {'file' if len(files) == 1 else 'files'} to {given.out}", err=True)
    return 0
