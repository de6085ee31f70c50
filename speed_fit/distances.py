"""The half-widths of intervals by distance from evidence, from residuals of groups that were left out.

No residual of the fit is used. `seen` leaves one configuration out, `accelerator` every row of a model,
`engine` every row of an accelerator, `sheet` an accelerator and, of language models, the engine. Each group
weighs the same. A model or configuration is left out in one step of the descent from the constants (the
normal matrix and gradient without its rows), an accelerator by giving it the level of its class.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Hashable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from plimsoll.catalog.facts import Catalog
from plimsoll.engines.benchmarked import REFERENCE
from plimsoll.speed.accuracy.answer import interval_kind
from plimsoll.speed.accuracy.points import Point, Question
from plimsoll.speed.evidence import DISTANCES, QUEUED
from speed_fit.fitting import Fit, Logs, engine_of, log_predictions, world_of
from speed_fit.parameters import Constants

INSIDE = 0.8
CROWDED = 1.2
"""Wider for mixtures and queued first tokens. Chosen among 1, 1.2, 1.35 and 1.5 so that the subset with
the least coverage has the most."""

MOST_STEP = 1.5
"""A constant left without its rows moves this much in ln at most."""

Residual = tuple[str, str, float]
"""Distance, group, |ln(predicted / measured)| without the width that a crowd adds."""


def evidence(points: Sequence[Point], constants: Constants, catalog: Catalog) -> dict[str, Any]:
    """Everything that a plan needs to know about evidence, as the data file holds it."""
    residuals = [*_known_parts(points, constants, catalog), *_unknown_parts(points, constants, catalog)]
    spread = {distance: _figure(_spread(residuals, distance)) for distance in DISTANCES}
    return {"seen": seen(points, catalog), "spread": spread, "crowded": CROWDED}


def seen(points: Sequence[Point], catalog: Catalog) -> dict[str, dict[str, list[str]]]:
    """The models that were measured on each accelerator under each engine."""
    found: defaultdict[str, defaultdict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for question in (point.question for point in points):
        if question is not None and (part := catalog.accelerator(question.gpu)):
            found[part.name][engine_of(question)].add(_name(question, catalog))
    return {
        part: {engine: sorted(models) for engine, models in sorted(engines.items())}
        for part, engines in sorted(found.items())
    }


def _known_parts(points: Sequence[Point], constants: Constants, catalog: Catalog) -> list[Residual]:
    """Leave out configurations, and models where others were measured on the part under the engine."""
    fit = Fit(points, catalog, lambda _: None)
    places = [(_part(point, catalog), _engine(point)) for point in points]
    groups = defaultdict[tuple[str, str], set[str]](set)
    for point, place in zip(points, places, strict=True):
        groups[place].add(point.group)
    configurations = fit.without(constants, [_configuration(point) for point in points], MOST_STEP)
    models = fit.without(constants, [point.group for point in points], MOST_STEP)
    found: list[Residual] = []
    for i, (point, place) in enumerate(zip(points, places, strict=True)):
        if point.tier != "A":
            continue
        found.append(_residual("seen", point.group, configurations[i], point, catalog))
        if len(groups[place]) > 1:
            found.append(_residual("accelerator", point.group, models[i], point, catalog))
    return found


def _unknown_parts(points: Sequence[Point], constants: Constants, catalog: Catalog) -> list[Residual]:
    """Leave out accelerators, and their engine with them."""
    found: list[Residual] = []
    for part in sorted(constants["devices"]):
        rows = [p for p in points if p.tier == "A" and _part(p, catalog) == part]
        others = {name: device for name, device in constants["devices"].items() if name != part}
        world = world_of({**constants, "devices": others}, catalog)
        asked = [p.question for p in rows if p.question]
        engines = log_predictions(asked, world)
        sheets = log_predictions([_any_engine(question) for question in asked], world)
        found += _of_part("engine", part, rows, engines, catalog)
        found += _of_part("sheet", part, rows, sheets, catalog)
    return found


def _of_part(distance: str, part: str, rows: Sequence[Point], logs: Logs, catalog: Catalog) -> list[Residual]:
    return [
        _residual(distance, part, log - math.log(point.measured), point, catalog)
        for point, log in zip(rows, logs, strict=True)
        if log is not None and point.measured
    ]


def _any_engine(question: Question) -> Question:
    language = question.task.startswith("llm")
    return replace(question, engine=REFERENCE, version="") if language else question


def _residual(distance: str, group: str, off: float, point: Point, catalog: Catalog) -> Residual:
    assert point.question is not None
    model = catalog.model(point.question.model)
    mixture = model is not None and model.experts is not None
    crowded = mixture or interval_kind(point.question) in QUEUED
    return distance, group, abs(off) / (CROWDED if crowded else 1.0)


def _spread(residuals: Sequence[Residual], distance: str) -> float:
    """The width inside which four of five lie, each group weighing the same."""
    own = sorted((off, group) for away, group, off in residuals if away == distance)
    rows = Counter(group for _, group in own)
    reached = np.cumsum([1 / rows[group] for _, group in own]) / len(rows)
    return own[int(np.searchsorted(reached, INSIDE))][0]


def _configuration(point: Point) -> Hashable:
    q = point.question
    assert q is not None
    setup = (q.gpu, q.tp, q.weights, q.engine, q.version)
    return point.family, point.group, *setup, q.isl, q.osl, q.load


def _name(question: Question, catalog: Catalog) -> str:
    model = catalog.model(question.model)
    return model.name if model is not None else question.model


def _part(point: Point, catalog: Catalog) -> str:
    part = catalog.accelerator(point.question.gpu) if point.question else None
    return part.name if part is not None else ""


def _engine(point: Point) -> str:
    return engine_of(point.question) if point.question else ""


def _figure(value: float) -> float:
    return float(f"{value:.3g}")
