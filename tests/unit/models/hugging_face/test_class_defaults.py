"""What a config leaves out is the default of the class that reads it, part by part."""

from plimsoll.models.hugging_face.class_defaults import class_row, part_defaults, text_defaults
from plimsoll.models.hugging_face.config import architecture


def test_a_class_that_nobody_knows_has_no_defaults() -> None:
    assert class_row("nobody") == class_row("") == class_row("llama\t") == {}


def test_a_wrapper_has_the_defaults_of_its_language_model() -> None:
    assert text_defaults("gemma3")["head_dim"] == class_row("gemma3_text")["head_dim"]


def test_a_part_that_is_given_has_its_own_class_and_one_that_is_not_is_the_wrappers() -> None:
    given = part_defaults("llava", "vision_config", {"model_type": "clip_vision_model"})
    assert given["hidden_size"] == 768
    assert part_defaults("llava", "vision_config", None)["hidden_size"] == 1024
    assert part_defaults("llava", "vision_config", {"model_type": "nobody"}) == {"model_type": "nobody"}


def test_a_null_is_a_value_and_no_gap() -> None:
    outer = {"model_type": "mistral", "torch_dtype": "bfloat16"}
    assert architecture(outer, "x").attention[0].kind == "sliding"
    assert architecture({**outer, "sliding_window": None}, "x").attention[0].kind == "full"


def test_sizes_that_are_left_out_are_named() -> None:
    whole = architecture({"model_type": "llama", "torch_dtype": "bfloat16", "vocab_size": 32_064}, "x")
    assert whole.left_out == ("layers", "hidden", "heads", "ffn_dim")
    assert whole.params == 6_738_415_616 + 2 * 64 * 4096
