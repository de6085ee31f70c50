"""Batches of whole requests."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plimsoll.catalog.tables import load
from plimsoll.speed.forward import forward_model, item_flops
from plimsoll.speed.read import load_speed

CATALOG = load()
FACTS = load_speed()
WHOLE = sorted(name for name, model in CATALOG.models.items() if model.task != "llm")
PARTS = sorted(name for name, part in CATALOG.accelerators.items() if part.flops and part.bandwidth)


@given(
    st.sampled_from(WHOLE),
    st.sampled_from(PARTS),
    st.sampled_from(["fp16", "int8", "fp8"]),
    st.floats(1, 512),
    st.floats(1, 4096),
    st.floats(1, 10),
)
def test_larger_batches_and_longer_inputs_take_no_less_time(name, part, precision, tokens, batch, factor):
    arch, accelerator = CATALOG.models[name], CATALOG.accelerators[part]
    times = forward_model(FACTS, arch, accelerator, precision, tokens).forward_s
    longer = forward_model(FACTS, arch, accelerator, precision, tokens * factor).forward_s
    assert times(batch * factor) >= times(batch) * (1 - 1e-9)
    assert longer(batch) >= times(batch) * (1 - 1e-9)
    peak = max(accelerator.flops.values())
    assert times(batch) >= batch * item_flops(arch, tokens) / peak * (1 - 1e-9)


def test_an_encoder_costs_two_flops_per_weight_and_quadratic_attention():
    bert = CATALOG.model("BERT-large")
    linear = 384 * 2 * (bert.params - bert.embedding_params)
    attention = 24 * 4 * 1024 * 384 * 384
    assert item_flops(bert, 384) == pytest.approx(linear + attention)
