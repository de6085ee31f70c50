"""`plimsoll accuracy`: the speed model scored against measured points."""

import sys
from pathlib import Path
from typing import Literal

import click


@click.command("accuracy")
@click.option(
    "--points",
    "path",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="CSV of measured points (default: those that come with the package).",
)
@click.option(
    "--format", "form", type=click.Choice(["table", "json"]), default="table", help="How to write it."
)
def command(path: Path | None, form: Literal["table", "json"]) -> None:
    """Predict every measured point and score the predictions.

    Each row gets an answer with an 80 % interval, or the reason why there is none. A row is predicted
    from its inputs alone; what was measured is used for the score only.
    """
    from plimsoll.catalog.tables import load
    from plimsoll.show.catalog.accuracy import document, table
    from plimsoll.speed.accuracy.answer import answer
    from plimsoll.speed.accuracy.points_file import SHIPPED, points_from, shipped_points
    from plimsoll.speed.accuracy.score import scores
    from plimsoll.speed.accuracy.world import World
    from plimsoll.speed.read import load_speed

    points = shipped_points() if path is None else points_from(path)
    world = World(load(), load_speed())
    answers = [answer(point, world) for point in points]
    scored = scores(points, answers, world)
    source = SHIPPED if path is None else str(path)
    if form == "json":
        import json

        click.echo(json.dumps(document(source, points, answers, scored, world.facts.fitted), indent=1))
        return
    click.echo(table(source, points, answers, scored, world.facts.fitted, bold=sys.stdout.isatty()), nl=False)
