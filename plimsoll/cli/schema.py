"""`plimsoll schema`: the JSON Schemas of what goes in and comes out."""

import click

from plimsoll.show.schema.registry import PUBLISHED

DOCUMENTS = tuple(PUBLISHED)
"""What goes in, and every JSON document that comes out."""


@click.command("schema")
@click.argument("document", type=click.Choice(DOCUMENTS), default="spec")
def command(document: str) -> int:
    """Print the JSON Schema of a workload spec, or of a document that a command writes."""
    from plimsoll.show.schema.published import text

    click.echo(text(document), nl=False)
    return 0
