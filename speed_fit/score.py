"""Print the scores on a points file: as fitted, and with each model left out of the fit.

    python -m speed_fit.score POINTS.csv

The second table predicts every row with constants that never saw its model; some minutes.
"""

import sys
from collections.abc import Sequence
from pathlib import Path

from plimsoll.catalog.tables import load
from plimsoll.show.catalog.accuracy import Scored
from plimsoll.show.catalog.accuracy_table import table
from plimsoll.speed.accuracy.answer import Answer, answer
from plimsoll.speed.accuracy.points import Point
from plimsoll.speed.accuracy.points_file import points_from
from plimsoll.speed.accuracy.score import scores
from plimsoll.speed.accuracy.world import World
from plimsoll.speed.read import load_speed
from speed_fit.fit import fitted_from, written
from speed_fit.left_out import counted, unseen
from speed_fit.reviewed import reviewed
from speed_fit.verdict import answered


def main(arguments: Sequence[str]) -> None:
    """Score twice."""
    given, catalog = points_from(Path(arguments[0])), load()
    points = reviewed(given)
    world = World(catalog, load_speed())
    _print("as fitted", points, [answer(point, world) for point in points], world)
    left = counted(unseen(fitted_from(given, catalog), written(), catalog))
    own = [each for each in left if each.out == "model"]
    evidence = {"spread": world.facts.evidence.spread}
    _print("each model left out", [u.point for u in own], [answered(u, evidence) for u in own], world)


def _print(title: str, points: Sequence[Point], answers: Sequence[Answer], world: World) -> None:
    scored = Scored(title, points, answers, scores(points, answers, world), world.fitted)
    sys.stdout.write(table(scored) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
