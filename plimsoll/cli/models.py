"""`plimsoll models`: the models that a spec can name, their facts, and who says so."""

import sys
from typing import Literal

import click


@click.command("models")
@click.argument("text", required=False)
@click.option(
    "--format", "form", type=click.Choice(["table", "json"]), default="table", help="How to write it."
)
def command(text: str | None, form: Literal["table", "json"]) -> None:
    """List the models of the catalogue whose name, alias or task contains TEXT, with sources.

    A model that is not here can be given as the path of its config.json, or as {params_b: …}.
    """
    from plimsoll.models.read import load_models
    from plimsoll.show.catalog.models import document, nothing_found, select

    models = load_models()
    found = select(models, text)
    if not found and text is not None:
        from plimsoll.show.terminal import visible

        click.echo(visible(nothing_found(models, text)), err=True)
    if form == "json":
        import json

        click.echo(json.dumps(document(found), indent=2, ensure_ascii=False))
        return
    from plimsoll.show.catalog.model_table import render

    width = 0
    if sys.stdout.isatty():
        from shutil import get_terminal_size

        width = get_terminal_size().columns
    click.echo(render(found, width), nl=False)
