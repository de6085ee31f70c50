"""A fleet for a rate within a limit on the time per output token: how many requests each replica may hold.

A machine was measured at several loads. It holds a limit up to the load at which its time per output token
reaches it, interpolated between loads in logarithms, and carries load ÷ time there. A buyer reads both from
the prediction, with times that the confidence makes longer, and counts replicas; what is measured says how
many were enough. A load whose requests mostly wait for their first token is not what a replica decodes, and
says nothing here.
"""

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from plimsoll.catalog.facts import Catalog
from plimsoll.sizing.latency_limits import margin
from plimsoll.speed.accuracy.answer import Answer
from plimsoll.speed.accuracy.points import Point, Question
from speed_fit.decisions import Machine, market_of, usd_per_accelerator

LIMITS_MS = (15.0, 25.0, 50.0, 100.0)
"""Limits that specs ask for. Written down before anything was scored."""

LEAST_MACHINES = 4
LEAST_PARTS = 2
LEAST_LOADS = 2

MOST_WAITING = 0.2
"""A share of a request's time before its first token; beyond it a load is a queue."""

Config = tuple[object, ...]
Row = tuple[float, float, float, float]
"""Load, milliseconds per output token measured and predicted, high ÷ predicted."""

Line = tuple[tuple[float, float], ...]
"""Load and milliseconds per output token, by load."""


@dataclass(frozen=True, slots=True)
class Within:
    """One machine under a limit: its times measured and predicted by load, high ÷ predicted, USD an hour."""

    limit_ms: float
    true: Line
    said: Line
    spread: float
    usd: float

    @property
    def measured(self) -> float:
        """Tokens per second that it carries within the limit; 0 where it never holds it."""
        return carried(self.true, self.limit_ms)

    def held(self, confidence: float) -> float:
        """Tokens per second that it is said to carry within the limit at a confidence.

        Times are then longer than estimated at every load, and of a given rate more is in flight.
        """
        slower = margin({"tpot": (1.0, self.spread)}, "tpot", confidence)
        return carried([(load, ms * slower) for load, ms in self.said], self.limit_ms)


def carried(line: Sequence[tuple[float, float]], limit_ms: float) -> float:
    """Tokens per second at the largest load that holds a limit; a longer load is never taken to be faster."""
    if line[0][1] > limit_ms:
        return 0.0
    for (load, ms), (more, longer) in pairwise(line):
        if longer > limit_ms:
            share = math.log(limit_ms / ms) / math.log(longer / ms)
            return load * (more / load) ** share / limit_ms * 1000
    load, ms = line[-1]
    return load / ms * 1000


def first_tokens(points: Sequence[Point]) -> dict[Config, float]:
    """The measured milliseconds to the first token of each configuration, whatever their tier."""
    return {
        _config(point, point.question): point.measured
        for point in points
        if point.question is not None and point.question.metric == "ttft_ms" and point.measured
    }


def within(
    points: Sequence[Point], answers: Sequence[Answer], catalog: Catalog, waits: Mapping[Config, float]
) -> list[list[Within]]:
    """Every market under every limit that machines of two accelerators or more hold in truth."""
    found: list[list[Within]] = []
    for machines in _markets(points, answers, catalog, waits):
        for limit in LIMITS_MS:
            own = {machine: replace(each, limit_ms=limit) for machine, each in machines.items()}
            if len({part for (part, *_), each in own.items() if each.measured}) >= LEAST_PARTS:
                found.append(list(own.values()))
    return found


def _markets(
    points: Sequence[Point], answers: Sequence[Answer], catalog: Catalog, waits: Mapping[Config, float]
) -> list[dict[Machine, Within]]:
    prices = usd_per_accelerator(catalog)
    grouped: defaultdict[Config, defaultdict[Machine, list[Row]]] = defaultdict(lambda: defaultdict(list))
    for point, given in zip(points, answers, strict=True):
        question = point.question
        if question is None or not _decodes(point, question, waits):
            continue
        part = catalog.accelerator(question.gpu)
        if part is not None and part.name in prices and given.predicted and given.high:
            row = (question.load or 0.0, point.measured or 0.0, given.predicted, given.high / given.predicted)
            family, group, isl, osl, _, engine = market_of(point, question)
            machine = (part.name, question.gpus, question.weights)
            grouped[family, group, isl, osl, engine][machine].append(row)
    markets = [
        {
            machine: _of_rows(rows, prices[machine[0]] * machine[1])
            for machine, rows in own.items()
            if len({load for load, *_ in rows}) >= LEAST_LOADS
        }
        for own in grouped.values()
    ]
    return [own for own in markets if len(own) >= LEAST_MACHINES]


def _decodes(point: Point, question: Question, waits: Mapping[Config, float]) -> bool:
    """Say whether a clean row tells the time per output token at a load that the replica decodes."""
    if question.metric != "tpot_ms" or point.tier != "A" or not question.load or not point.measured:
        return False
    wait = waits.get(_config(point, question), 0.0)
    return wait <= MOST_WAITING * (wait + (question.osl or 0.0) * point.measured)


def _config(point: Point, question: Question) -> Config:
    q = question
    machine = (q.gpu, q.gpus, q.tp, q.weights, q.engine, q.version)
    return point.family, point.group, *machine, q.isl, q.osl, q.load


def _of_rows(rows: Sequence[Row], usd: float) -> Within:
    ordered = sorted(rows)
    true, said = (_rising([(row[0], row[which]) for row in ordered]) for which in (1, 2))
    return Within(0.0, true, said, max(row[3] for row in ordered), usd)


def _rising(line: Sequence[tuple[float, float]]) -> Line:
    """A line whose times never fall as the load grows."""
    found: list[tuple[float, float]] = []
    for load, ms in line:
        found.append((load, max(ms, found[-1][1] if found else 0.0)))
    return tuple(found)
