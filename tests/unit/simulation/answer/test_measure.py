"""Percentiles and their standard errors."""

import pytest

from plimsoll.simulation.answer.measure import percentile, statistics_of, values_of
from plimsoll.simulation.servers.stream import Outcomes, Stream


def served(count: int) -> tuple[Stream, Outcomes]:
    stream = Stream([float(number) for number in range(count)], [1] * count, [3] * count)
    outcomes = Outcomes(count)
    for number in range(count):
        outcomes.began[number] = number + 1.0
        outcomes.first[number] = number + 2.0
        outcomes.done[number] = number + 6.0 + number % 2
    return stream, outcomes


def test_each_latency_is_what_its_name_says() -> None:
    stream, outcomes = served(2)
    assert values_of("wait", stream, outcomes) == [1.0, 1.0]
    assert values_of("ttft", stream, outcomes) == [2.0, 2.0]
    assert values_of("tpot", stream, outcomes) == [2.0, 2.5]
    assert values_of("e2e", stream, outcomes) == values_of("latency", stream, outcomes) == [6.0, 7.0]


def test_what_was_not_served_or_only_warmed_up_is_not_measured() -> None:
    stream, outcomes = served(4)
    outcomes.done[3] = -1.0
    assert values_of("e2e", stream, outcomes, since=1) == [7.0, 6.0]


def test_a_percentile_is_a_value_that_was_seen() -> None:
    assert percentile([1.0, 2.0, 3.0, 4.0], 0.5) == 3.0
    assert percentile([], 0.5) == 0.0


def test_the_standard_error_is_none_where_all_are_alike_and_shrinks_with_length() -> None:
    stream, outcomes = served(400)
    assert statistics_of("ttft", stream, outcomes, 0)["ttft_p95"].error_s == 0.0
    found = statistics_of("e2e", stream, outcomes, 0)["e2e_p50"]
    assert found.seconds == 7.0
    for number in range(400):
        outcomes.first[number] += (number * 7919 % 400) / 100
    assert statistics_of("ttft", stream, outcomes, 0)["ttft_p50"].error_s == pytest.approx(0.2, abs=0.15)


def test_of_few_requests_no_error_is_told_and_of_none_no_latency() -> None:
    stream, outcomes = served(19)
    found = statistics_of("ttft", stream, outcomes, 0)["ttft_p95"]
    assert found.told_ms == (2000.0, None)
    stream, outcomes = served(20)
    assert statistics_of("ttft", stream, outcomes, 0)["ttft_p95"].told_ms == (2000.0, 0.0)
    assert statistics_of("ttft", stream, outcomes, 20)["ttft_p95"].told_ms == (None, None)
