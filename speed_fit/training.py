"""Fit the constants of training speed and write plimsoll/catalog/data/speed/training.json.

    python -m speed_fit.training POINTS.csv...

Needs numpy. Same points, same file. The intervals are residuals of rows whose family of sources was left out.
"""

import json
import math
import sys
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
from numpy.typing import NDArray

from plimsoll.catalog.tables import load
from plimsoll.speed.accuracy.answer import TRAINING
from plimsoll.speed.accuracy.points import Point, RowError
from plimsoll.speed.accuracy.points_file import points_from
from plimsoll.speed.accuracy.training import predict_training, training_job
from plimsoll.speed.accuracy.world import World
from plimsoll.speed.read import load_speed
from plimsoll.speed.training.facts import TrainingConstant, TrainingFacts, training_facts_from
from plimsoll.speed.training.job import TrainingJob
from plimsoll.speed.training.rate import interval_kind, token_s
from speed_fit.training_constants import CONSTANTS

Values = dict[str, float]
Vector = NDArray[np.float64]

TARGET = Path(__file__).parent.parent / "plimsoll" / "catalog" / "data" / "speed" / "training.json"
ROUNDS, SCALE, NUDGE, ENOUGH = 25, 0.15, 1e-3, 3e-4
TYPICAL = 20
"""Rows of a family beyond which each counts less, with the root of their number."""

UNUSABLE = frozenset({"roofline_violation", "non_monotonic_throughput", "untuned", "superlinear"})
ONE_SOURCE_WIDER = 1.1
"""What one family of sources may hide on either side. A judgement."""

TOUCHED = 1e-4
"""A constant touches a row if its prediction moves by more than this when the constant moves by one part."""


@dataclass(frozen=True, slots=True)
class Row:
    """A measured run, its job, and ln(measured × seconds per token), which does not depend on constants."""

    point: Point
    job: TrainingJob
    target: float


def main(arguments: Sequence[str]) -> None:
    """Fit, leave families out, write."""
    rows = rows_of([point for path in arguments for point in points_from(Path(path))])
    known = [row for row in rows if not _assumed(row)]
    values = fit(known)
    apart = {name: fit([r for r in known if r.point.family != name]) for name in families(known)}
    constants = {name: _entry(name, values, known, apart) for name in CONSTANTS}
    kinds = _kinds(rows, constants)
    document = {
        "_comment": "Written by speed_fit/training.py; see speed_fit/README.md. Do not edit by hand.",
        "constants": constants,
        "intervals": _intervals(rows, kinds, values, apart),
    }
    TARGET.write_text(json.dumps(document, indent=1) + "\n")
    report(rows, kinds, values, apart)


def _kinds(rows: Sequence[Row], constants: Mapping[str, Any]) -> list[str]:
    facts = training_facts_from({"constants": constants, "intervals": {}})
    return [interval_kind(facts, row.job) for row in rows]


def rows_of(points: Sequence[Point]) -> list[Row]:
    """Take the rows that say enough: language models and encoders with the tokens of a sample."""
    world = World(load(), load_speed(), facts_of({}))
    found: list[Row] = []
    for point in points:
        question = point.question
        if question is None or question.task not in TRAINING or not point.measured or point.tier == "C":
            continue
        try:
            job, value = training_job(question, world), predict_training(question, world)
        except RowError:
            continue
        if not UNUSABLE & set(point.flags):
            base = math.log(value * token_s(world.training, job))
            found.append(Row(point, job, math.log(point.measured) - base))
    return found


def families(rows: Sequence[Row]) -> list[str]:
    """Name the families of sources."""
    return sorted({row.point.family for row in rows})


def facts_of(values: Mapping[str, float]) -> TrainingFacts:
    """Make facts of some constants, the others where they begin."""
    constants = {
        name: TrainingConstant(values.get(name, begun.value), _basis(name, ()), 0, (), {}, begun.source)
        for name, begun in CONSTANTS.items()
    }
    kinds = ("tuned_or_standard", "plain", "mixture", "encoder", "assumed")
    return TrainingFacts(constants, dict.fromkeys(kinds, (1.0, 1.0)))


def fit(rows: Sequence[Row]) -> Values:
    """Levenberg-Marquardt on ln(predicted ÷ measured), soft beyond 15 %, with a prior on every constant."""
    names = [name for name, begun in CONSTANTS.items() if begun.width]
    begun = np.log([CONSTANTS[name].value for name in names])
    widths = np.array([CONSTANTS[name].width for name in names])
    weights = _weights(rows)

    def cost(at: Vector, off: Vector) -> float:
        soft = 2 * (np.sqrt(1 + (off / SCALE) ** 2) - 1)
        return float(np.sum(weights**2 * soft) + np.sum(((at - begun) / widths) ** 2))

    at, damping = begun.copy(), 1e-2
    off = residuals(_values(names, at), rows)
    for _ in range(ROUNDS):
        slope = np.stack([_slope(names, at, k, off, rows) for k in range(len(names))], axis=1) / SCALE
        pull = weights**2 / np.sqrt(1 + (off / SCALE) ** 2)
        normal = slope.T @ (pull[:, None] * slope) + np.diag(widths**-2.0)
        gradient = slope.T @ (pull * off / SCALE) + (at - begun) / widths**2
        before = cost(at, off)
        for _ in range(12):
            step = -np.linalg.solve(normal + damping * np.diag(np.diag(normal)), gradient)
            there = at + np.clip(step, -0.7, 0.7)
            off_there = residuals(_values(names, there), rows)
            if cost(there, off_there) < before:
                break
            damping *= 4
        else:
            break
        gain = 1 - cost(there, off_there) / before
        at, off, damping = there, off_there, max(damping / 4, 1e-6)
        if gain < ENOUGH:
            break
    return _values(names, at)


def residuals(values: Mapping[str, float], rows: Sequence[Row]) -> Vector:
    """ln(predicted ÷ measured) of rows."""
    facts = facts_of(values)
    return np.array([-math.log(token_s(facts, row.job)) - row.target for row in rows])


def _values(names: Sequence[str], at: Vector) -> Values:
    return {name: math.exp(value) for name, value in zip(names, at, strict=True)}


def _slope(names: Sequence[str], at: Vector, k: int, off: Vector, rows: Sequence[Row]) -> Vector:
    nudged = at.copy()
    nudged[k] += NUDGE
    return (residuals(_values(names, nudged), rows) - off) / NUDGE


def _weights(rows: Sequence[Row]) -> Vector:
    """Large families count less per row; a run told twice (tokens and MFU) counts once."""
    count = Counter(row.point.family for row in rows)
    twice = {
        _run(row) for row in rows if row.point.question is not None and row.point.question.metric == "mfu"
    }
    return np.array(
        [
            min(1.0, math.sqrt(TYPICAL / count[row.point.family])) * (0.7 if _run(row) in twice else 1.0)
            for row in rows
        ]
    )


def _run(row: Row) -> tuple[object, ...]:
    question = row.point.question
    assert question is not None
    shape = (question.model, question.gpu, question.gpus, question.isl, question.load, question.weights)
    return (row.point.family, *shape)


def _assumed(row: Row) -> bool:
    return facts_of({}).share(row.job.accelerator).basis == "assumed"


def _basis(name: str, named: Sequence[str]) -> str:
    if not CONSTANTS[name].width:
        return "assumed"
    return "one_source" if len(named) == 1 else "fitted"


def _entry(name: str, values: Values, rows: Sequence[Row], apart: Mapping[str, Values]) -> dict[str, Any]:
    """One constant of the file; one that no row touches is assumed."""
    moved = residuals({**values, name: values.get(name, CONSTANTS[name].value) * 2}, rows)
    touched = [
        row for row, a, b in zip(rows, moved, residuals(values, rows), strict=True) if abs(a - b) > TOUCHED
    ]
    named = families(touched)
    return {
        "value": _digits(values.get(name, CONSTANTS[name].value)),
        "basis": _basis(name, named) if touched else "assumed",
        "rows": len(touched),
        "families": named,
        "without": {family: _digits(apart[family].get(name, CONSTANTS[name].value)) for family in named},
        "source": CONSTANTS[name].source,
    }


def _intervals(
    rows: Sequence[Row], kinds: Sequence[str], values: Values, apart: Mapping[str, Values]
) -> dict[str, list[float]]:
    """Measured ÷ predicted at 10 and 90 %, of rows whose family was left out, by kind of run."""
    found: defaultdict[str, list[float]] = defaultdict(list)
    sources: defaultdict[str, set[str]] = defaultdict(set)
    for kind, row, off in zip(kinds, rows, _left_out(rows, values, apart), strict=True):
        found[kind].append(-off)
        sources[kind].add(row.point.family)
    return {kind: _edges(found[kind], alone=len(sources[kind]) == 1) for kind in sorted(found)}


def _left_out(rows: Sequence[Row], values: Values, apart: Mapping[str, Values]) -> list[float]:
    """ln(predicted ÷ measured) of each row by a fit that never saw its family."""
    found: dict[int, float] = {}
    for name in families(rows):
        places = [i for i, row in enumerate(rows) if row.point.family == name]
        offs = residuals(apart.get(name, values), [rows[i] for i in places])
        found |= {i: float(off) for i, off in zip(places, offs, strict=True)}
    return [found[i] for i in range(len(rows))]


def _edges(residuals_: Sequence[float], *, alone: bool) -> list[float]:
    """Edges of the middle 80 %; wider where all rows are of one family."""
    wider = ONE_SOURCE_WIDER if alone else 1.0
    low, high = np.quantile(residuals_, [0.1, 0.9])
    return [_digits(math.exp(low) / wider), _digits(math.exp(high) * wider)]


def _digits(value: float) -> float:
    return float(f"{value:.4g}")


def report(rows: Sequence[Row], kinds: Sequence[str], values: Values, apart: Mapping[str, Values]) -> None:
    """Print errors by kind and by family: as fitted, and with the family left out; on stderr."""
    seen = [abs(math.expm1(off)) for off in residuals(values, rows)]
    unseen = [abs(math.expm1(off)) for off in _left_out(rows, values, apart)]
    sets: defaultdict[str, list[int]] = defaultdict(list)
    for i, (kind, row) in enumerate(zip(kinds, rows, strict=True)):
        for title in ("encoders" if row.job.encodes else "language models", kind, row.point.family):
            sets[title].append(i)
    for title, places in sets.items():
        pair = ([errors[i] for i in places] for errors in (seen, unseen))
        told = (f"{median(errors):6.1%} (p90 {np.quantile(errors, 0.9):6.1%})" for errors in pair)
        sys.stderr.write(f"{title:26} {len(places):4}  MdAPE {'  left out '.join(told)}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
