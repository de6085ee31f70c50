"""Widths of layers, from the shape of a model."""

import pytest

from plimsoll.catalog.tables import load
from plimsoll.models.layer_widths import attention_widths, body_params, dense_layers, matrices

CATALOG = load()


@pytest.mark.parametrize(
    ("model", "number"),
    [
        ("Llama-3.1-8B", 3),
        ("MPT-13B", 2),
        ("facebook/opt-66b", 2),
        ("google/gemma-2-2b-it", 3),
        ("DeepSeek-V3", 3),
    ],
)
def test_parameters_tell_a_gated_part_from_a_plain_one(model, number):
    assert matrices(CATALOG.model(model)) == number


def test_heads_may_be_wider_than_the_hidden_state():
    qwen = CATALOG.model("Qwen3-30B-A3B")
    (widths,) = attention_widths(qwen)
    assert (widths.query, widths.key, widths.value, widths.out) == (4096, 512, 512, 4096)
    assert qwen.hidden == 2048


def test_latent_heads_are_wide_where_their_cache_is_narrow():
    (widths,) = attention_widths(CATALOG.model("DeepSeek-V3"))
    assert (widths.key, widths.value) == (128 * 192, 128 * 128)


def test_layers_of_experts_are_not_dense():
    deepseek = CATALOG.model("DeepSeek-V3")
    assert dense_layers(deepseek) == 3
    assert body_params(deepseek) == deepseek.params - 2 * deepseek.embedding_params


def test_an_encoder_has_one_group_of_all_layers():
    bert = CATALOG.model("BERT-large")
    (widths,) = attention_widths(bert)
    assert (widths.layers, widths.query) == (24, 1024)
