"""Which attention each layer has, in every form that configs say it."""

from typing import Any

import pytest

from plimsoll.models.hugging_face.attention.kinds import Layer, read_layers
from plimsoll.models.hugging_face.families import FAMILIES, Family
from plimsoll.models.hugging_face.keys import Keys

FULL, LINEAR = Layer("full"), Layer("linear")
SEES_8 = Layer("sliding", 8)


def layers(number: int, family: Family | None = None, **config: Any) -> list[Layer]:
    keys = Keys(config, problems := [])
    found = read_layers(keys, family or Family(), number)
    assert problems == []
    return list(found)


@pytest.mark.parametrize(
    ("number", "config", "expected"),
    [
        (2, {}, [FULL, FULL]),
        (2, {"layer_types": ["full_attention", "linear_attention"]}, [FULL, LINEAR]),
        (
            2,
            {"layer_types": ["sliding_attention", "full_attention", "full_attention"], "sliding_window": 8},
            [SEES_8, FULL],
        ),
        (
            2,
            {"layer_types": ["chunked_attention", "full_attention"], "attention_chunk_size": 8},
            [SEES_8, FULL],
        ),
        (2, {"layers_block_type": ["mamba", "attention"]}, [LINEAR, FULL]),
        (2, {"layers_block_type": ["mamba", "hybrid"]}, [LINEAR, FULL, LINEAR]),
        (4, {"hybrid_override_pattern": "M*-E"}, [LINEAR, FULL]),
        (4, {"sliding_window": 8, "sliding_window_pattern": 4}, [SEES_8, SEES_8, SEES_8, FULL]),
        (6, {"sliding_window": 8, "sliding_window_pattern": "LLG"}, [SEES_8, SEES_8, FULL] * 2),
        (5, {"sliding_window": 8, "sliding_window_pattern": "LLG"}, [SEES_8, SEES_8, FULL, SEES_8, FULL]),
        (4, {"sliding_window": 8, "global_attn_every_n_layers": 2}, [SEES_8, FULL] * 2),
        (2, {"sliding_window": 8}, [SEES_8, SEES_8]),
        (2, {"sliding_window": None}, [FULL, FULL]),
        (2, {"sliding_window": 0}, [FULL, FULL]),
        (2, {"sliding_window": 8, "max_position_embeddings": 8}, [FULL, FULL]),
        (2, {"sliding_window": 8, "use_sliding_window": False}, [FULL, FULL]),
        (2, {"sliding_window": 8, "use_sliding_window": True, "max_window_layers": 1}, [FULL, SEES_8]),
        (3, {"sliding_window": [8, None]}, [SEES_8, FULL, SEES_8]),
        (2, {"interleaved_sliding_window": [None, 8], "sliding_window": None}, [FULL, SEES_8]),
        (4, {"attention_chunk_size": 8, "no_rope_layer_interval": 4}, [SEES_8, SEES_8, SEES_8, FULL]),
        (2, {"attention_chunk_size": 8, "no_rope_layers": [1, 0]}, [SEES_8, FULL]),
        (4, {"attn_layer_period": 2, "attn_layer_offset": 1}, [LINEAR, FULL] * 2),
        (3, {"attn_layer_indices": [1]}, [LINEAR, FULL, LINEAR]),
        (3, {"full_attn_idxs": [0, 2]}, [FULL, LINEAR, FULL]),
        (3, {"linear_attn_config": {"full_attn_layers": [3], "kda_layers": [1, 2]}}, [LINEAR, LINEAR, FULL]),
        (4, {"full_attention_interval": 4}, [LINEAR, LINEAR, LINEAR, FULL]),
        (3, {"attn_type_list": [0, 1, 0]}, [LINEAR, FULL, LINEAR]),
        (2, {"hybrid_layer_pattern": [0, 1], "sliding_window": 8}, [FULL, SEES_8]),
        (4, {"mamba_step": 2}, [LINEAR, FULL] * 2),
        (2, {"model_type": "mamba2"}, [LINEAR, LINEAR]),
        (1, {"model_type": "falcon_h1"}, [FULL, LINEAR]),
        (4, {"model_type": "gpt_oss", "sliding_window": 8}, [SEES_8, FULL] * 2),
        (
            2,
            {"block_configs": [{"block_type": "attention"}, {"block_type": "moe"}], "num_attention_heads": 8},
            [FULL],
        ),
    ],
)
def test_kinds_are_read_in_every_form(number: int, config: dict[str, Any], expected: list[Layer]) -> None:
    assert layers(number, **config) == expected


def test_the_last_layers_may_read_what_earlier_ones_keep() -> None:
    assert layers(3, num_kv_shared_layers=1) == [FULL, FULL, Layer("full", borrowed=True)]
    assert layers(2, num_kv_shared_layers=0) == [FULL, FULL]
    assert layers(4, use_cla=True, cla_share_factor=2) == [FULL, Layer("full", borrowed=True)] * 2


def test_layers_may_have_heads_of_their_own_or_none() -> None:
    blocks = [
        {"attention": {"n_heads_in_group": 8, "no_op": False}},
        {"attention": {"n_heads_in_group": None, "no_op": True}},
        {"attention": {"n_heads_in_group": 16, "no_op": False}},
    ]
    found = layers(3, block_configs=blocks, num_attention_heads=64)
    assert [layer.kv_heads for layer in found] == [8, 4]
    found = layers(2, num_query_heads=[12, 16], num_kv_heads=[3, 4])
    assert [(layer.heads, layer.kv_heads) for layer in found] == [(12, 3), (16, 4)]
    assert [layer.kv_heads for layer in layers(2, num_key_value_heads_per_layer=[1, 4])] == [1, 4]


def test_a_layer_may_hold_more_than_one_attention_block() -> None:
    assert layers(2, Family(attentions_per_layer=2)) == [FULL] * 4


@pytest.mark.parametrize(
    ("model_type", "number", "full"),
    [
        ("afmoe", 32, 8),
        ("cohere2", 40, 10),
        ("cohere2_moe", 40, 10),
        ("cwm", 64, 16),
        ("exaone_moe", 32, 8),
        ("gemma2", 26, 13),
        ("gemma3_text", 26, 4),
        ("gemma3n_text", 35, 7),
        ("gemma4_text", 30, 5),
        ("gpt_oss", 36, 18),
        ("laguna", 40, 40),
        ("llama4_text", 48, 12),
        ("mimo_v2_flash", 48, 9),
        ("minimax", 32, 16),
        ("lfm2", 32, 32),
        ("olmo3", 32, 8),
        ("vaultgemma", 26, 13),
    ],
)
def test_classes_lay_out_their_layers_where_a_config_does_not(
    model_type: str, number: int, full: int
) -> None:
    """The numbers are those of the config classes of Transformers 5.24, made without a list."""
    family, window = FAMILIES[model_type], None if model_type == "lfm2" else 8
    keys = Keys(
        {"model_type": model_type, "attention_chunk_size": 8, "sliding_window": window}, [], family.defaults
    )
    found = read_layers(keys, family, number)
    assert len(found) == number
    assert found.count(FULL) == full


@pytest.mark.parametrize(
    ("config", "where", "words"),
    [
        ({"layer_types": ["full_attention"]}, "layer_types", "1 entries for 2 layers"),
        ({"layer_types": ["curved", 7]}, "layer_types", "unknown kind of layer"),
        ({"layer_types": ["sliding_attention"] * 2}, "sliding_window", "missing"),
        ({"sliding_window": 8, "sliding_window_pattern": "XL"}, "sliding_window_pattern", "unknown kind"),
        ({"sliding_window": [8, "wide"]}, "sliding_window", "is no window"),
        ({"num_kv_heads": [4]}, "num_kv_heads", "not one number"),
        ({"model_type": "granitemoehybrid"}, "layer_types", "missing"),
        ({"model_type": "Kimi_Linear", "sliding_window": 8}, "layer_types", "missing"),
        ({"block_configs": [3]}, "layer_types", "1 entries"),
    ],
)
def test_what_cannot_be_read_is_named(config: dict[str, Any], where: str, words: str) -> None:
    keys = Keys({"num_attention_heads": 8, **config}, problems := [])
    read_layers(keys, Family(), 2)
    assert words in {problem.where: problem.what for problem in problems}[where]
