"""Training runs."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plimsoll.catalog.tables import load
from plimsoll.speed.read import load_speed
from plimsoll.speed.training.flops import training_flops_per_token, training_mfu, training_tokens_per_s

CATALOG = load()
FACTS = load_speed()
WHOLE = sorted(name for name, model in CATALOG.models.items() if model.task != "llm")
PARTS = sorted(name for name, part in CATALOG.accelerators.items() if part.flops and part.bandwidth)


def test_the_convention_of_training_flops():
    llama = CATALOG.model("Llama-3.1-8B")
    assert training_flops_per_token(llama, 8192) == 6 * llama.params + 12 * 32 * 4096 * 8192


@given(
    st.sampled_from(PARTS),
    st.sampled_from(["bf16", "fp8", "fp4"]),
    st.floats(128, 65536),
    st.sampled_from([1, 8, 64]),
)
def test_training_stays_below_the_peak_and_scales_with_accelerators(part, weights, sequence, ranks):
    llama, accelerator = CATALOG.model("Llama-3.1-8B"), CATALOG.accelerators[part]
    assert 0 < training_mfu(FACTS, llama, accelerator, weights, sequence, ranks) < 1
    one = training_tokens_per_s(FACTS, llama, accelerator, weights, sequence, 8, ranks)
    assert training_tokens_per_s(FACTS, llama, accelerator, weights, sequence, 16, ranks) == pytest.approx(
        2 * one
    )


def test_longer_sequences_lower_utilisation():
    mpt, a100 = CATALOG.model("MPT-1B"), CATALOG.accelerators["A100-40GB"]
    short = training_mfu(FACTS, mpt, a100, "bf16", 2048, 1)
    assert training_mfu(FACTS, mpt, a100, "bf16", 32768, 1) < short


def test_a_larger_model_trains_slower():
    a100 = CATALOG.accelerators["A100-80GB"]
    arch = CATALOG.model("MPT-13B")
    larger = replace(arch, params=arch.params * 2, active_params=arch.active_params * 2)
    assert training_tokens_per_s(FACTS, larger, a100, "bf16", 2048, 8, 1) < training_tokens_per_s(
        FACTS, arch, a100, "bf16", 2048, 8, 1
    )
