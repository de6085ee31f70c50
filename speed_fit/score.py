"""Print the scores on a points file: as fitted, and with each model left out of the fit.

    python -m speed_fit.score POINTS.csv

The second table predicts every row with constants that never saw its (source, model); some minutes.
"""

import sys
from collections.abc import Sequence
from multiprocessing import Pool
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
from speed_fit.fit import written
from speed_fit.fitting import usable
from speed_fit.folds import FOLDS, folds_of, left_out_world


def main(arguments: Sequence[str]) -> None:
    """Score twice."""
    points = points_from(Path(arguments[0]))
    world = World(load(), load_speed())
    answers = [answer(point, world) for point in points]
    _print("as fitted", points, answers, world)
    known = [point for point in points if usable(point)]
    with Pool(2) as pool:
        parts = pool.map(_fold, [(known, k) for k in range(FOLDS)], chunksize=1)
    apart = {place: given for part in parts for place, given in part.items()}
    _print("each model left out", known, [apart[i] for i in range(len(known))], world)


def _fold(job: tuple[list[Point], int]) -> dict[int, Answer]:
    points, fold = job
    world = left_out_world(points, load(), fold, written(), load_speed())
    return {i: answer(points[i], world) for i, k in enumerate(folds_of(points)) if k == fold}


def _print(title: str, points: Sequence[Point], answers: Sequence[Answer], world: World) -> None:
    scored = Scored(title, points, answers, scores(points, answers, world), world.fitted)
    sys.stdout.write(table(scored) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
