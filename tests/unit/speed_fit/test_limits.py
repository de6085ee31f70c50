"""What a machine carries within a limit is read from its times at several loads."""

import pytest

from plimsoll.catalog.tables import load
from plimsoll.speed.accuracy.answer import Answer
from plimsoll.speed.accuracy.points import Point, Question
from speed_fit.decisions import levels
from speed_fit.limits import Within, carried, first_tokens, within

LINE = ((1.0, 10.0), (4.0, 20.0))
GPUS = ("L4", "L40S", "H100-SXM-80GB", "A100-SXM-40GB")


def test_a_limit_is_held_up_to_the_load_at_which_the_time_reaches_it():
    assert carried(LINE, 9.0) == 0.0
    assert carried(LINE, 10.0) == pytest.approx(100)
    assert carried(LINE, 200**0.5) == pytest.approx(2 / 200**0.5 * 1000)
    assert carried(LINE, 50.0) == pytest.approx(200)


def test_a_tighter_confidence_carries_less():
    machine = Within(limit_ms=20.0, true=LINE, said=LINE, spread=1.2, usd=1.0)
    assert machine.held(0.5) == machine.measured
    assert 0 < machine.held(0.9) < machine.measured
    assert Within(10.0, LINE, LINE, 1.2, 1.0).held(0.9) == 0.0


def test_a_confidence_adds_replicas_where_the_largest_load_holds_the_limit_too():
    """Times as long as it says leave more in flight at one rate, whether the limit binds or the slots do."""
    loose = Within(limit_ms=500.0, true=LINE, said=LINE, spread=1.2, usd=1.0)
    assert loose.held(0.9) == pytest.approx(loose.measured / 1.2)
    bound = Within(limit_ms=15.0, true=LINE, said=LINE, spread=1.2, usd=1.0)
    load = bound.held(0.9) * 15.0 / 1000
    assert 10.0 * load**0.5 * 1.2 == pytest.approx(15.0)


def question(gpu: str, metric: str, in_flight: float) -> Question:
    return Question(
        task="llm_generate", model="m", params_b=8.0, active_params_b=None, weights="bf16", kv="", gpu=gpu,
        gpus=1, tp=1, pp=1, isl=100.0, osl=100.0, load=in_flight, scenario="online-slo", metric=metric,
        engine="vLLM", version="0.22",
    )  # fmt: skip


def point(gpu: str, metric: str, in_flight: float, value: float) -> Point:
    asked = question(gpu, metric, in_flight)
    return Point(f"{gpu}{metric}{in_flight}", asked, "", value, "family", "m", "A", ())


def of(ms: float, first_ms: float) -> list[list[Within]]:
    """Four machines at two loads; predictions are what is measured."""
    rows = [point(gpu, "tpot_ms", n, ms * n**0.3) for gpu in GPUS for n in (1.0, 8.0)]
    answers = [Answer(p.id, True, p.measured, p.measured, p.measured, None) for p in rows]
    firsts = [point(gpu, "ttft_ms", n, first_ms) for gpu in GPUS for n in (1.0, 8.0)]
    return within(rows, answers, load(), first_tokens(firsts))


def test_perfect_predictions_neither_miss_nor_regret():
    found = of(10.0, 50.0)
    assert found
    exact = levels(found)[0]
    assert (exact.miss, exact.regret_p90, exact.refused) == (0, 0, 0)


def test_a_load_that_mostly_waits_says_nothing():
    assert of(10.0, 50_000.0) == []


def test_a_limit_that_nobody_holds_is_no_need():
    assert of(1000.0, 50.0) == []
