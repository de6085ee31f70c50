"""What the earlier choice lost by: a limit, its price with the row that moved, or the spec."""

from dataclasses import replace
from functools import cache

from plimsoll.catalog.tables import load
from plimsoll.review.diff.diff import diff
from plimsoll.review.diff.document import WorkloadDiff
from plimsoll.speed.read import load_speed
from tests.make.pairs import TODAY, entry, here
from tests.make.worlds import Spec

CHAT: Spec = {
    "name": "chat",
    "model": "meta-llama/Llama-3.1-8B-Instruct",
    "load": {"qps": 5, "input_tokens": 800, "output_tokens": 200},
    "sla": {"ttft_p95_ms": 800, "tpot_p95_ms": 50},
    "capacity": {"allow": ["g6e", "p5"]},
}


@cache
def world():
    return here(load("2025-01-15"), load("2026-08-10"), (load_speed(), load_speed()))


def changed(was: Spec, now: Spec, **facts: str) -> WorkloadDiff:
    before = entry(was, load("2026-08-10"), replace(TODAY, **facts))
    (each,) = diff([before], [entry(now, load("2026-08-10"))], world()).workloads
    return each


def test_no_flip_where_the_choice_stays() -> None:
    assert changed(CHAT, {**CHAT, "load": {**CHAT["load"], "qps": 6}}).flips == ()


def test_a_limit_that_is_broken_now_is_the_reason() -> None:
    (flip,) = changed(CHAT, {**CHAT, "capacity": {"allow": ["p5"]}}).flips
    assert (flip.cause, flip.code) == ("spec", "denied")
    assert "capacity.allow leaves it out" in flip.message


def test_another_region_tries_it_no_more() -> None:
    (flip,) = changed(CHAT, {**CHAT, "region": "eu-central-1"}).flips
    assert (flip.cause, flip.code) == ("spec", "not_tried")


def test_dearer_names_both_amounts() -> None:
    two = {**CHAT, "capacity": {"allow": ["g6e", "g7e"]}}
    (flip,) = changed(two, {**two, "load": {**CHAT["load"], "qps": 11}}).flips
    assert (flip.cause, flip.code) == ("spec", "dearer")
    assert "expected to cost $" in flip.message
    assert "→" not in flip.message, "no price moved"


def test_a_price_row_that_moved_is_named_with_its_dates() -> None:
    spec = {**CHAT, "sla": {"ttft_p95_ms": 800, "tpot_p95_ms": 12}}
    (flip, *_) = changed(spec, spec, prices="old").flips
    assert (flip.cause, flip.code) == ("prices", "dearer")
    assert flip.was.split("/")[1].startswith("g6e")
    assert "on-demand" in flip.message
    assert "→ $" in flip.message
