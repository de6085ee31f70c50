"""`plimsoll schema`: the JSON Schemas of what goes in and comes out."""

import click


@click.command("schema")
@click.argument("document", type=click.Choice(["spec", "plan", "check"]), default="spec")
def command(document: str) -> int:
    """Print the JSON Schema of a workload spec, of a plan, or of a check report."""
    from plimsoll.edge.json_schema import text

    click.echo(text(document), nl=False)
    return 0
