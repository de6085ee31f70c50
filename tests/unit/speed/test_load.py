"""A replica in a steady state."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plimsoll.catalog.tables import load
from plimsoll.speed import Demand, steady, step_model
from plimsoll.speed.load import flooded_s
from plimsoll.speed.read import load_speed

CATALOG = load()
FACTS = load_speed()
PARTS = ["T4", "L4", "A10G", "L40S", "A100-40GB", "H100-80GB", "B200-180GB"]


@given(st.sampled_from(PARTS), st.floats(1, 4000), st.floats(16, 2000), st.floats(1, 200), st.floats(1, 256))
def test_littles_law_holds(part, isl, osl, in_flight, slots):
    step = step_model(FACTS, CATALOG.model("Llama-3.1-8B"), CATALOG.accelerators[part], weights="fp16")
    state = steady(step, Demand(isl, osl, in_flight, slots), 1.0)
    inside = state.qps * (state.ttft_s + osl * state.tpot_s)
    assert inside == pytest.approx(in_flight, rel=0.05)
    assert 0 < state.batch <= slots * (1 + 1e-9)


@given(st.sampled_from(PARTS), st.floats(16, 4000), st.floats(16, 2000))
def test_a_lone_request_meets_nobody(part, isl, osl):
    step = step_model(FACTS, CATALOG.model("Llama-3.1-8B"), CATALOG.accelerators[part], weights="fp16")
    state = steady(step, Demand(isl, osl, 1.0, 64), 1.0)
    assert state.ttft_s == pytest.approx(step.first_token_s(isl))
    assert state.tpot_s == pytest.approx(step.decode_s(1, isl + osl / 2))


def test_requests_beyond_the_slots_wait():
    step = step_model(FACTS, CATALOG.model("Llama-3.1-8B"), CATALOG.accelerators["L4"])
    few, many = (steady(step, Demand(1024, 256, load, 16), 1.0) for load in (16, 64))
    assert many.ttft_s > few.ttft_s + 10
    assert many.qps == pytest.approx(few.qps, rel=0.1)


def test_throughput_grows_with_load_until_the_slots_are_full():
    step = step_model(FACTS, CATALOG.model("Llama-3.1-8B"), CATALOG.accelerators["H100-80GB"])
    rates = [steady(step, Demand(512, 256, load, 64), 1.0).qps for load in (1, 4, 16, 64)]
    assert rates == sorted(rates)


@given(
    st.floats(1, 30000), st.floats(1, 4000), st.floats(1e-3, 0.2), st.floats(0, 100), st.floats(1, 4),
    st.floats(1, 3),
)  # fmt: skip
def test_a_flood_never_helps_and_no_longer_request_is_faster(isl, osl, step_s, reading_s, flood, factor):
    held = flooded_s(isl, osl, step_s, reading_s, flood)
    slack = 1 - 1e-9
    assert held >= (osl * step_s + reading_s) * slack
    assert flooded_s(isl, osl * factor, step_s, reading_s, flood) >= held * slack
    assert flooded_s(isl * factor, osl, step_s, reading_s * factor, flood) >= held * slack


def test_a_flood_matters_where_prompts_are_most_of_the_work():
    step = step_model(FACTS, CATALOG.model("Llama-3.1-8B"), CATALOG.accelerators["H100-80GB"])

    def rate(isl, osl, *, flooded):
        return steady(step, Demand(isl, osl, 128, 128, flooded=flooded), 1.0).qps

    assert rate(2000, 100, flooded=True) < 0.7 * rate(2000, 100, flooded=False)
    assert rate(500, 1000, flooded=True) == pytest.approx(rate(500, 1000, flooded=False))
