"""Projectors by hand, one wrapper of each kind."""

from typing import Any

import pytest

from plimsoll.models.hugging_face.keys import Keys
from plimsoll.models.hugging_face.senses.projectors import knows_projector, projector_params
from plimsoll.models.hugging_face.senses.towers import Tower

V, T = 32, 48


def _count(outer: dict[str, Any], own: dict[str, Any] | None = None, part: str = "vision_config") -> int:
    return projector_params(Keys(outer, []), part, Tower(1000, V, Keys(own or {}, [])), T)


@pytest.mark.parametrize(
    ("outer", "own", "params"),
    [
        ({"model_type": "llava"}, {}, V * T + T * T + 2 * T),
        ({"model_type": "gemma3"}, {}, V * T),
        ({"model_type": "qwen2_vl"}, {"spatial_merge_size": 2}, (4 * V) ** 2 + 4 * V * T + 4 * V + T),
        (
            {"model_type": "qwen3_vl"},
            {"deepstack_visual_indexes": [1, 2, 3]},
            4 * ((4 * V) ** 2 + 4 * V * T + 4 * V + T),
        ),
        ({"model_type": "internvl_chat", "downsample_ratio": 0.5}, {}, 4 * V * T + T * T + 2 * T),
        ({"model_type": "idefics3", "scale_factor": 3}, {}, 9 * V * T),
        ({"model_type": "mistral3"}, {}, 4 * V * V + V * T + T * T + V),
        ({"model_type": "aya_vision", "alignment_intermediate_size": 100}, {}, 4 * V * 100 + 50 * T),
        ({"model_type": "kimi_vl"}, {}, (4 * V) ** 2 + 4 * V * T),
        ({"model_type": "minicpmv"}, {}, 0),
        ({"model_type": "unheard_of"}, {}, V * T + T * T + 2 * T),
    ],
)
def test_a_projector_is_summed(outer: dict[str, Any], own: dict[str, Any], params: int) -> None:
    assert _count(outer, own) == params


def test_what_is_heard_has_projectors_of_its_own() -> None:
    assert _count({"model_type": "qwen2_audio"}, part="audio_config") == V * T
    assert (
        _count({"model_type": "voxtral"}, {"intermediate_size": 4 * V}, "audio_config") == 4 * V * T + T * T
    )


def test_no_tower_needs_no_projector() -> None:
    assert projector_params(Keys({"model_type": "llava"}, []), "vision_config", Tower(), T) == 0


def test_a_wrapper_that_nobody_knows_is_an_estimate() -> None:
    assert knows_projector(Keys({"model_type": "llava"}, []), "vision_config")
    assert not knows_projector(Keys({"model_type": "unheard_of"}, []), "vision_config")
