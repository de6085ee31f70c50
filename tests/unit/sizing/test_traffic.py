"""Traffic: token lengths as a lognormal, and the shape of a day."""

import math
from statistics import NormalDist

import pytest

from plimsoll.sizing.traffic import QUANTILES, Lengths, Z, diurnal, traffic_of
from plimsoll.spec.lengths import Length
from plimsoll.spec.load import Load


def test_the_normal_quantiles_are_those_of_the_standard_library() -> None:
    assert {name: NormalDist().inv_cdf(q) for name, q in QUANTILES.items()} == Z


@pytest.mark.parametrize(("mean", "p95"), [(100.0, 100.0), (100.0, 180.0), (700.0, 2100.0), (50.0, 190.0)])
def test_the_lognormal_meets_the_mean_and_the_p95_it_was_given(mean: float, p95: float) -> None:
    lengths = Lengths.of(Length(mean, p95))
    assert lengths.quantile(Z["p95"]) == pytest.approx(p95)
    scores = [NormalDist().inv_cdf((i + 0.5) / 20_000) for i in range(20_000)]
    assert math.fsum(lengths.quantile(z) for z in scores) / 20_000 == pytest.approx(mean, rel=0.01)


def test_a_tail_no_lognormal_has_is_taken_as_the_longest_it_can_have() -> None:
    lengths = Lengths.of(Length(100.0, 900.0))
    assert lengths.quantile(Z["p95"]) == pytest.approx(100 * math.exp(Z["p95"] ** 2 / 2))


@pytest.mark.parametrize("mean", [0.05, 0.3, 0.5, 0.9, 1.0])
def test_a_day_peaks_at_one_and_has_the_mean_that_was_asked(mean: float) -> None:
    hours = diurnal(mean)
    assert max(hours) == 1.0
    assert math.fsum(hours) / len(hours) == pytest.approx(mean, abs=1e-5)


def test_a_profile_counts_as_it_is_written() -> None:
    profile = (1.0, *([0.5] * 23))
    traffic = traffic_of(Load.model_validate({"qps": 4, "profile": list(profile)}))
    assert traffic.hourly == profile
    assert traffic.mean_fraction == pytest.approx((1 + 23 * 0.5) / 24)
