"""Decisions are scored by what is paid: a market of machines whose prices and rates are known."""

from decimal import Decimal

import pytest

from plimsoll.catalog.tables import load
from plimsoll.speed.accuracy.answer import answer
from plimsoll.speed.accuracy.points_file import shipped_points
from plimsoll.speed.accuracy.world import World
from plimsoll.speed.read import load_speed
from speed_fit.decisions import CONFIDENCES, Rate, levels, rates, spearman, usd_per_accelerator

CATALOG = load()


def test_a_confidence_carries_less_the_higher_it_is():
    offer = Rate(measured=100, predicted=120, spread=1.25, usd=1)
    assert offer.held(0.5) == 120
    assert offer.held(0.9) == pytest.approx(96)


def test_an_accelerator_costs_what_the_cheapest_whole_one_does():
    prices = usd_per_accelerator(CATALOG)
    least = min(
        offering.on_demand.usd
        for offering in CATALOG.offerings.values()
        if offering.on_demand and offering.instance_type == "g6.xlarge"
    )
    assert Decimal(str(prices["L4"])) <= least
    assert prices["H100-80GB"] > prices["L4"]


def test_more_confidence_misses_less_and_leaves_more_spare():
    world = World(CATALOG, load_speed())
    points = [p for p in shipped_points() if p.family == "trtllm-docs"]
    answers = [answer(point, world) for point in points]
    markets = rates(points, answers, CATALOG)
    found = levels(markets)
    assert [each.confidence for each in found] == list(CONFIDENCES)
    assert found[-1].miss < found[0].miss
    assert found[-1].spare > found[0].spare
    rank = spearman(markets)
    assert rank is not None
    assert rank > 0.8


def test_without_a_market_there_is_nothing_to_score():
    assert rates([], [], CATALOG) == []
    assert levels([]) == ()
    assert spearman([]) is None


def test_a_need_for_which_no_machine_is_said_to_do_is_refused():
    hopeless = [Rate(measured=100, predicted=0.0, spread=1.1, usd=1)]
    (level, *_) = levels([hopeless])
    assert (level.purchases, level.refused) == (0, 1)
