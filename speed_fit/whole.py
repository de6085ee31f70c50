"""The fit of what only whole requests use: encoders, images, pictures; constants of language models are held.

    python -m speed_fit.fit POINTS.csv --whole

Both kinds of work share an accelerator's bandwidth and host and the rounding of a roofline. Those come from
the fit of everything; the rest is fitted to rows of whole requests alone, so that a change of theirs moves
no plan of a language model, and they do not pay for a change of a language model's constants.
"""

import copy
from collections.abc import Callable, Sequence
from typing import Any

from plimsoll.catalog.facts import Catalog
from plimsoll.speed.accuracy.points import Point
from speed_fit.fitting import Fit, centred
from speed_fit.parameters import Constants, flat, moved, of_whole, put, start

ROUNDS = 40

CENTRED = 3
"""Times that shares for convolutions are put where their median is met: launches keep one from meeting it."""


def is_whole(point: Point) -> bool:
    """Say whether a row is of whole requests."""
    return point.question is not None and not point.question.task.startswith("llm")


class WholeFit(Fit):
    """One fit of whole requests beside constants that are held."""

    def __init__(
        self, points: Sequence[Point], catalog: Catalog, held: Constants, say: Callable[[str], Any]
    ) -> None:
        """Take the rows of whole requests among the points, and the parts of all."""
        super().__init__([point for point in points if is_whole(point)], catalog, say)
        own = [place for place, path in enumerate(self.paths) if of_whole(path)]
        self.paths, self.rows = [self.paths[i] for i in own], [self.rows[i] for i in own]
        self.prior, self.widths = self.prior[own], self.widths[own]
        self.begun = beside(start(points, catalog), held)


def beside(constants: Constants, held: Constants) -> Constants:
    """The constants with those of language models as they are held."""
    found, known = copy.deepcopy(constants), dict(flat(held))
    for path, _ in flat(constants):
        if not of_whole(path) and path in known:
            put(found, path, known[path])
    return found


def fitted_whole(
    points: Sequence[Point], catalog: Catalog, held: Constants, say: Callable[[str], Any]
) -> Constants:
    """Fit what only whole requests use, to its end; it takes seconds."""
    constants = WholeFit(points, catalog, held, say).run(ROUNDS)
    for _ in range(CENTRED):
        constants = centred(constants, points, catalog)
    return constants


def more_fitted(now: Constants, before: Constants, points: Sequence[Point], catalog: Catalog) -> int:
    """How many more engines' and tasks' constants data set than before; shares have the same rows."""
    starts = dict(flat(start(points, catalog)))

    def count(constants: Constants) -> int:
        own = [(path, value) for path, value in flat(constants) if of_whole(path) and path[0] != "devices"]
        return sum(path in starts and moved(value, starts[path]) for path, value in own)

    return count(now) - count(before)
