"""`plimsoll offers`: what AWS rents, where, at what price, and who says so."""

import sys
from typing import Literal

import click


@click.command("offers")
@click.option("--gpu", metavar="NAME", help="Only this accelerator (H100-80GB; A100 means both sizes).")
@click.option("--instance-type", metavar="TYPE", help="Only this instance type, or family (g6e).")
@click.option("--region", metavar="REGION", help="Only this region.")
@click.option("--on", metavar="DATE", help="Prices of this date (YYYY-MM-DD; default: the newest).")
@click.option(
    "--format", "form", type=click.Choice(["table", "json"]), default="table", help="How to write it."
)
def command(
    gpu: str | None,
    instance_type: str | None,
    region: str | None,
    on: str | None,
    form: Literal["table", "json"],
) -> None:
    """List instance types with their prices, regions, sources and dates.

    A price that AWS does not sell, or that is not known, is empty, never a guess.
    """
    from plimsoll.catalog.tables import load
    from plimsoll.show.catalog.offers import Wanted, document, select

    catalog = load(on)
    offers = select(catalog, Wanted(gpu, instance_type, region))
    if not offers:
        click.echo("nothing that was asked for is offered in these regions", err=True)
    if form == "json":
        import json

        click.echo(json.dumps(document(offers, catalog.priced_on), indent=2, ensure_ascii=False))
        return
    from plimsoll.show.catalog.offer_table import render

    click.echo(render(offers, catalog.priced_on, bold=sys.stdout.isatty()), nl=False)
