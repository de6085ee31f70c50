"""The points are cut into folds by (source family, model), to score what a fit has not seen.

All rows of one model from one source are predicted by constants that never saw any of them.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from plimsoll.catalog.facts import Catalog
from plimsoll.speed.accuracy.points import Point
from plimsoll.speed.accuracy.world import World
from plimsoll.speed.facts import SpeedFacts
from speed_fit.fitting import Fit, world_of
from speed_fit.parameters import Constants, start

FOLDS = 4
ROUNDS = 6


def folds_of(points: Sequence[Point]) -> list[int]:
    """A fold per point: whole (family, model) groups, the largest first into the emptiest fold."""
    rows = Counter((p.family, p.group) for p in points)
    filled_, fold = [0] * FOLDS, {}
    for group in sorted(rows, key=lambda group: (-rows[group], group)):
        emptiest = min(range(FOLDS), key=lambda k: (filled_[k], k))
        fold[group] = emptiest
        filled_[emptiest] += rows[group]
    return [fold[p.family, p.group] for p in points]


def left_out_world(
    points: Sequence[Point], catalog: Catalog, fold: int, near: Constants, known: SpeedFacts
) -> World:
    """The world as fitted without one fold, with the intervals of what is known."""
    rest = [p for p, k in zip(points, folds_of(points), strict=True) if k != fold]
    constants = Fit(rest, catalog, lambda _: None).run(ROUNDS, near)
    world = world_of(_with_all_parts(constants, points, catalog), catalog)
    return World(catalog, replace(world.facts, evidence=known.evidence))


def _with_all_parts(constants: Constants, points: Sequence[Point], catalog: Catalog) -> Constants:
    complete = start(points, catalog)["devices"]
    return {**constants, "devices": {**complete, **constants["devices"]}}
