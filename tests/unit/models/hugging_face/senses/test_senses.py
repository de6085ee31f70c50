"""What stands beside the language model, whether the config describes it or its class assumes it."""

from typing import Any

from plimsoll.models.hugging_face.config import architecture
from plimsoll.models.hugging_face.senses.senses import read_senses
from tests.make.quantised import CONFIG

TOWER = {
    "model_type": "clip_vision_model",
    "hidden_size": 64,
    "intermediate_size": 128,
    "num_hidden_layers": 2,
}


def _wrapped(**values: Any) -> dict[str, Any]:
    return {"model_type": "llava", "text_config": CONFIG, "torch_dtype": "bfloat16", **values}


def test_the_tower_and_its_projector_are_in_the_checkpoint() -> None:
    text, seeing = architecture(CONFIG, "x"), architecture(_wrapped(vision_config=TOWER), "x")
    assert seeing.params - text.params == seeing.aside_params == seeing.kept_params - text.kept_params > 0
    assert seeing.active_params == text.active_params
    assert not seeing.assumed


def test_a_tower_that_is_left_out_is_the_one_of_the_class() -> None:
    assert read_senses(_wrapped(), 1024, []).params > 300e6
    assert read_senses(_wrapped(vision_config=None), 1024, []).params == 0


def test_an_unknown_wrapper_is_an_estimate_and_says_so() -> None:
    assert read_senses({"model_type": "unheard_of", "vision_config": TOWER}, 1024, []).estimated
    assert (
        "vision_params" in architecture(_wrapped(model_type="unheard_of", vision_config=TOWER), "x").assumed
    )


def test_both_senses_are_summed() -> None:
    ear = {"model_type": "e", "d_model": 64, "encoder_layers": 2, "encoder_ffn_dim": 128, "num_mel_bins": 80}
    seeing = read_senses(_wrapped(vision_config=TOWER), 1024, []).params
    assert read_senses(_wrapped(vision_config=TOWER, audio_config=ear), 1024, []).params > seeing
