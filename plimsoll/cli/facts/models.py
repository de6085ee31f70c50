"""`plimsoll models`: the models that a spec can name, their facts, and who says so."""

import click

from plimsoll.cli.options import completed_by, format_option
from plimsoll.cli.terminal import style_of_stdout


@click.command("models")
@click.argument("words", metavar="[TEXT]", nargs=-1, shell_complete=completed_by("models"))
@format_option("models")
def command(words: tuple[str, ...], form: str) -> None:
    """List the models of the catalogue that have every word of TEXT in name, alias or task, with sources.

    Case, and what stands between the words (spaces, hyphens, dots, slashes), make no difference.

    A model that is not here can be given as the path of its config.json, or as {params_b: …}.
    """
    from plimsoll.models.read import load_models
    from plimsoll.models.search import nothing_found, select
    from plimsoll.show.formats import write
    from plimsoll.show.text import visible

    models, text = load_models(), " ".join(words) or None
    found = select(models, text)
    if not found and text is not None:
        click.echo(visible(nothing_found(models, text)), err=True)
    click.echo(write("models", form, found, style_of_stdout()), nl=False)
