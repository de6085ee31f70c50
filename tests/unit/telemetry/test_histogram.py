"""A percentile of a histogram lies in its bucket, near the value that was counted into it."""

import math
import random
from bisect import bisect_right

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


FINE_EDGES = (*EDGES[:-1], 20_000, 50_000, math.inf)


def counted(values):
    ordered = sorted(values)
    return histogram_of({edge: float(bisect_right(ordered, edge)) for edge in FINE_EDGES}, sum(values))


def test_edges_are_met_and_nothing_falls():
    found = counted([3, 7, 12, 30, 70, 120, 300, 700, 1200, 3000, 7000, 12_000, 40_000])
    shares = [at / 200 for at in range(1, 200)]
    values = found.smooth_quantiles(shares)
    assert values == sorted(values)
    for edge, count in zip(found.edges[:-1], found.counts[:-1], strict=True):
        if 0 < count < found.count:
            (at,) = found.smooth_quantiles([count / found.count])
            assert at == pytest.approx(edge, rel=1e-6)
    assert min(values) >= 2
    assert max(values) <= 50_000


def test_two_kinds_of_requests_keep_their_percentiles():
    rng = random.Random(7)
    chats = [rng.weibullvariate(500, 1.1) for _ in range(94_000)]
    documents = [5600 * rng.uniform(0.5, 1.6) for _ in range(6_000)]
    values = sorted(max(each, 4.0) for each in chats + documents)
    found = counted(values)
    shares = [at / 100 for at in range(93, 100)]
    exact = [values[int(share * len(values))] for share in shares]
    smooth, by_law = found.smooth_quantiles(shares), [found.quantile(share) for share in shares]
    assert _off(smooth, exact) < 0.08
    assert _off(smooth, exact) < 0.7 * _off(by_law, exact), "one law for a whole bucket misses them"


def _off(found, exact):
    """Mean relative error."""
    return sum(abs(one / other - 1) for one, other in zip(found, exact, strict=True)) / len(exact)


def test_one_kind_of_requests_is_met_too():
    rng = random.Random(7)
    values = sorted(rng.lognormvariate(6.5, 0.8) for _ in range(50_000))
    found = counted(values)
    for share in (0.5, 0.9, 0.95):
        assert found.smooth_quantiles([share])[0] == pytest.approx(values[int(share * 50_000)], rel=0.08)


def test_beyond_the_last_edge_is_twice_it():
    assert counted([90_000.0] * 9 + [3.0]).smooth_quantiles([0.99])[0] <= 100_000
