"""A percentile of a histogram lies in its bucket, near the value that was counted into it."""

import math
import random

import pytest

from plimsoll.telemetry.histogram import histogram_of

EDGES = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000, math.inf]


@pytest.mark.parametrize("share", [0.5, 0.9, 0.95, 0.99])
def test_percentiles_of_lengths_are_near_the_counted_ones(share):
    draw = random.Random(3)
    values = sorted(draw.lognormvariate(6.5, 0.8) for _ in range(20_000))
    found = histogram_of({edge: sum(v <= edge for v in values) for edge in EDGES}, sum(values))
    assert found is not None
    assert found.mean == pytest.approx(math.fsum(values) / len(values))
    assert found.quantile(share) == pytest.approx(values[int(share * len(values))], rel=0.12)


def test_beyond_the_last_edge_nothing_more_is_known():
    found = histogram_of({0.5: 1.0, 1.0: 2.0, math.inf: 10.0}, 40.0)
    assert found is not None
    assert found.quantile(0.95) == 1.0


def test_none_is_no_percentile():
    empty = histogram_of({1.0: 0.0, math.inf: 0.0}, 0.0)
    assert empty is not None
    assert (empty.quantile(0.5), empty.mean, empty.share_below(1.0)) == (None, None, None)
    assert histogram_of({}, 0.0) is None
    assert histogram_of({1.0: 5.0, 2.0: 3.0}, 1.0) is None


def test_a_limit_is_held_against_the_next_edge_below():
    found = histogram_of({0.5: 80.0, 0.75: 90.0, 1.0: 95.0, math.inf: 100.0}, 50.0)
    assert found is not None
    assert found.share_below(0.8) == (0.9, 0.75)
    assert found.share_below(0.1) is None
