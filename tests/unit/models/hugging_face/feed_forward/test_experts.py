"""Feed-forward parameters by hand: gates, halves, dense parts beside experts, shared experts."""

from typing import Any

import pytest

from plimsoll.models.hugging_face.families import FAMILIES, Family
from plimsoll.models.hugging_face.feed_forward.experts import read_feed_forward
from plimsoll.models.hugging_face.keys import Keys

H, I = 64, 200  # noqa: E741
MOE = {"num_experts": 8, "num_experts_per_tok": 2, "moe_intermediate_size": 32, "intermediate_size": I}


def _params(values: dict[str, Any], family: Family | None = None, layers: int = 4) -> int:
    keys = Keys(values, [])
    found = read_feed_forward(keys, family or Family(), layers, H)
    assert not keys.problems
    assert (
        sum(module.params for module in found.modules) + found.router_params == found.params
        or not found.modules
    )
    return found.params


@pytest.mark.parametrize(
    ("values", "family", "params"),
    [
        ({"intermediate_size": I}, Family(), 4 * 3 * H * I),
        ({"intermediate_size": I}, Family(gated=False), 4 * 2 * H * I),
        ({"intermediate_size": I, "hidden_act": "xielu"}, Family(), 4 * 2 * H * I),
        ({"intermediate_size": I, "hidden_act": "relu2"}, Family(), 4 * 2 * H * I),
        ({"intermediate_size": 2 * I}, Family(halves=True), 4 * 3 * H * I),
        ({"n_inner": I, "activation_function": "swiglu"}, Family(gated=False), 4 * 3 * H * I),
        ({"intermediate_size": I}, Family(gated=False, mlp_bias=True), 4 * (2 * H * I + I + H)),
        ({"intermediate_size": I}, Family(feeds="none"), 0),
        ({"intermediate_size": I}, Family(dense_parts=2), 2 * 4 * 3 * H * I),
    ],
)
def test_a_dense_part_has_two_matrices_or_three(values: dict[str, Any], family: Family, params: int) -> None:
    assert _params(values, family) == params


ONE = 3 * H * 32
ROUTED = 4 * (8 * ONE + H * 8)


@pytest.mark.parametrize(
    ("values", "params"),
    [
        (MOE, ROUTED),
        ({**MOE, "num_shared_experts": 2}, ROUTED + 4 * 2 * ONE),
        ({**MOE, "shared_expert_intermediate_size": 48}, ROUTED + 4 * 3 * H * 48),
        ({**MOE, "first_k_dense_replace": 1}, 3 * (8 * ONE + H * 8) + 3 * H * I),
        ({**MOE, "model_type": "arctic"}, ROUTED + 4 * 3 * H * H),
        ({**MOE, "model_type": "arctic", "use_residual": False}, ROUTED),
        ({**MOE, "residual_moe": True}, ROUTED + 4 * 3 * H * I),
        ({**MOE, "enable_moe_block": True}, ROUTED + 4 * 3 * H * I),
        ({**MOE, "model_type": "llama4_text"}, ROUTED + 4 * ONE),
        ({**MOE, "zero_expert_num": 4}, ROUTED + 4 * 4 * H),
        (
            {
                "model_type": "ernie4_5_moe_vl",
                "moe_num_experts": [8, 8],
                "moe_intermediate_size": [32, 16],
                "moe_k": 2,
                "intermediate_size": I,
            },
            ROUTED + 4 * 8 * 3 * H * 16,
        ),
    ],
)
def test_experts_and_what_stands_beside_them_are_counted(values: dict[str, Any], params: int) -> None:
    assert _params(values) == params


def test_idle_experts_are_told_apart() -> None:
    found = read_feed_forward(Keys(MOE, []), Family(), 4, H)
    assert found.idle_params == 4 * 6 * ONE


def test_more_active_experts_than_there_are_is_a_problem() -> None:
    keys = Keys({**MOE, "num_experts_per_tok": 9}, [])
    read_feed_forward(keys, Family(), 4, H)
    assert keys.problems[0].path == ("num_experts_per_tok",)


@pytest.mark.parametrize(
    "name", ["apertus", "arcee", "nemotron", "gpt_neox", "phi", "falcon", "bloom", "mpt", "gpt2"]
)
def test_families_without_a_gate_are_known(name: str) -> None:
    assert not FAMILIES[name].gated


@pytest.mark.parametrize("name", ["qwen", "molmo"])
def test_families_that_count_both_halves_are_known(name: str) -> None:
    assert FAMILIES[name].halves
