"""How wide a feed-forward part is, whatever the config calls it."""

from typing import Any

import pytest

from plimsoll.models.hugging_face.families import Family
from plimsoll.models.hugging_face.feed_forward.width import dense_width, expert_width
from plimsoll.models.hugging_face.keys import Keys


@pytest.mark.parametrize(
    ("values", "family", "width"),
    [
        ({"intermediate_size": 300}, Family(), 300),
        ({"intermediate_size": 600}, Family(halves=True), 300),
        ({"ffn_hidden_size": 300}, Family(), 300),
        ({"ff_intermediate_size": 300}, Family(), 300),
        ({"n_inner": None}, Family(feeds="four"), 400),
        ({"n_inner": 300}, Family(feeds="four"), 300),
        ({"expansion_ratio": 3}, Family(), 300),
        ({"ffn_config": {"ffn_hidden_size": 300}}, Family(), 300),
        ({"intermediate_size": 100, "intermediate_size_mlp": 300}, Family(), 300),
        ({"model_type": "lfm2", "block_ff_dim": 300}, Family(), 300),
        (
            {
                "model_type": "lfm2",
                "block_ff_dim": 300,
                "block_auto_adjust_ff_dim": True,
                "block_ffn_dim_multiplier": 1.5,
                "block_multiple_of": 256,
            },
            Family(),
            512,
        ),
    ],
)
def test_the_width_is_read(values: dict[str, Any], family: Family, width: int) -> None:
    keys = Keys(values, [])
    assert dense_width(keys, family, 100, needed=True) == width
    assert not keys.problems


def test_a_width_that_is_missing_is_a_problem_only_where_it_is_needed() -> None:
    keys = Keys({}, [])
    assert dense_width(keys, Family(), 100, needed=False) == 0
    assert not keys.problems
    dense_width(keys, Family(), 100, needed=True)
    assert keys.problems


def test_an_expert_is_as_wide_as_the_dense_part_unless_it_has_a_key_of_its_own() -> None:
    assert expert_width(Keys({"intermediate_size": 300}, [])) == 300
    assert expert_width(Keys({"intermediate_size": 300, "moe_intermediate_size": 70}, [])) == 70
    assert expert_width(Keys({"ffn_config": {"ffn_hidden_size": 50, "moe_num_experts": 4}}, [])) == 50
