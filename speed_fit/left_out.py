"""Every row is predicted by constants that never saw its group: its model, accelerator or configuration.

A group is left out by three steps of the descent that fitted the constants: residuals are computed anew each
time, the slope of the other rows stays that at the constants. Against whole fits without a model the
residuals of its rows correlate with 0.96 to 0.999, at a thirtieth of the time. A constant that no row speaks
about any more returns to where it starts, and a part without rows takes the level of its class, as in a plan.
What only whole requests use is then fitted anew to its end, beside what that descent left of the rest. It
takes seconds; three steps had put L4's share so near its start that the level of its class stood for it, and
with RetinaNet left out 16 of its 42 rows came out 30 to 80 % too fast.
"""

import math
from collections import defaultdict
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from plimsoll.catalog.facts import Catalog
from plimsoll.engines.benchmarked import REFERENCE
from plimsoll.speed.accuracy.answer import asked, measured_as
from plimsoll.speed.accuracy.points import Point, Question
from plimsoll.speed.accuracy.world import World
from plimsoll.speed.evidence import DISTANCES, Distance, Evidence, Sought
from speed_fit.fitting import SCALE, Fit, Vector, log_predictions, world_of
from speed_fit.parameters import Constants
from speed_fit.reviewed import reviewed
from speed_fit.whole import fitted_whole, is_whole

STEPS = 3
MOST_STEP = 1.5
"""A constant left without its rows moves this much in ln at most in one step."""

Out = Literal["configuration", "model", "accelerator", "engine"]
"""What is left out; with an engine, the accelerator too."""

Seen = dict[str, dict[str, list[str]]]


@dataclass(frozen=True, slots=True)
class Unseen:
    """A row whose group was left out of the fit: how far it was then, and ln(predicted / measured)."""

    point: Point
    out: Out
    group: str
    sought: Sought
    distance: Distance
    off: float

    @property
    def predicted(self) -> float:
        """What was predicted, in the metric's own unit."""
        return (self.point.measured or 0.0) * math.exp(self.off)


def unseen(points: Sequence[Point], constants: Constants, catalog: Catalog) -> list[Unseen]:
    """Leave out every configuration, model and accelerator in turn, and accelerators with their engine."""
    descent = _Descent(Fit(points, catalog, lambda _: None), constants)
    models, parts = [point.group for point in points], [_part(point, catalog) for point in points]
    return [
        *_configurations(points, descent, catalog),
        *_groups("model", models, points, descent, catalog),
        *_groups("accelerator", parts, points, descent, catalog),
    ]


def counted(left: Sequence[Unseen]) -> list[Unseen]:
    """Those that count: rows of the fit that were flagged since are in no width and in no score."""
    struck = {point.id for point in reviewed([each.point for each in left]) if point.tier != "A"}
    return [each for each in left if each.point.id not in struck]


def seen(points: Sequence[Point], catalog: Catalog) -> Seen:
    """The models that were measured on each accelerator under each engine."""
    found: defaultdict[str, defaultdict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for question in (point.question for point in points):
        if question is not None and (part := catalog.accelerator(question.gpu)):
            found[part.name][measured_as(question)].add(_name(question, catalog))
    return {
        part: {engine: sorted(models) for engine, models in sorted(engines.items())}
        for part, engines in sorted(found.items())
    }


class _Descent:
    """The last steps of a fit, without some of its rows."""

    def __init__(self, fit: Fit, constants: Constants) -> None:
        self._fit = fit
        self.constants = constants
        self._at, self._logs, self._slope = fit.standing(constants)

    def without(self, rows: NDArray[np.bool_]) -> Constants:
        """The constants that the other rows lead to."""
        at, logs, kept = self._at, self._logs, ~rows
        for step in range(STEPS):
            off = (logs - self._fit.measured) / SCALE
            at = at + np.clip(self._fit.step(at, off, self._slope, kept), -MOST_STEP, MOST_STEP)
            if step < STEPS - 1:
                logs = self._fit.logs(at)
        return self._fit.constants(at)

    def one_by_one(self, groups: Sequence[Hashable]) -> Vector:
        """ln(predicted / measured) of each row without its group, by one linear step: for small groups."""
        off = (self._logs - self._fit.measured) / SCALE
        pull, normal, gradient = self._fit.pulled(self._at, off, self._slope)
        inverse = np.linalg.inv(normal)
        still, found = -inverse @ gradient, off.copy()
        for own in _rows_of(groups):
            part = self._slope[own]
            spread = inverse @ part.T
            rest = np.linalg.inv(np.diag(1 / pull[own]) - part @ spread)
            back = still + inverse @ (part.T @ (pull[own] * off[own]))
            step = back + spread @ (rest @ (part @ back)) - still
            found[own] += part @ np.clip(step, -MOST_STEP, MOST_STEP)
        return found * SCALE


def _configurations(points: Sequence[Point], descent: _Descent, catalog: Catalog) -> Iterator[Unseen]:
    world = _knowing(points, world_of(descent.constants, catalog), catalog)
    offs = descent.one_by_one([_configuration(point) for point in points])
    for point, off in zip(points, offs, strict=True):
        yield from _row("configuration", point.group, point, world, float(off))


def _groups(
    out: Out, names: Sequence[str], points: Sequence[Point], descent: _Descent, catalog: Catalog
) -> Iterator[Unseen]:
    for name in sorted(set(names)):
        rows = np.array([each == name for each in names])
        constants = descent.without(rows)
        if out == "accelerator":
            constants["devices"].pop(name, None)
        others = [point for point, own in zip(points, rows, strict=True) if not own]
        left = [point for point, own in zip(points, rows, strict=True) if own]
        if any(map(is_whole, left)):
            constants = fitted_whole(others, catalog, constants, lambda _: None)
        world = _knowing(others, world_of(constants, catalog), catalog)
        yield from _predicted(out, name, left, world)
        if out == "accelerator":
            yield from _predicted("engine", name, [_any_engine(p) for p in left if _language(p)], world)


def _predicted(out: Out, name: str, points: Sequence[Point], world: World) -> Iterator[Unseen]:
    logs = log_predictions([point.question for point in points if point.question], world)
    for point, log in zip(points, logs, strict=True):
        if log is not None and point.measured:
            yield from _row(out, name, point, world, log - math.log(point.measured))


def _row(out: Out, group: str, point: Point, world: World, off: float) -> Iterator[Unseen]:
    """Clean rows alone."""
    if point.tier == "A" and point.question is not None:
        sought = asked(point.question, world)
        near = world.facts.evidence.distance(sought)
        yield Unseen(point, out, group, sought, DISTANCES[-1] if out == "engine" else near, off)


def _knowing(points: Sequence[Point], world: World, catalog: Catalog) -> World:
    """The world whose evidence is these points."""
    near = {
        part: {engine: tuple(models) for engine, models in engines.items()}
        for part, engines in seen(points, catalog).items()
    }
    evidence = Evidence(seen=near, spread=dict.fromkeys(DISTANCES, 0.0), crowded=1.0, alone=1.0)
    return World(catalog, replace(world.facts, evidence=evidence))


def _any_engine(point: Point) -> Point:
    assert point.question is not None
    return replace(point, question=replace(point.question, engine=REFERENCE, version=""))


def _language(point: Point) -> bool:
    return point.question is not None and point.question.task.startswith("llm")


def _rows_of(groups: Sequence[Hashable]) -> list[list[int]]:
    found: defaultdict[Hashable, list[int]] = defaultdict(list)
    for place, group in enumerate(groups):
        found[group].append(place)
    return list(found.values())


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
