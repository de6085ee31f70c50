"""The bars: errors against measured points, and intervals that hold what they promise.

The rows that ship are scored always. Rows under a share-alike licence do not ship: set PLIMSOLL_POINTS
to a points file that has them, and H1 and H3 are scored too. Intervals on what was not seen have a file
of their own (`test_intervals_on_the_unseen.py`).
"""

import os
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from plimsoll.catalog.tables import load
from plimsoll.speed.accuracy.answer import answer
from plimsoll.speed.accuracy.points_file import points_from, shipped_points
from plimsoll.speed.accuracy.score import Score, scores
from plimsoll.speed.accuracy.world import World
from plimsoll.speed.read import load_speed

ELSEWHERE = "PLIMSOLL_POINTS"


@cache
def scored(path: str | None) -> dict[tuple[str, str], Score]:
    points = shipped_points() if path is None else points_from(Path(path))
    world = World(load(), load_speed())
    answers = [answer(point, world) for point in points]
    return {(score.id, score.what): score for score in scores(points, answers, world)}


def of(name: str, part: str, path: str | None = None) -> Score:
    return next(score for (id_, what), score in scored(path).items() if id_ == name and part in what)


def elsewhere() -> str:
    path = os.environ.get(ELSEWHERE)
    if not path:
        pytest.skip(f"rows that do not ship: set {ELSEWHERE} to a points file that has them")
    return path


def test_the_shipped_points_hold_no_share_alike_rows():
    assert not {point.family for point in shipped_points() if point.family.startswith("sparecores")}
    assert len(shipped_points()) > 4000


@pytest.mark.parametrize(("name", "part", "bar"), [("H2", "maximum load", 0.25), ("H2", "prompts at", 0.20)])
def test_errors_stay_under_their_bars(name, part, bar):
    score = of(name, part)
    assert score.mdape <= bar
    assert score.macro_mdape <= bar
    assert score.answered >= 0.98 * score.n


@pytest.mark.parametrize(
    ("name", "part"), [("H4", "static"), ("H5", "closed"), ("H6", "BERT"), ("H2", "maximum")]
)
def test_the_model_beats_a_table_of_efficiencies_fitted_on_the_same_rows(name, part):
    score = of(name, part)
    assert score.mdape < score.table_mdape < score.roofline_mdape


@pytest.mark.parametrize(
    ("name", "part"), [("H2", "maximum"), ("H4", "static"), ("H5", "closed"), ("H6", "BERT"), ("H7", "tok/s")]
)
def test_intervals_hold_what_they_promise(name, part):
    assert 0.70 <= of(name, part).coverage <= 0.90


def test_a_full_batch_of_prompts_is_seen_without_bias():
    assert abs(of("H2", "prompts at full batch").bias) <= 0.08


def test_what_users_reported_of_full_batches_of_prompts_is_met():
    """Six reports of one user, five models, an old release at its defaults: half the rate of tuned runs."""
    world = World(load(), load_speed())
    points = [point for point in shipped_points() if point.family == "field-reports"]
    ratios = {point.id: answer(point, world).predicted / point.measured for point in points}
    assert len(ratios) == 6
    assert {id_: ratio for id_, ratio in ratios.items() if not 0.67 <= ratio <= 1.4} == {}


@pytest.mark.parametrize(
    ("part", "bar"), [("TPOT", 0.20), ("output tok/s", 0.20), ("TTFT of a lone request", 0.35)]
)
def test_serving_errors_stay_under_their_bars(part, bar):
    score = of("H1", part, elsewhere())
    assert score.mdape <= bar
    assert score.macro_mdape <= bar
    assert score.answered == score.n
    assert score.coverage >= 0.70


def test_single_requests_beat_the_table_on_small_parts():
    score = of("H3", "output tok/s", elsewhere())
    assert score.mdape < score.table_mdape
    assert score.coverage >= 0.70


def test_a_slower_model_scores_worse():
    """The score can fail: the same answers, half as fast, are wrong by about a half."""
    points = shipped_points()
    world = World(load(), load_speed())
    answers = [answer(point, world) for point in points[:600]]
    halved = [replace(a, predicted=a.predicted / 2, low=a.low / 2, high=a.high / 2) for a in answers]
    honest, spoilt = scores(points[:600], answers, world), scores(points[:600], halved, world)
    assert all(bad.mdape > good.mdape for good, bad in zip(honest, spoilt, strict=True))
    assert all(bad.coverage < good.coverage for good, bad in zip(honest, spoilt, strict=True))
