"""`plimsoll offers`: what AWS rents, where, at what price, and who says so."""

import click

from plimsoll.cli.day import say_age
from plimsoll.cli.options import completed_by, format_option, prices_option
from plimsoll.cli.terminal import style_of_stdout


@click.command("offers")
@click.option(
    "--gpu",
    metavar="NAME",
    shell_complete=completed_by("accelerators"),
    help="Only this accelerator (H100-80GB; A100 means both sizes).",
)
@click.option(
    "--instance-type",
    metavar="TYPE",
    shell_complete=completed_by("instance_types"),
    help="Only this instance type, or family (g6e).",
)
@click.option("--region", metavar="REGION", shell_complete=completed_by("regions"), help="Only this region.")
@click.option("--on", metavar="DATE", help="Prices of this date (YYYY-MM-DD; default: the newest).")
@prices_option
@format_option("offers")
def command(
    gpu: str | None,
    instance_type: str | None,
    region: str | None,
    on: str | None,
    prices: str | None,
    form: str,
) -> None:
    """List instance types with their prices, regions, sources and dates.

    A price that AWS does not sell, or that is not known, is empty, never a guess.
    """
    from plimsoll.catalog.offers import Offered, Wanted, not_rented, select
    from plimsoll.catalog.tables import load
    from plimsoll.show.formats import write

    catalog = load(on, prices)
    offers = select(catalog, Wanted(gpu, instance_type, region))
    if not offers:
        elsewhere = not_rented(catalog, gpu) if gpu is not None else None
        said = elsewhere or "nothing that was asked for is offered in these regions"
        click.echo(str(said), err=True)
    answer = Offered(tuple(offers), catalog.asked_on)
    click.echo(write("offers", form, answer, style_of_stdout()), nl=False)
    say_age(answer.clock)
