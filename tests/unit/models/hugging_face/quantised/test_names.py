"""Whether a list of patterns names a module, in every writer's way to spell it."""

import pytest

from plimsoll.models.hugging_face.quantised.names import MOST_EFFORT, ModuleNames, bare

MODULE = "layers.3.self_attn.q_proj"


@pytest.mark.parametrize(
    "pattern",
    [
        "model.layers.3.self_attn.q_proj",
        "model.layers.3.self_attn",
        "language_model.model.layers.3",
        "model.language_model.layers.3.self_attn.q_proj",
        "transformer.h.3.self_attn",
        "self_attn",
        "self_attn.q_proj",
        "q_proj",
        "*.self_attn*",
        "model.layers.*.self_attn",
        "*q_proj",
        "re:.*self_attn.*",
        r"re:model\.layers\.[0-3]\.self_attn.*",
        "re:.*q_proj$",
    ],
)
def test_a_pattern_names_a_module(pattern: str) -> None:
    assert ModuleNames([pattern]).name(MODULE)


@pytest.mark.parametrize(
    "pattern",
    [
        "model.layers.33.self_attn",
        "model.layers.30",
        "layers.3.self_attn.k_proj",
        "attn",
        "q_pro",
        "lm_head",
        "visual.blocks.3.self_attn.q_proj",
        "re:model.layers.4.*",
        "re:(",
        "re:",
        "",
        "*.mlp.*",
        "mtp.layers.3",
    ],
)
def test_a_pattern_does_not_name_it(pattern: str) -> None:
    assert not ModuleNames([pattern]).name(MODULE)


def test_a_list_of_towers_is_known_for_one() -> None:
    assert ModuleNames(["visual.blocks.0.attn.qkv"]).tower
    assert ModuleNames(["re:vision_tower.*"]).tower
    assert not ModuleNames(["model.layers.0", "lm_head"]).tower


def test_what_is_no_text_is_passed_over() -> None:
    assert not ModuleNames([None, 3, {}, "x" * 10_000])


def test_what_stands_before_a_layer_is_cut() -> None:
    assert bare("language_model.model.layers.7.mlp") == bare("transformer.h.7.mlp") == "layers.7.mlp"
    assert bare("model.norm") == "norm"


@pytest.mark.parametrize(
    "pattern", [r"re:(?:[a-z0-9_.]+)+!", r"re:(a|a)*!", r"re:(\w{2,}){2,}!", r"re:\w*.*.*.*.*!"]
)
def test_an_expression_that_may_take_for_ever_is_more_than_all_may_take(pattern: str) -> None:
    assert ModuleNames([pattern]).effort > MOST_EFFORT


def test_the_lists_of_publishers_take_little() -> None:
    layers = [rf"re:.*layers\.{layer}\.mlp\.(gate|up|down)_proj.*" for layer in range(80)]
    globs = [f"model.layers.{layer}.*" for layer in range(80)]
    assert ModuleNames([*layers, *globs]).effort < MOST_EFFORT / 2
    assert ModuleNames(f"model.layers.{each}.mlp" for each in range(100_000)).effort == 1
