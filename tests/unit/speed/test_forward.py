"""Batches of whole requests."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plimsoll.catalog.tables import load
from plimsoll.speed.forward import Reached, attended_s, forward_model, item_flops, pair_flops, sequence_tok
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


def attended(name: str, tokens: float, fused_tok: float = math.inf) -> float:
    engine = FACTS.engine("tensorrt")
    at = Reached(peak=1e14, share=0.5, bandwidth=3e11, fused_tok=fused_tok)
    return attended_s(CATALOG.model(name), tokens, engine, at)


def test_attention_grows_faster_than_the_tokens_and_convolutions_have_none():
    assert attended("BERT-large", 256) > 2 * attended("BERT-large", 128) > 0
    assert attended("ResNet-50", 128) == 0


def test_the_tokens_of_an_image_are_its_patches_whatever_is_said_of_a_text():
    vit = CATALOG.model("ViT-L/16-384")
    assert sequence_tok(vit, 10) == sequence_tok(vit, 1000) == 24 * 24 + 1
    assert 0 < pair_flops(vit, 10) < 0.1 * vit.forward_flops


def test_eight_bits_gain_less_the_longer_a_text_is():
    """Scores, values and what crosses memory take as long whatever the precision."""
    bert, part = CATALOG.model("BERT-large"), CATALOG.accelerators["T4"]

    def gain(tokens: float) -> float:
        times = {p: forward_model(FACTS, bert, part, p, tokens).forward_s(64) for p in ("fp16", "int8")}
        return times["fp16"] / times["int8"]

    assert gain(128) > gain(384) > gain(1536) > 1


def test_attention_is_never_faster_than_the_precision_it_stands_beside():
    """A GB300 multiplies 8-bit integers more slowly than 16-bit floats."""
    part = CATALOG.accelerators["GB300-288GB"]
    assert part.flops["int8"] < part.flops["bf16"]
    vit = CATALOG.model("ViT-L/16-384")
    least = 64 * vit.forward_flops / part.flops["int8"]
    assert forward_model(FACTS, vit, part, "int8", 577).forward_s(64) >= least


def test_scores_that_are_not_fused_cross_memory_four_times_and_only_beyond_the_limit():
    bert = CATALOG.model("BERT-large")
    assert attended("BERT-large", 384, 384) == attended("BERT-large", 384)
    more = attended("BERT-large", 512, 384) - attended("BERT-large", 512)
    assert more == pytest.approx(4 * 2 * bert.heads * bert.layers * 512**2 / 3e11)


def test_eight_bit_floats_keep_up_with_integers_from_hopper_on_and_not_before():
    """MLPerf's BERT: 0.85 to 0.89 of the rate of integers on five Hopper parts, 0.53, 0.67 on L40S, L4."""
    bert = CATALOG.model("BERT-large")

    def kept(name: str) -> float:
        part = CATALOG.accelerators[name]
        assert part.flops["fp8"] == part.flops["int8"]
        times = {p: forward_model(FACTS, bert, part, p, 194).forward_s(256) for p in ("fp8", "int8")}
        return times["int8"] / times["fp8"]

    assert 0.8 < kept("H100-80GB") < 1
    assert kept("L4") == pytest.approx(kept("L40S"), rel=0.1)
    assert 0.45 < kept("L4") < 0.75


def test_what_one_suite_says_has_a_wider_interval():
    bert, part = CATALOG.model("BERT-large"), CATALOG.accelerators["H100-80GB"]
    widths = [high / low for low, high in (
        forward_model(FACTS, bert, part, precision, 194).interval for precision in ("int8", "fp8")
    )]  # fmt: skip
    assert widths[0] < widths[1]
