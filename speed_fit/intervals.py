"""The 80 % intervals, from residuals of rows whose model was left out of the fit.

The points are cut into folds by (source family, model): all rows of one model from one source are
predicted by constants that never saw any of them.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from plimsoll.catalog.facts import Catalog
from plimsoll.engines.benchmarked import engine_class
from plimsoll.speed.accuracy.answer import interval_kind, predict
from plimsoll.speed.accuracy.points import Point, Question, RowError
from plimsoll.speed.accuracy.world import World, estimated
from plimsoll.speed.facts import model_family
from speed_fit.fitting import Fit, log_predictions, world_of
from speed_fit.parameters import Constants, filled, start

FOLDS = 4
ROUNDS = 6
ENOUGH_ROWS = 20
LEFT_OUT_SHARE = 0.6
"""An interval is this much of the left-out spread and the rest of the fitted one, in logarithms: rows
to come are of models that are partly known (other sources) and partly not."""

MOST_INSIDE = 0.885
"""Share of fitted rows inside, at most: an 80 % interval that holds nearly all says too little."""

NARROWEST = 1.03

Logs = list[float | None]


def folds_of(points: Sequence[Point]) -> list[int]:
    """A fold per point: whole (family, model) groups, the largest first into the emptiest fold."""
    rows = Counter((p.family, p.group) for p in points)
    filled_, fold = [0] * FOLDS, {}
    for group in sorted(rows, key=lambda group: (-rows[group], group)):
        emptiest = min(range(FOLDS), key=lambda k: (filled_[k], k))
        fold[group] = emptiest
        filled_[emptiest] += rows[group]
    return [fold[p.family, p.group] for p in points]


def left_out(
    points: Sequence[Point], catalog: Catalog, fold: int, near: Constants | None = None
) -> dict[int, float]:
    """ln(predicted) of the rows of one fold, from a fit on all others; by position."""
    world = left_out_world(points, catalog, fold, {}, near)
    asked = [i for i, k in enumerate(folds_of(points)) if k == fold]
    logs = log_predictions([q for i in asked if (q := points[i].question)], world)
    return {i: log for i, log in zip(asked, logs, strict=True) if log is not None}


def left_out_world(
    points: Sequence[Point],
    catalog: Catalog,
    fold: int,
    intervals_: Mapping[str, tuple[float, float]],
    near: Constants | None = None,
) -> World:
    """The world as fitted without one fold."""
    known = [p for p, k in zip(points, folds_of(points), strict=True) if k != fold]
    constants = Fit(known, catalog, lambda _: None).run(ROUNDS, near)
    return world_of(_with_all_parts(constants, points, catalog), catalog, intervals_)


def _with_all_parts(constants: Constants, points: Sequence[Point], catalog: Catalog) -> Constants:
    complete = start(points, catalog)["devices"]
    return {**constants, "devices": {**complete, **constants["devices"]}}


def intervals(
    points: Sequence[Point], fitted: Logs, left: dict[int, float], constants: Constants, catalog: Catalog
) -> dict[str, tuple[float, float]]:
    """Measured ÷ predicted at 10 and 90 % by class of row, and the factors that widen them."""
    seen: defaultdict[str, list[float]] = defaultdict(list)
    unseen: defaultdict[str, list[float]] = defaultdict(list)
    rows = Counter((p.family, interval_kind(p.question)) for p in points if p.question and p.tier == "A")
    for i, point in enumerate(points):
        question = point.question
        if question is None or not point.measured or point.tier != "A":
            continue
        if rows[point.family, interval_kind(question)] < ENOUGH_ROWS:
            continue
        log = fitted[i]
        for key in _keys(question, catalog):
            if log is not None:
                seen[key].append(math.log(point.measured) - log)
            if i in left:
                unseen[key].append(math.log(point.measured) - left[i])
    found = {key: _between(seen[key], unseen[key]) for key in sorted(seen) if len(seen[key]) >= ENOUGH_ROWS}
    world = world_of(constants, catalog)
    found["extrapolated"] = _unknown_part(points, fitted, constants, catalog)
    found["assumed"] = _unknown_model(points, fitted, world)
    found["unknown_prompt"] = (0.7, 1.3)
    return found


def _keys(question: Question, catalog: Catalog) -> list[str]:
    kind, engine = interval_kind(question), engine_class(question.engine, question.version)
    model = catalog.model(question.model)
    family = model_family(model) if model is not None else "dense"
    return [kind, f"{kind}:{engine}", f"{kind}:{engine}:{family}"]


def _between(seen: list[float], unseen: list[float]) -> tuple[float, float]:
    """The widest blend of both spreads that still leaves a tenth of the fitted rows outside."""
    inner = np.quantile(seen, [0.1, 0.9])
    outer = np.quantile(unseen, [0.1, 0.9]) if len(unseen) >= ENOUGH_ROWS else inner
    outer = np.array([min(inner[0], outer[0]), max(inner[1], outer[1])])
    for share in (LEFT_OUT_SHARE, 0.75 * LEFT_OUT_SHARE, 0.5 * LEFT_OUT_SHARE, 0.25 * LEFT_OUT_SHARE, 0.0):
        low, high = (1 - share) * inner + share * outer
        if sum(low <= residual <= high for residual in seen) <= MOST_INSIDE * len(seen):
            return _bounds(low, high)
    return _bounds(*inner)


def _bounds(low: float, high: float) -> tuple[float, float]:
    return _figure(min(math.exp(low), 1 / NARROWEST)), _figure(max(math.exp(high), NARROWEST))


def _unknown_part(
    points: Sequence[Point], fitted: Logs, constants: Constants, catalog: Catalog
) -> tuple[float, float]:
    """How far off a part is when only the others of its class are known."""
    apart: list[float] = []
    for part in sorted(constants["devices"]):
        others = {**constants, "devices": {k: v for k, v in constants["devices"].items() if k != part}}
        _, levels = filled(others, catalog)
        world = world_of(others, catalog)
        del levels
        rows = [i for i, p in enumerate(points) if p.question and _is(p.question, part, catalog)]
        logs = log_predictions([q for i in rows if (q := points[i].question)], world)
        apart += [
            own - log
            for i, log in zip(rows, logs, strict=True)
            if log is not None and (own := fitted[i]) is not None
        ]
    return _spread(apart)


def _is(question: Question, part: str, catalog: Catalog) -> bool:
    found = catalog.accelerator(question.gpu)
    return found is not None and found.name == part


def _unknown_model(points: Sequence[Point], fitted: Logs, world: World) -> tuple[float, float]:
    """How far off a language model is when only its parameter counts are known."""
    apart: list[float] = []
    for point, own in zip(points, fitted, strict=True):
        question = point.question
        if question is None or own is None or question.task != "llm_generate":
            continue
        hidden = replace(question, model=f"unknown {question.model}")
        try:
            estimated(hidden)
            apart.append(own - math.log(predict(hidden, world)))
        except RowError:
            continue
    return _spread(apart)


def _spread(apart: list[float]) -> tuple[float, float]:
    return _bounds(*np.quantile(apart, [0.1, 0.9]))


def _figure(value: float) -> float:
    return float(f"{value:.3g}")
