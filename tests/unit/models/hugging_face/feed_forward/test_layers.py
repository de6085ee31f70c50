"""Which layers have experts, in every way that configs say it."""

from typing import Any

import pytest

from plimsoll.models.hugging_face.feed_forward.layers import feed_layers
from plimsoll.models.hugging_face.keys import Keys

EIGHT = tuple(range(8))


@pytest.mark.parametrize(
    ("values", "sparse"),
    [
        ({}, EIGHT),
        ({"first_k_dense_replace": 2}, EIGHT[2:]),
        ({"num_dense_layers": 3}, EIGHT[3:]),
        ({"mlp_only_layers": [0, 7]}, EIGHT[1:7]),
        ({"decoder_sparse_step": 2}, (1, 3, 5, 7)),
        ({"moe_layer_frequency": 2}, (1, 3, 5, 7)),
        ({"interleave_moe_layer_step": 4}, (3, 7)),
        ({"moe_layer_freq": 1, "first_k_dense_replace": 1}, EIGHT[1:]),
        ({"moe_layer_freq": 2}, (0, 2, 4, 6)),
        ({"moe_layer_freq": [0, 1, 1, 0, 0, 0, 0, 1]}, (1, 2, 7)),
        ({"mlp_layer_types": ["dense"] * 5 + ["sparse"] * 3}, (5, 6, 7)),
        ({"moe_layers_enum": "4,5, 6"}, (4, 5, 6)),
        ({"expert_layer_period": 4, "expert_layer_offset": 1}, (1, 5)),
        ({"moe_layer_start_index": 1, "moe_layer_end_index": 3}, (1, 2, 3)),
        ({"moe_layer_start_index": 1, "moe_layer_end_index": -1}, EIGHT[1:]),
        ({"hybrid_override_pattern": "M-E*M-E-"}, (2, 6)),
    ],
)
def test_the_layers_with_experts_are_listed(values: dict[str, Any], sparse: tuple[int, ...]) -> None:
    found = feed_layers(Keys(values, []), 8, sparse=True)
    assert found.sparse == sparse
    if "hybrid_override_pattern" not in values:
        assert found.dense == tuple(layer for layer in EIGHT if layer not in sparse)


def test_without_experts_every_layer_is_dense() -> None:
    assert feed_layers(Keys({"first_k_dense_replace": 2}, []), 8, sparse=False).dense == EIGHT


def test_a_dense_part_may_stand_beside_the_experts() -> None:
    found = feed_layers(Keys({"enable_moe_block": True}, []), 8, sparse=True)
    assert (found.dense, found.sparse) == (EIGHT, EIGHT)
