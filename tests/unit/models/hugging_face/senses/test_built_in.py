"""What a class builds in: towers by name, adapters by rank."""

from typing import Any

from plimsoll.models.hugging_face.keys import Keys
from plimsoll.models.hugging_face.senses.built_in import CLIP_L_336, WHISPER_LARGE, built_in
from tests.make.models import published

PHI: dict[str, Any] = {
    "model_type": "phi4mm",
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "intermediate_size": 100,
}


def test_published_encoders_have_the_size_that_was_published() -> None:
    assert round(CLIP_L_336.params / 1e6) == 304
    assert round(WHISPER_LARGE.params / 1e6) == 637


def test_an_adapter_is_its_rank_times_both_sides_of_every_matrix() -> None:
    without, with_one = (built_in(Keys(values, []), 64) for values in (PHI, {**PHI, "vision_lora": {"r": 8}}))
    sides = (64 + 128) + (64 + 64) + (64 + 200) + (100 + 64)
    assert with_one - without == 2 * 8 * sides


def test_most_families_build_nothing_in() -> None:
    assert built_in(Keys({"model_type": "llama"}, []), 4096) == 0


def test_an_ear_that_is_only_named_is_known_by_its_name() -> None:
    named = {"model_type": "ultravox", "audio_model_id": "some/whisper"}
    assert built_in(Keys(named, []), 64) == WHISPER_LARGE.params
    assert built_in(Keys({**named, "audio_config": {"d_model": 64}}, []), 64) == 0


def test_towers_and_adapters_are_in_the_sum() -> None:
    read = published("phi4mm")
    assert read.aside_params > 1.5e9
    assert not read.assumed
