"""Training speed holds its bars on the measured runs that ship: language models, mixtures, encoders; images
never."""

from functools import cache
from statistics import median, quantiles

import pytest

from plimsoll.catalog.tables import load
from plimsoll.speed.accuracy.answer import TRAINING, Answer, answer
from plimsoll.speed.accuracy.points import Point
from plimsoll.speed.accuracy.points_file import shipped_points
from plimsoll.speed.accuracy.world import World
from plimsoll.speed.read import load_speed

WORLD = World(load(), load_speed())
SHARE_ALIKE = {"ml-engineering", "aws-neuron"}


@cache
def runs() -> tuple[tuple[str, Point, Answer], ...]:
    """Clean and usable rows (tiers A and B), by kind."""
    points = [p for p in shipped_points() if p.question and p.question.task in TRAINING and p.tier != "C"]
    return tuple((kind(point), point, answer(point, WORLD)) for point in points)


def kind(point: Point) -> str:
    assert point.question is not None
    arch = WORLD.architecture(point.question)
    if arch.task == "llm":
        return "mixture" if arch.experts is not None else "dense"
    return arch.task


def errors(*kinds: str) -> list[float]:
    return [
        abs(given.predicted / point.measured - 1)
        for of, point, given in runs()
        if of in kinds and given.predicted is not None and point.measured
    ]


@pytest.mark.parametrize(
    ("kinds", "bar"), [(("dense", "mixture"), 0.15), (("mixture",), 0.25), (("encoder",), 0.20)]
)
def test_the_median_error_is_under_its_bar(kinds, bar):
    assert len(errors(*kinds)) > 20
    assert median(errors(*kinds)) <= bar


def test_nine_of_ten_runs_of_language_models_are_within_half():
    assert quantiles(errors("dense", "mixture"), n=10)[-1] <= 0.50


def test_intervals_hold_four_of_five():
    held = [
        given.low <= point.measured <= given.high
        for _, point, given in runs()
        if given.low is not None and given.high is not None and point.measured
    ]
    assert 0.77 <= sum(held) / len(held) <= 0.87


def test_every_run_that_says_enough_is_answered_and_no_image():
    for of, point, given in runs():
        assert point.question is not None
        assert given.answered == (of != "vision" and point.question.isl is not None), point.id
        assert given.answered or given.reason


def test_no_share_alike_rows_ship():
    assert not SHARE_ALIKE & {point.family for _, point, _ in runs()}
