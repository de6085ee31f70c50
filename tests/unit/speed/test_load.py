"""A replica in a steady state."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plimsoll.catalog.tables import load
from plimsoll.speed import Demand, steady, step_model
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
