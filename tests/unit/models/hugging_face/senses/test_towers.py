"""Towers by hand: 4 h² of attention, two matrices or three, a stem."""

from typing import Any

import pytest

from plimsoll.models.hugging_face.senses.towers import read_tower

H, I, L = 64, 160, 3  # noqa: E741
SIZES: dict[str, Any] = {
    "hidden_size": H,
    "intermediate_size": I,
    "num_hidden_layers": L,
    "num_attention_heads": 4,
    "patch_size": 14,
    "image_size": 28,
    "num_channels": 3,
}
PLAIN = 4 * H * H + 2 * H * I + 9 * H + I
GATED = 4 * H * H + 3 * H * I + 2 * H
PATCH = 3 * 14 * 14 * H
TABLE = 5 * H


@pytest.mark.parametrize(
    ("values", "params"),
    [
        ({**SIZES, "model_type": "clip_vision_model"}, L * PLAIN + PATCH + TABLE),
        ({**SIZES, "model_type": "pixtral"}, L * GATED + PATCH),
        ({**SIZES, "model_type": "qwen2_5_vl", "temporal_patch_size": 2}, L * GATED + 2 * PATCH),
        ({**SIZES, "model_type": "siglip_vision_model", "vision_use_head": False}, L * PLAIN + PATCH + TABLE),
        ({**SIZES, "model_type": "siglip_vision_model"}, (L + 1) * PLAIN + PATCH + TABLE),
        (
            {**SIZES, "model_type": "exaone4_5_vision", "num_key_value_heads": 2, "temporal_patch_size": 1},
            L * (GATED - H * H) + PATCH,
        ),
    ],
)
def test_a_tower_is_summed(values: dict[str, Any], params: int) -> None:
    assert read_tower("unheard_of", "vision_config", values, []).params == params


def test_qwen2_calls_the_width_of_its_language_model_hidden() -> None:
    values = {"model_type": "qwen2_vl", "depth": 2, "embed_dim": H, "hidden_size": 999, "mlp_ratio": 4}
    tower = read_tower("qwen2_vl", "vision_config", {**values, "patch_size": 14}, [])
    assert tower.width == H
    assert tower.params == 2 * (12 * H * H + 13 * H) + 2 * PATCH


def test_an_ear_has_two_convolutions_and_a_table() -> None:
    values = {
        "model_type": "whisper_like",
        "d_model": H,
        "encoder_layers": L,
        "encoder_ffn_dim": I,
        "num_mel_bins": 80,
        "max_source_positions": 100,
    }
    tower = read_tower("unheard_of", "audio_config", values, [])
    assert tower.params == L * PLAIN + 3 * H * (80 + H) + 100 * H


def test_a_tower_that_says_nothing_weighs_nothing_and_a_missing_one_is_its_wrappers() -> None:
    assert read_tower("unheard_of", "vision_config", {"model_type": "nobody"}, []).params == 0
    assert read_tower("llava", "vision_config", None, []).width == 1024


def test_a_width_that_is_no_number_is_a_problem() -> None:
    problems: list[Any] = []
    read_tower("unheard_of", "vision_config", {**SIZES, "hidden_size": "wide"}, problems)
    assert problems[0].path == ("vision_config", "hidden_size")
