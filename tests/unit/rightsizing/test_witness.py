"""Measured hours say how far a replay is off, and how much of the limit is left to doubt."""

import math
import random
from bisect import bisect_right

import pytest

from plimsoll.rightsizing.queries import REPLICAS
from plimsoll.rightsizing.signals import Signals
from plimsoll.rightsizing.witness import DOUBT, Heard, Witness, heard, witnesses
from plimsoll.telemetry.histogram import histogram_of
from plimsoll.telemetry.names import REQUESTS, TPOT, TTFT

EDGES = (0.1, 0.25, 0.5, 0.75, 1.0, 1.25, 2.5, math.inf)


def times(scale, count=20_000):
    rng = random.Random(3)
    return sorted(scale * rng.lognormvariate(-0.5, 0.4) for _ in range(count))


def measured(scale):
    values = times(scale)
    below = {edge: float(bisect_right(values, edge)) for edge in EDGES}
    return Witness(1.0, 1.0, {TTFT: histogram_of(below, sum(values))})


@pytest.mark.parametrize("scale", [0.9, 1.0, 1.1])
def test_a_replay_that_is_off_is_told_by_how_much(scale):
    found = heard([measured(scale)] * 4, lambda qps: {TTFT: times(1.0)})[TTFT]
    assert found.factor == pytest.approx(scale, rel=0.04)
    assert found.doubt < DOUBT / 1.3


def test_nobody_says_nothing():
    assert heard([], lambda qps: {})[TTFT] == Heard(1.0, pytest.approx(DOUBT))
    assert heard([measured(1.0)], lambda qps: {TTFT: times(1.0)})[TPOT].doubt == pytest.approx(DOUBT)


def test_edges_far_from_the_percentile_say_nothing():
    found = heard([measured(0.03)], lambda qps: {TTFT: times(0.06)})[TTFT]
    assert found.factor == pytest.approx(1.0)


def test_moments_of_like_load_are_one_witness():
    signals = Signals()
    signals.lines[REQUESTS] = {300.0 * at: 10.0 * (1 + at % 3) for at in range(30)}
    signals.lines[REPLICAS] = dict.fromkeys(signals.lines[REQUESTS], 2.0)
    rate = signals.lines[REQUESTS]
    signals.buckets[TTFT] = {
        1.0: {at: 0.9 * value for at, value in rate.items()},
        math.inf: dict(rate),
    }
    found = witnesses(signals)
    assert [(each.replica_qps, round(each.share, 3)) for each in found] == [(10.0, 0.667), (15.0, 1.0)]
    assert all(each.latencies[TTFT].counts[0] / each.latencies[TTFT].count == 0.9 for each in found)
