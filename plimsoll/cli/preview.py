"""`plimsoll preview`: what a stack would create, priced, without engine or credentials."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from plimsoll.preview.run import Preview


@click.command(name="preview")
@click.option("--stack", help="The stack, by name; default: dev, else the first.")
@click.option(
    "--spec",
    "specs",
    multiple=True,
    type=click.Path(path_type=Path, dir_okay=False),
    help="Preview these specs in place of the stack's workloads.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["tree", "json", "k8s"]),
    default="tree",
    show_default=True,
    help="The tree with prices, the graph, or Kubernetes manifests.",
)
@click.option(
    "--out", type=click.Path(path_type=Path), help="Write manifests to this folder, one file per object."
)
@click.option(
    "--graph", "picture", type=click.Path(path_type=Path), help="Write an SVG diagram to this file."
)
def command(
    stack: str | None, specs: tuple[Path, ...], form: str, out: Path | None, picture: Path | None
) -> int:
    """Show the resources that a stack would create, priced."""
    from plimsoll.preview.run import run_preview

    if out is not None and form != "k8s":
        raise click.UsageError("--out needs --format k8s")
    shown = run_preview(stack, specs)
    if picture is not None:
        from plimsoll.show.preview.svg import draw, write_svg

        write_svg(draw(shown.view()), picture)
        click.echo(f"wrote {picture}", err=True)
    if form == "k8s":
        _manifests(shown, out)
    else:
        sys.stdout.write(shown.json() if form == "json" else shown.tree())
    return shown.exit_code


def _manifests(shown: "Preview", out: Path | None) -> None:
    from plimsoll.preview.manifests import manifests, one_stream, write_folder

    found = manifests(shown.graph)
    for reason in found.left_out:
        click.echo(f"left out: {reason}", err=True)
    if out is None:
        sys.stdout.write(one_stream(found))
        return
    write_folder(found, out)
    click.echo(f"wrote {len(found.files)} objects to {out}", err=True)
