"""Latency limits are held at a quantile of what would be measured."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plimsoll.sizing.latency_limits import HIGH, LatencyLimits, latency_limits, margin
from plimsoll.spec.workload import Workload

INTERVALS = {"tpot": (0.8, 1.25), "ttft": (0.5, 2.0)}


def test_one_half_is_the_estimate_and_nine_tenths_the_end_of_the_interval():
    assert margin(INTERVALS, "tpot_p95", 0.5) == 1.0
    assert margin(INTERVALS, "tpot_p95", HIGH) == pytest.approx(1.25)
    assert margin(INTERVALS, "ttft_p50", HIGH) == pytest.approx(2.0)


def test_a_quantile_lies_where_a_normal_distribution_of_the_logarithm_has_it():
    assert math.log(margin(INTERVALS, "ttft_p95", 0.95)) == pytest.approx(math.log(2) * 1.6449 / 1.2816, 1e-4)


def test_what_has_no_interval_is_held_at_its_estimate():
    assert margin(INTERVALS, "latency_p95", 0.9) == 1.0


@given(st.floats(0.5, 0.95), st.floats(0.5, 0.95))
def test_more_confidence_never_asks_for_less(one, other):
    less, more = sorted((one, other))
    assert 1.0 <= margin(INTERVALS, "tpot_p95", less) <= margin(INTERVALS, "tpot_p95", more)


def test_estimates_may_reach_less_than_the_limits():
    limits = LatencyLimits({"tpot_p95": 0.05, "ttft_p95": 1.0}, 0.9)
    assert limits.at_estimates(INTERVALS) == pytest.approx({"tpot_p95": 0.04, "ttft_p95": 0.5})
    assert LatencyLimits({"tpot_p95": 0.05}).at_estimates(INTERVALS) == {"tpot_p95": 0.05}


def test_the_rate_falls_as_a_request_holds_its_place_for_longer():
    assert LatencyLimits({"tpot_p95": 0.05}, 0.9).slower(INTERVALS) == pytest.approx(1.25)
    assert LatencyLimits({"ttft_p95": 1.0}, 0.9).slower(INTERVALS) == pytest.approx(1.25)
    assert LatencyLimits({"latency_p95": 1.0}, 0.9).slower({"latency": (0.9, 1.1)}) == pytest.approx(1.1)
    assert LatencyLimits({"tpot_p95": 0.05}).slower(INTERVALS) == 1.0
    assert LatencyLimits({}, 0.9).slower(INTERVALS) == 1.0


def test_a_spec_gives_limits_and_confidence():
    sla = {"tpot_p95_ms": 40, "confidence": 0.8, "availability": 0.99}
    workload = Workload.model_validate({"model": "a/b", "load": {"qps": 1}, "sla": sla})
    assert latency_limits(workload) == LatencyLimits({"tpot_p95": 0.04}, 0.8)
