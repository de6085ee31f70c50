"""What `dashboard` and `alerts` take, and where their answers go."""

import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from plimsoll.cli.options import (
    calibration_option,
    discounts_option,
    on_option,
    prices_option,
    spec_options,
    specs_argument,
)

if TYPE_CHECKING:
    from plimsoll.observability.watch import Watch

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
        click.option("--force", is_flag=True, help="Replace files that this command did not write."),
    )
    for option in reversed(options):
        function = option(function)
    return function


def answer(
    files: Mapping[str, str], whole: str, watches: Sequence["Watch"], out: Path | None, mark: str | None
) -> int:
    """Print documents, or write them into a folder where what has the mark is replaced (None: all)."""
    from plimsoll.files.beside import place, refuse_foreign

    for watch in watches:
        for note in watch.notes:
            click.echo(f"{watch.name}: {note}", err=True)
    if out is None:
        sys.stdout.write(whole)
        return 0
    if mark is not None:
        refuse_foreign(out, files, lambda text: mark in text)
    place(out, files)
    click.echo(f"wrote {len(files)} files to {out}", err=True)
    return 0
