"""`plimsoll accuracy`: the speed model scored against measured points."""

from pathlib import Path

import click

from plimsoll.cli.options import format_option
from plimsoll.cli.terminal import style_of_stdout


@click.command("accuracy")
@click.option(
    "--points",
    "path",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="CSV of measured points (default: those that come with the package).",
)
@format_option("accuracy")
def command(path: Path | None, form: str) -> None:
    """Predict every measured point and score the predictions.

    Each row gets an answer with an 80 % interval, or the reason why there is none. A row is predicted
    from its inputs alone; what was measured is used for the score only.
    """
    from plimsoll.catalog.tables import load
    from plimsoll.show.catalog.accuracy import Scored
    from plimsoll.show.formats import write
    from plimsoll.speed.accuracy.answer import answer
    from plimsoll.speed.accuracy.points_file import SHIPPED, points_from, shipped_points
    from plimsoll.speed.accuracy.score import OWN_SUBSETS, SUBSETS, scores
    from plimsoll.speed.accuracy.world import World
    from plimsoll.speed.read import load_speed

    points = shipped_points() if path is None else points_from(path)
    world = World(load(), load_speed())
    answers = [answer(point, world) for point in points]
    source = SHIPPED if path is None else str(path)
    found = scores(points, answers, world, (*SUBSETS, *OWN_SUBSETS))
    scored = Scored(source, points, answers, found, world.fitted)
    click.echo(write("accuracy", form, scored, style_of_stdout()), nl=False)
