"""Intervals hold on accelerators that were taken away: four of five measurements, by one rule.

What a fit without a model says needs numpy and the fitting script; its figures are in speed_fit/README.md.
An accelerator can be taken away here: it falls back to the level of its class.
"""

from collections import defaultdict
from dataclasses import replace
from functools import cache
from statistics import mean

from plimsoll.catalog.tables import load
from plimsoll.speed.accuracy.answer import TRAINING, answer
from plimsoll.speed.accuracy.points_file import shipped_points
from plimsoll.speed.accuracy.score import SUBSETS
from plimsoll.speed.accuracy.world import World
from plimsoll.speed.facts import SpeedFacts
from plimsoll.speed.read import load_speed

FEWEST = 10


def without(facts: SpeedFacts, part: str) -> SpeedFacts:
    devices = {name: device for name, device in facts.devices.items() if name != part}
    seen = {name: engines for name, engines in facts.evidence.seen.items() if name != part}
    return replace(facts, devices=devices, evidence=replace(facts.evidence, seen=seen))


@cache
def inside() -> list[tuple[object, str, bool]]:
    """Every clean row but training's, its accelerator, and whether the interval held it."""
    catalog, facts = load(), load_speed()
    worlds = {part: World(catalog, without(facts, part)) for part in facts.devices}
    found: list[tuple[object, str, bool]] = []
    for point in shipped_points():
        question = point.question
        if question is None or point.tier != "A" or not point.measured or question.task in TRAINING:
            continue
        part = catalog.accelerator(question.gpu)
        given = answer(point, worlds[part.name])
        found.append((point, part.name, given.low <= point.measured <= given.high))
    return found


def by_accelerator(rows: list[tuple[object, str, bool]]) -> float:
    held: defaultdict[str, list[bool]] = defaultdict(list)
    for _, part, holds in rows:
        held[part].append(holds)
    return mean(mean(rows) for rows in held.values())


def test_four_of_five_measurements_lie_inside_whatever_the_accelerator():
    assert 0.72 <= by_accelerator(inside()) <= 0.90


def test_no_kind_of_work_is_left_out():
    for subset in SUBSETS:
        rows = [row for row in inside() if subset.holds(row[0], row[0].question)]
        if len({part for _, part, _ in rows}) > 1 and len(rows) >= FEWEST:
            assert by_accelerator(rows) >= 0.65, subset.what
