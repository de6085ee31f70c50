"""Between its edges a histogram is the smoothest rising curve through them."""

import math
import random
from bisect import bisect_right

import pytest

from plimsoll.telemetry.histogram import histogram_of

EDGES = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000, math.inf)


def histogram(values):
    ordered = sorted(values)
    return histogram_of({edge: float(bisect_right(ordered, edge)) for edge in EDGES}, sum(values))


def test_edges_are_met_and_nothing_falls():
    found = histogram([3, 7, 12, 30, 70, 120, 300, 700, 1200, 3000, 7000, 12_000, 40_000])
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
    found = histogram(values)
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
    found = histogram(values)
    for share in (0.5, 0.9, 0.95):
        assert found.smooth_quantiles([share])[0] == pytest.approx(values[int(share * 50_000)], rel=0.08)


def test_beyond_the_last_edge_is_twice_it():
    assert histogram([90_000.0] * 9 + [3.0]).smooth_quantiles([0.99])[0] <= 100_000
