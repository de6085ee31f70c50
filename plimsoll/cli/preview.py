"""`plimsoll preview`: what a stack would create, priced, without engine or credentials."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from plimsoll.cli.day import say_age
from plimsoll.cli.options import (
    format_option,
    on_option,
    own_calibration_option,
    own_discounts_option,
    own_prices_option,
    spec_options,
)
from plimsoll.cli.terminal import style_of_stdout
from plimsoll.ground.problems import ExitCode, Problem, SpecError

if TYPE_CHECKING:
    from plimsoll.preview.run import Preview
    from plimsoll.spec.overrides import Overrides

PICTURES = (".svg",)
"""The suffixes of pictures that can be written."""


@click.command(name="preview")
@click.option("--stack", help="The stack, by name; default: dev, else the first.")
@click.option(
    "--spec",
    "specs",
    multiple=True,
    type=click.Path(path_type=Path, dir_okay=False),
    help="Preview these specs in place of the stack's workloads.",
)
@format_option(
    "preview", meaning="The tree with prices, the graph, or Kubernetes manifests.", default_shown=True
)
@click.option(
    "--out", type=click.Path(path_type=Path), help="Write manifests to this folder, one file per object."
)
@click.option(
    "--graph",
    "picture",
    metavar="FILE.svg",
    type=click.Path(path_type=Path),
    help="Write an SVG diagram here.",
)
@on_option
@own_prices_option
@spec_options
@own_discounts_option
@own_calibration_option
def command(
    stack: str | None,
    specs: tuple[Path, ...],
    form: str,
    out: Path | None,
    picture: Path | None,
    overrides: "Overrides | None",
    **facts: str | None,
) -> int:
    """Show the resources that a stack would create, priced, and what the policies say of them.

    The stack's own budget is one of the policies. Exit codes: 0 nothing blocks, 2 the stack or a spec is
    wrong, 3 and 4 a spec has no plan, 5 a fact is missing, 7 a finding blocks.
    """
    from plimsoll.preview.run import run_preview
    from plimsoll.show.formats import write

    if out is not None and form != "k8s":
        raise click.UsageError("--out needs --format k8s")
    if picture is not None and picture.suffix.lower() not in PICTURES:
        raise SpecError(_no_such_picture(picture))
    try:
        preview = run_preview(Path.cwd(), stack, specs, overrides=overrides, **facts)
    except ModuleNotFoundError as error:
        raise _no_pulumi(error) or error from None
    if picture is not None:
        _draw(preview, picture)
    blocking = [finding for finding in preview.verdict.violations if finding.blocks]
    # What is refused is nowhere to be applied from: neither from a folder nor from a pipe.
    if form != "k8s" or not (blocking or _objects(preview, out)):
        sys.stdout.write(write("preview", form, preview, style_of_stdout()))
    for finding in blocking if form != "tree" else ():
        click.echo(f"blocked by {finding.policy}: {finding.message}", err=True)
    say_age(preview.clock)
    return int(ExitCode.POLICY if blocking else ExitCode.OK)


def _no_pulumi(error: ModuleNotFoundError) -> SpecError | None:
    """Say what to install where Pulumi's own packages are missing; None where something else is."""
    if not (error.name or "").partition(".")[0].startswith("pulumi"):
        return None
    why = f"a preview runs the stack's own program, and {error.name} is not installed"
    fix = "install plimsoll-iac[pulumi], or run 'make setup' in the repository"
    return SpecError(Problem("a preview needs Pulumi's Python packages", why, fix))


def _no_such_picture(picture: Path) -> Problem:
    """Say which pictures can be written."""
    named = f"{picture.suffix!r}" if picture.suffix else "no suffix"
    fix = f"name it {picture.with_suffix(PICTURES[0]).name}" if picture.name else "name a file"
    return Problem(
        f"a picture named {picture.name!r} cannot be written", f"{named} is not .svg", fix, "--graph"
    )


def _draw(preview: "Preview", picture: Path) -> None:
    from plimsoll.files.output import write_whole
    from plimsoll.show.preview.diagram import stack_view
    from plimsoll.show.preview.svg import draw

    write_whole(draw(stack_view(preview)), picture)
    click.echo(f"wrote {picture}", err=True)


def _objects(preview: "Preview", out: Path | None) -> bool:
    """Say which objects are left out; write the others to a folder, if one is named."""
    from plimsoll.files.output import replace_folder
    from plimsoll.show.preview.manifests import HEADER, INDEX, folder_of, manifests

    objects = manifests(preview.graph)
    for reason in objects.left_out:
        click.echo(f"left out: {reason}", err=True)
    if out is None:
        return False
    replace_folder(out, folder_of(objects), index=INDEX, header=HEADER)
    click.echo(f"wrote {len(objects.files)} objects to {out}", err=True)
    return True
