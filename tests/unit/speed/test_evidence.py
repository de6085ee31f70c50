"""Distances from evidence, and the intervals that go with them."""

from dataclasses import replace
from itertools import pairwise

import pytest

from plimsoll.speed.evidence import DISTANCES, Sought, batches
from plimsoll.speed.read import load_speed

EVIDENCE = load_speed().evidence
SEEN = Sought("tpot", "Qwen/Qwen3-32B", "H100-80GB", "vllm")


@pytest.mark.parametrize(
    ("changed", "distance"),
    [
        ({}, "seen"),
        ({"model": "a model nobody published"}, "accelerator"),
        ({"accelerator": "an accelerator nobody measured"}, "engine"),
        ({"engine": "an engine nobody measured"}, "accelerator"),
        ({"model": "new", "engine": "new"}, "engine"),
        ({"accelerator": "new", "engine": "new"}, "sheet"),
        ({"farther": 1}, "accelerator"),
        ({"farther": 9}, "sheet"),
    ],
)
def test_distance_counts_what_was_not_measured(changed, distance):
    assert EVIDENCE.distance(replace(SEEN, **changed)) == distance


def test_intervals_widen_with_distance_and_in_a_crowd():
    widths = [EVIDENCE.spread[distance] for distance in DISTANCES]
    assert all(near < far for near, far in pairwise(widths))
    low, high = EVIDENCE.interval(SEEN)
    for crowded in (replace(SEEN, mixture=True), replace(SEEN, metric="ttft_load")):
        wide = EVIDENCE.interval(crowded)
        assert wide[0] < low < 1 < high < wide[1]


def test_the_rule_has_few_numbers():
    assert len(EVIDENCE.spread) + 2 <= 6


def test_the_tokens_of_a_lone_request_are_surer():
    low, high = EVIDENCE.interval(SEEN)
    alone = EVIDENCE.interval(replace(SEEN, alone=True))
    assert low < alone[0] < 1 < alone[1] < high


def test_nothing_stands_for_an_engine_of_whole_requests_that_was_not_measured():
    whole = replace(SEEN, metric="forward", engine="an engine nobody measured")
    assert EVIDENCE.distance(whole) == "sheet"


def test_rates_at_full_load_are_no_evidence_of_the_time_of_a_batch():
    rate = Sought("forward_rate", "microsoft/resnet-50", "L4", "tensorrt")
    assert EVIDENCE.distance(rate) == "seen"
    assert EVIDENCE.distance(replace(rate, metric="forward", engine=batches("tensorrt"))) == "accelerator"
