"""The fit: Levenberg-Marquardt on ln(predicted / measured), robust, with a prior on every constant."""

import copy
import math
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from statistics import median
from typing import Any

import numpy as np
from numpy.typing import NDArray

from plimsoll.catalog.facts import Catalog
from plimsoll.engines.benchmarked import BATCHED, engine_class
from plimsoll.speed.accuracy.answer import TRAINING, predict
from plimsoll.speed.accuracy.llm import weights_bytes
from plimsoll.speed.accuracy.points import Point, Question, RowError
from plimsoll.speed.accuracy.world import World
from plimsoll.speed.evidence import DISTANCES
from plimsoll.speed.facts import facts_from
from speed_fit.parameters import (
    BESIDE,
    DEVICE,
    MOVED,
    OF_TEXT,
    Constants,
    Path,
    filled,
    flat,
    moved,
    put,
    start,
    width,
)

Vector = NDArray[np.float64]

Logs = list[float | None]

SCALE = 0.15
"""Residuals beyond 15 % count linearly, not squared (soft L1)."""

NUDGE = 1e-3
SAID = 0.5
"""Data speak of a constant of which they leave less than this share of the width before them."""

ENOUGH = 2e-4

_UNUSABLE = frozenset(
    {"queueing_ttft", "littles_law_gt_15pct", "roofline_violation", "non_monotonic_throughput"}
)
MOST_CLIENTS = 64
"""Beyond it a closed loop's first token is all queue."""

CLOSED_TTFT_WEIGHT = 0.6
"""First tokens of closed loops say less about hardware, and much about how clients start."""

_TTFT_UNDER_LOAD = ("sparecores-vllm", "splitwise")


def engine_of(question: Question) -> str:
    """The engine class of a question."""
    return engine_class(question.engine, question.version)


def usable(point: Point) -> bool:
    """Rows to fit on: measured, possible, and with inputs that decide; training has its own fit."""
    question = point.question
    if question is None or question.task in TRAINING or not point.measured or point.tier == "C":
        return False
    flags = set(point.flags)
    if flags & _UNUSABLE or ("isl_unknown" in flags and question.task == "llm_generate"):
        return False
    crowded = question.metric == "ttft_ms" and question.load is not None and question.load > MOST_CLIENTS
    return not crowded or point.family in _TTFT_UNDER_LOAD


def possible(points: Sequence[Point], catalog: Catalog) -> list[Point]:
    """Rows to fit on whose weights fit into the memory of the accelerators that they name.

    Eleven do not (Qwen3-235B in fp8 on one H200): what was run is not what the row says.
    """
    return [point for point in points if usable(point) and _fits(point, catalog)]


def _fits(point: Point, catalog: Catalog) -> bool:
    question = point.question
    part = catalog.accelerator(question.gpu) if question else None
    arch = catalog.model(question.model) if question else None
    if question is None or part is None or arch is None or not question.task.startswith("llm"):
        return True
    return weights_bytes(question, arch) <= part.memory_bytes * question.tp * question.pp


def weights_of(points: Sequence[Point]) -> list[float]:
    """Large families count less per row; rows with a caveat count less still.

    Half-billion-parameter models are flagged because overhead bounds them: for fitting overhead they
    are the best rows there are, and count in full.
    """
    rows = Counter((p.family, p.question.metric) for p in points if p.question)
    found: list[float] = []
    for point in points:
        assert point.question is not None
        own = min(1.0, math.sqrt(150 / rows[point.family, point.question.metric]))
        if (
            point.group == "ResNet-50"
            and point.family == "mlperf-inference"
            and point.question.scenario == "offline"
        ):
            own *= 2
        if point.question.metric == "ttft_ms" and point.question.scenario == "online-slo":
            own *= 1.0 if point.family in _TTFT_UNDER_LOAD else CLOSED_TTFT_WEIGHT
        if point.tier != "A":
            overhead = "overhead_bound" in point.flags and point.family == "sparecores-vllm"
            own *= 1.0 if overhead else 0.1 if point.question.weights == "bnb4" else 0.4
        found.append(own)
    return found


NO_INTERVALS = {
    "evidence": {"seen": {}, "spread": dict.fromkeys(DISTANCES, 0.0), "crowded": 1.0, "alone": 1.0},
}
"""Intervals are of no use while fitting."""


def world_of(constants: Constants, catalog: Catalog) -> World:
    """The world with these constants."""
    full, levels = filled(constants, catalog)
    document = copy.deepcopy(full)
    for device in document["devices"].values():
        device["points"] = 1
    document["classes"] = {name: {**level, "points": 0} for name, level in levels.items()}
    document |= {**NO_INTERVALS, "fitted": 0}
    return World(catalog, facts_from(document))


def centred(constants: Constants, points: Sequence[Point], catalog: Catalog) -> Constants:
    """Put each part's share for convolutions where the median offline run of it is met exactly.

    Nothing else uses that share, and runs of one network on one part differ by a few percent only, so
    their median says more than a compromise with server runs, whose load generators differ.
    """
    offline = [
        p for p in points if p.question and p.question.task == "vision" and p.question.scenario == "offline"
    ]
    tuned = [
        p
        for p in offline
        if p.tier == "A" and p.question and p.question.load is None and p.group == "ResNet-50"
    ]
    logs = log_predictions([p.question for p in tuned if p.question], world_of(constants, catalog))
    off: defaultdict[str, list[float]] = defaultdict(list)
    for point, log in zip(tuned, logs, strict=True):
        part = catalog.accelerator(point.question.gpu) if point.question else None
        if part is not None and log is not None and point.measured:
            off[part.name].append(math.log(point.measured) - log)
    found, stood = copy.deepcopy(constants), filled(constants, catalog)[0]["devices"]
    for name, residuals in off.items():
        share = stood[name]["vision"] * math.exp(median(residuals))
        beside = DEVICE["vision"] * math.exp(BESIDE)
        found["devices"][name]["vision"] = share if moved(share, DEVICE["vision"]) else beside
    return found


def log_predictions(questions: Sequence[Question], world: World) -> list[float | None]:
    """ln(predicted) of each question; None where there is no answer."""
    found: list[float | None] = []
    for question in questions:
        try:
            found.append(math.log(predict(question, world)))
        except RowError:
            found.append(None)
    return found


class Fit:
    """One fit over a set of points."""

    def __init__(self, points: Sequence[Point], catalog: Catalog, say: Callable[[str], Any]) -> None:
        self.catalog = catalog
        self.say = say
        self.begun = start(points, catalog)
        self.questions = [p.question for p in points if p.question]
        self.measured = np.log([p.measured for p in points])
        self.weights = np.array(weights_of(points))
        touched = {
            path: [i for i, q in enumerate(self.questions) if self._touches(path, q)]
            for path, _ in flat(self.begun)
        }
        self.paths = [path for path, rows in touched.items() if rows]
        self.rows = [touched[path] for path in self.paths]
        starts = dict(flat(self.begun))
        self.prior = np.array([math.log(starts[path]) for path in self.paths])
        self.widths = np.array([width(path) for path in self.paths])

    def run(self, rounds: int, near: Constants | None = None) -> Constants:
        """Descend, from the starts or from constants that are `near`, until a round gains little.

        Where the descent begins changes its length, not its end: the cost holds these rows alone.
        """
        at = self._at(near or {})
        logs = self._logs(at, range(len(self.questions)))
        cost, damping = self._cost(at, logs), 1e-2
        normal = np.diag(self.widths**-2.0)
        for round_ in range(rounds):
            normal, gradient = self._normal(at, logs)
            for _ in range(14):
                step = -np.linalg.solve(normal + damping * np.diag(np.diag(normal)), gradient)
                there = at + np.clip(step, -0.7, 0.7)
                logs_there = self._logs(there, range(len(self.questions)))
                cost_there = self._cost(there, logs_there)
                if cost_there < cost:
                    break
                damping *= 4
            else:
                break
            gain = (cost - cost_there) / cost
            at, logs, cost, damping = there, logs_there, cost_there, max(damping / 4, 1e-6)
            self.say(f"round {round_}: cost {cost:.1f}, gain {gain:.1e}")
            if gain < ENOUGH:
                break
        return self.constants(self._told(at, normal))

    def _told(self, at: Vector, normal: Vector) -> Vector:
        """Put what data leave where it begins just beside it: else its class would stand for its own rows."""
        left = np.sqrt(np.diag(np.linalg.inv(normal))) / self.widths
        off = at - self.prior
        near = (np.abs(off) <= MOVED) & (left < SAID)
        return np.where(near, self.prior + BESIDE, at)

    def _at(self, near: Constants) -> Vector:
        """The logarithms of constants; a constant that is not there stands where it starts."""
        known = dict(flat(near))
        return np.array(
            [math.log(known[p]) if p in known else v for p, v in zip(self.paths, self.prior, strict=True)]
        )

    def constants(self, at: Vector) -> Constants:
        """The constants whose logarithms these are."""
        constants = copy.deepcopy(self.begun)
        for path, value in zip(self.paths, at, strict=True):
            put(constants, path, math.exp(value))
        return constants

    def _logs(self, at: Vector, rows: Sequence[int] | range) -> Vector:
        world = self._raw_world(self.constants(at))
        found = log_predictions([self.questions[i] for i in rows], world)
        return np.array(
            [self.measured[i] if log is None else log for i, log in zip(rows, found, strict=True)]
        )

    def _raw_world(self, constants: Constants) -> World:
        document = copy.deepcopy(constants)
        for device in document["devices"].values():
            device["points"] = 1
        document["classes"] = {"other": next(iter(document["devices"].values()))}
        document |= {**NO_INTERVALS, "fitted": 0}
        return World(self.catalog, facts_from(document))

    def _cost(self, at: Vector, logs: Vector) -> float:
        off = (logs - self.measured) / SCALE
        soft = 2 * (np.sqrt(1 + off * off) - 1)
        pull = (at - self.prior) / self.widths
        return float(np.sum(self.weights**2 * soft) + pull @ pull)

    def _normal(self, at: Vector, logs: Vector) -> tuple[Vector, Vector]:
        off, slope = (logs - self.measured) / SCALE, self._slope(at, logs)
        _, normal, gradient = self.pulled(at, off, slope)
        return normal, gradient

    def _slope(self, at: Vector, logs: Vector) -> Vector:
        """How residuals answer to constants."""
        slope = np.zeros((len(logs), len(at)))
        for k, rows in enumerate(self.rows):
            nudged = at.copy()
            nudged[k] += NUDGE
            slope[rows, k] = (self._logs(nudged, rows) - logs[rows]) / NUDGE / SCALE
        return slope

    def standing(self, constants: Constants) -> tuple[Vector, Vector, Vector]:
        """Where constants stand: their logarithms, those of the predictions, and how residuals answer."""
        at = self._at(constants)
        logs = self.logs(at)
        return at, logs, self._slope(at, logs)

    def step(self, at: Vector, off: Vector, slope: Vector, kept: NDArray[np.bool_]) -> Vector:
        """One step of the descent with the kept rows alone."""
        _, normal, gradient = self.pulled(at, off, slope, kept)
        return -np.linalg.solve(normal, gradient)

    def pulled(
        self, at: Vector, off: Vector, slope: Vector, kept: NDArray[np.bool_] | None = None
    ) -> tuple[Vector, Vector, Vector]:
        """Weights of rows, normal matrix and gradient; soft L1 by iteratively reweighted squares."""
        pull = self.weights**2 / np.sqrt(1 + off * off)
        pull = pull if kept is None else np.where(kept, pull, 0.0)
        normal = slope.T @ (pull[:, None] * slope) + np.diag(self.widths**-2.0)
        return pull, normal, slope.T @ (pull * off) + (at - self.prior) / self.widths**2

    def logs(self, at: Vector) -> Vector:
        """The logarithms of all predictions."""
        return self._logs(at, range(len(self.questions)))

    def _touches(self, path: Path, question: Question) -> bool:
        """Whether a constant can change the answer of a question."""
        kind, name, last = path[0], path[1] if len(path) > 1 else "", path[-1]
        llm = question.task.startswith("llm")
        if kind == "tasks":
            return llm == (name in OF_TEXT)
        engine = engine_class(question.engine, question.version)
        engine = engine if llm else BATCHED.get(engine, engine)
        if kind == "devices":
            part = self.catalog.accelerator(question.gpu)
            of_llm = last not in ("batch", "vision") and (last != "dequant" or engine == "llamacpp")
            whole = last in ("batch", "vision", "host", "bandwidth")
            return part is not None and part.name == name and (of_llm if llm else whole)
        if kind == "engines":
            return engine == name
        if kind == "precisions":
            return name.split(":")[0] == question.weights
        return kind != "links" or question.gpus > 1
