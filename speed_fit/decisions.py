"""Decisions that predictions lead to are scored by what is then paid, and by how often a fleet is too small.

A market is one model with one shape of requests under one engine, measured on four or more machines
(accelerator, number, precision). A buyer needs a rate, counts the replicas of each machine from the
prediction at a confidence, and rents the cheapest fleet.
"""

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import mean, median
from typing import Protocol

from plimsoll.catalog.facts import Catalog
from plimsoll.sizing.latency_limits import margin
from plimsoll.speed.accuracy.answer import Answer
from plimsoll.speed.accuracy.points import Point, Question

CONFIDENCES = (0.5, 0.6, 0.7, 0.8, 0.9, 0.95)

LEAST_PARTS = 4
"""Accelerators of a market, below which there is little to choose."""

NEEDED = 20
"""The rate that is bought is that of so many of the fastest machine, so that rounding up decides little."""

MISSES_WEIGH = 5
"""A miss costs as much as five spare fleets: the confidence to recommend has the least of the sum."""

Machine = tuple[str, int, str]
"""Accelerator, how many, precision."""


class Offer(Protocol):
    """One machine: what it truly carries, what it is said to carry at a confidence, USD an hour."""

    @property
    def measured(self) -> float:
        """Tokens per second that it carries."""
        ...

    @property
    def usd(self) -> float:
        """USD an hour."""
        ...

    def held(self, confidence: float) -> float:
        """Tokens per second that it is said to carry; 0 where it cannot hold the limit."""
        ...


@dataclass(frozen=True, slots=True)
class Rate:
    """One machine at full load: tokens per second predicted and measured, predicted ÷ low, USD an hour."""

    measured: float
    predicted: float
    spread: float
    usd: float

    def held(self, confidence: float) -> float:
        """Tokens per second that it carries at a confidence."""
        return self.predicted / margin({"rate": (1.0, self.spread)}, "rate", confidence)


@dataclass(frozen=True, slots=True)
class Level:
    """All purchases at one confidence: shares of misses, regret above the best machine, spare replicas.

    `refused` is the share of needs for which no machine was said to do.
    """

    confidence: float
    purchases: int
    refused: float
    miss: float
    regret_median: float
    regret_p90: float
    spare: float

    @property
    def weight(self) -> float:
        """What a buyer pays for it: misses count five times, spare replicas once."""
        return MISSES_WEIGH * self.miss + self.spare


@dataclass(frozen=True, slots=True)
class _Purchase:
    missed: bool
    regret: float
    spare: float


def levels(found: Sequence[Sequence[Offer]]) -> tuple[Level, ...]:
    """Buy at each confidence in every market."""
    return tuple(_level(found, confidence) for confidence in CONFIDENCES) if found else ()


def spearman(found: Sequence[Sequence[Rate]]) -> float | None:
    """The median rank correlation of tokens per dollar, over markets."""
    ranks = [
        _correlated(_ranks([o.measured / o.usd for o in own]), _ranks([o.predicted / o.usd for o in own]))
        for own in found
    ]
    return median(ranks) if ranks else None


def rates(points: Sequence[Point], answers: Sequence[Answer], catalog: Catalog) -> list[list[Rate]]:
    """Group clean rates of generated tokens on what can be rented; of each machine the fastest row."""
    prices = usd_per_accelerator(catalog)
    grouped: defaultdict[tuple[object, ...], dict[Machine, Rate]] = defaultdict(dict)
    for point, given in zip(points, answers, strict=True):
        question, clean = point.question, point.tier == "A" and point.measured and given.predicted
        if question is None or not clean or question.metric != "output_tok_s":
            continue
        part = catalog.accelerator(question.gpu)
        if part is None or part.name not in prices:
            continue
        assert point.measured
        assert given.predicted
        assert given.low
        machine = (part.name, question.gpus, question.weights)
        usd = prices[part.name] * question.gpus
        offer = Rate(point.measured, given.predicted, given.predicted / given.low, usd)
        own = grouped[market_of(point, question)]
        own[machine] = max(offer, own.get(machine, offer), key=lambda each: each.measured)
    return [list(own.values()) for own in grouped.values() if len({part for part, *_ in own}) >= LEAST_PARTS]


def usd_per_accelerator(catalog: Catalog) -> Mapping[str, float]:
    """The least on-demand price of an hour of one accelerator, in any region."""
    found: dict[str, float] = {}
    for offering in catalog.offerings.values():
        kind = catalog.instance_types[offering.instance_type]
        if kind.accelerator and offering.on_demand and kind.accelerator_fraction == 1:
            usd = float(offering.on_demand.usd) / kind.accelerators
            found[kind.accelerator] = min(usd, found.get(kind.accelerator, math.inf))
    return found


def market_of(point: Point, question: Question) -> tuple[object, ...]:
    """What machines of one market share."""
    return point.family, point.group, question.isl, question.osl, question.scenario, question.engine


def _level(found: Sequence[Sequence[Offer]], confidence: float) -> Level:
    asked = [_purchase(own, confidence) for own in found]
    bought = [each for each in asked if each is not None]
    regrets = sorted(each.regret for each in bought)
    return Level(
        confidence=confidence,
        purchases=len(bought),
        refused=1 - len(bought) / len(asked),
        miss=mean(each.missed for each in bought) if bought else 0.0,
        regret_median=median(regrets) if bought else 0.0,
        regret_p90=regrets[math.ceil(0.9 * len(regrets)) - 1] if bought else 0.0,
        spare=mean(each.spare for each in bought) if bought else 0.0,
    )


def _purchase(own: Sequence[Offer], confidence: float) -> _Purchase | None:
    """Rent the fleet that seems cheapest; regret is that of the machine, with as many as truly suffice.

    A machine that holds the limit in no truth at all is a miss whose regret is counted with its own fleet.
    """
    need = NEEDED * max(each.measured for each in own)
    said = [(each, held) for each in own if (held := each.held(confidence))]
    if not said:
        return None
    picked, held = min(said, key=lambda each: math.ceil(need / each[1]) * each[0].usd)
    count = math.ceil(need / held)
    enough = math.ceil(need / picked.measured) if picked.measured else math.inf
    best = min(math.ceil(need / each.measured) * each.usd for each in own if each.measured)
    regret = min(enough, count) * picked.usd / best if enough == math.inf else enough * picked.usd / best
    return _Purchase(count < enough, regret - 1, max(count / enough - 1, 0.0))


def _ranks(values: Sequence[float]) -> list[float]:
    order = sorted(values)
    return [order.index(value) + (order.count(value) - 1) / 2 for value in values]


def _correlated(one: Sequence[float], other: Sequence[float]) -> float:
    a, b = mean(one), mean(other)
    both = sum((x - a) * (y - b) for x, y in zip(one, other, strict=True))
    spread = math.sqrt(sum((x - a) ** 2 for x in one) * sum((y - b) ** 2 for y in other))
    return both / spread if spread else 1.0
