"""Which modules a quantised checkpoint keeps at 16 bit, by every writer's way to say it."""

from collections.abc import Callable
from typing import Any

import pytest

from plimsoll.ground.problems import SpecError
from plimsoll.models.hugging_face.config import architecture
from plimsoll.sizing.memory.weights import weight_bytes
from tests.make.quantised import LAYERS, by_hand, packed

INT4 = 4 + 20 / 128
PACKED = 4 + 16 / 128


def _all(bits: float) -> Callable[[int, str], float]:
    return lambda layer, name: bits


def _but(bits: float, *spared: str, kept: float = 16.0) -> Callable[[int, str], float]:
    return lambda layer, name: kept if any(each in f"layers.{layer}.{name}." for each in spared) else bits


ATTENTION = [f"model.layers.{layer}.self_attn.{part}_proj" for layer in range(LAYERS) for part in "qkvo"]
WEIGHTS_INT4 = {"num_bits": 4, "type": "int", "group_size": 128, "symmetric": True, "strategy": "group"}
WEIGHTS_FP8 = {"num_bits": 8, "type": "float", "strategy": "channel"}
WEIGHTS_NVFP4 = {"num_bits": 4, "type": "float", "group_size": 16}

CASES: dict[str, tuple[dict[str, Any], float]] = {
    "fp8, all": ({"quant_method": "fp8"}, by_hand(_all(8))),
    "fp8, attention named layer by layer": (
        {"quant_method": "fbgemm_fp8", "modules_to_not_convert": ATTENTION},
        by_hand(_but(8, "self_attn")),
    ),
    "fp8, first layer whole": (
        {"quant_method": "fp8", "ignored_layers": ["model.layers.0", "lm_head"]},
        by_hand(_but(8, "layers.0.")),
    ),
    "compressed, expression": (
        {
            "quant_method": "compressed-tensors",
            "config_groups": {"group_0": {"targets": ["Linear"], "weights": WEIGHTS_FP8}},
            "ignore": ["re:.*self_attn.*", "lm_head"],
        },
        by_hand(_but(8, "self_attn")),
    ),
    "compressed, int4 groups": (
        {
            "quant_method": "compressed-tensors",
            "config_groups": {"group_0": {"targets": ["Linear"], "weights": WEIGHTS_INT4}},
            "ignore": ["lm_head", "re:.*down_proj$"],
        },
        by_hand(_but(PACKED, "down_proj")),
    ),
    "compressed, zero points": (
        {
            "quant_method": "compressed-tensors",
            "config_groups": {
                "group_0": {"targets": ["Linear"], "weights": {**WEIGHTS_INT4, "symmetric": False}}
            },
        },
        by_hand(_all(4 + 20 / 128)),
    ),
    "compressed, two formats": (
        {
            "quant_method": "compressed-tensors",
            "config_groups": {
                "group_0": {"targets": ["re:.*self_attn.*"], "weights": WEIGHTS_FP8},
                "group_1": {"targets": ["re:.*mlp.*"], "weights": WEIGHTS_NVFP4},
            },
        },
        by_hand(_but(4.5, "self_attn", kept=8.0)),
    ),
    "awq, groups of 64": (
        {"quant_method": "awq", "bits": 4, "group_size": 64, "modules_to_not_convert": ["self_attn"]},
        by_hand(_but(4 + 20 / 64, "self_attn")),
    ),
    "gptq, head too": (
        {"quant_method": "gptq", "bits": 4, "group_size": 128, "lm_head": True},
        by_hand(_all(INT4), head=INT4),
    ),
    "gptq, dynamic": (
        {
            "quant_method": "gptq",
            "bits": 4,
            "group_size": 128,
            "dynamic": {r"-:.*self_attn": {}, r"+:.*down_proj": {"bits": 8, "group_size": 32}},
        },
        by_hand(lambda layer, name: 16 if "self" in name else 8 + 24 / 32 if "down" in name else INT4),
    ),
    "auto-round, modules of their own": (
        {
            "quant_method": "auto-round",
            "bits": 4,
            "group_size": 128,
            "extra_config": {"model.layers.1.mlp.down_proj": {"bits": 16, "data_type": "float"}},
        },
        by_hand(_but(INT4, "layers.1.mlp.down_proj")),
    ),
    "torchao, tables at 16 bit": (
        {
            "quant_method": "torchao",
            "include_input_output_embeddings": False,
            "quant_type": {"default": {"_type": "Int4WeightOnlyConfig", "_data": {"group_size": 128}}},
        },
        by_hand(_all(4.25)),
    ),
    "torchao, by module": (
        {
            "quant_method": "torchao",
            "quant_type": {
                "default": {
                    "_type": "ModuleFqnToConfig",
                    "_data": {
                        "module_fqn_to_config": {
                            "_default": {"_type": "Int4WeightOnlyConfig", "_data": {"group_size": 32}},
                            "model.embed_tokens": {"_type": "Int8WeightOnlyConfig", "_data": {}},
                            "lm_head": None,
                            "model.layers.0.mlp.up_proj": None,
                        }
                    },
                }
            },
        },
        by_hand(_but(5.0, "layers.0.mlp.up_proj"), tables=8.0),
    ),
    "bitsandbytes, nf4": (
        {"quant_method": "bitsandbytes", "load_in_4bit": True, "llm_int8_skip_modules": ["lm_head"]},
        by_hand(_all(4.5)),
    ),
    "bitsandbytes, double": (
        {
            "quant_method": "bitsandbytes",
            "load_in_4bit": True,
            "bnb_4bit_use_double_quant": True,
            "llm_int8_skip_modules": ["lm_head", "layers.2.mlp"],
        },
        by_hand(_but(4.127, "layers.2.mlp")),
    ),
    "modelopt, wildcards": (
        {
            "quant_method": "modelopt",
            "quant_algo": "NVFP4",
            "exclude_modules": ["lm_head", "model.layers.*.self_attn*"],
        },
        by_hand(_but(4.5, "self_attn")),
    ),
    "modelopt, its own file": (
        {
            "quantization": {"quant_algo": "FP8", "exclude_modules": ["lm_head", "*mlp.gate_proj*"]},
        },
        by_hand(_but(8, "gate_proj")),
    ),
    "modelopt, mixed": (
        {
            "quant_method": "modelopt",
            "quant_algo": "MIXED_PRECISION",
            "quantized_layers": {
                f"model.layers.{layer}.mlp.{part}_proj": {"quant_algo": "FP8"}
                for layer in range(LAYERS)
                for part in ("gate", "up", "down")
            },
        },
        by_hand(_but(8, "self_attn")),
    ),
    "quark": (
        {
            "quant_method": "quark",
            "global_quant_config": {"weight": {"dtype": "fp4", "group_size": 32}},
            "layer_quant_config": {"*self_attn*": {"weight": {"dtype": "fp8_e4m3"}}},
            "exclude": ["lm_head", "model.layers.5.mlp.up_proj"],
        },
        by_hand(
            lambda layer, name: 16 if (layer, name) == (5, "mlp.up_proj") else 8 if "self" in name else 4.25
        ),
    ),
    "hqq": ({"quant_method": "hqq", "quant_config": {}}, by_hand(_all(4.5))),
    "mxfp4, names": (
        {"quant_method": "mxfp4", "modules_to_not_convert": ["model.layers.*.self_attn", "lm_head"]},
        by_hand(_but(4.25, "self_attn")),
    ),
    "mxfp4, no names": ({"quant_method": "mxfp4"}, by_hand(_but(4.25, "self_attn"))),
}


@pytest.mark.parametrize(("quantisation", "wanted"), CASES.values(), ids=CASES)
def test_a_checkpoint_weighs_what_its_lists_say(quantisation: dict[str, Any], wanted: float) -> None:
    read = architecture(packed(**quantisation), "x")
    assert weight_bytes(read, read.native_precision) == pytest.approx(wanted, rel=1e-6)


def test_a_model_of_another_precision_takes_no_notice_of_the_lists() -> None:
    read = architecture(packed(quant_method="gptq", bits=4, group_size=128, lm_head=True), "x")
    assert weight_bytes(read, "fp8") == pytest.approx(by_hand(_all(8)), rel=1e-6)


@pytest.mark.parametrize("quantisation", [{"quant_method": "unheard-of"}, {"quant_method": "awq", "bits": 3}])
def test_a_method_that_nobody_knows_is_refused(quantisation: dict[str, Any]) -> None:
    with pytest.raises(SpecError, match=r"unknown method|3-bit"):
        architecture(packed(**quantisation), "x")


def test_a_tower_is_packed_only_by_bitsandbytes_without_a_list() -> None:
    tower = {
        "hidden_size": 256,
        "intermediate_size": 1024,
        "num_hidden_layers": 4,
        "model_type": "clip_vision_model",
    }
    outer = {"model_type": "llava", "text_config": {**packed()}, "vision_config": tower}
    spared = {"quant_method": "bitsandbytes", "load_in_4bit": True, "llm_int8_skip_modules": ["vision_tower"]}
    all_packed = {"quant_method": "bitsandbytes", "load_in_4bit": True}
    outer["text_config"].pop("quantization_config")
    light = architecture({**outer, "quantization_config": all_packed}, "x")
    heavy = architecture({**outer, "quantization_config": spared}, "x")
    assert heavy.kept_params - light.kept_params == light.aside_params


@pytest.mark.parametrize(
    "lists",
    [
        {"ignore": ["re:(?:[a-z0-9_.]+)+!"]},
        {"ignore": [f"re:.*{each}.*" for each in range(5_000)]},
        {"ignore": [f"*.{each}.*x*" for each in range(5_000)]},
    ],
)
def test_lists_that_take_too_long_to_match_are_told(lists: dict[str, Any]) -> None:
    with pytest.raises(SpecError, match="too long to match"):
        architecture(packed(quant_method="fp8", **lists), "x")


def test_a_checkpoint_may_name_every_expert() -> None:
    """AutoRound lists each module; whether neighbours are packed alike makes no difference."""
    names = [
        f"model.layers.{layer}.mlp.experts.{each}.up_proj" for layer in range(6) for each in range(4_000)
    ]
    extra = {name: {"bits": (8, 16)[place % 2]} for place, name in enumerate(names)}
    extra |= {f"model.layers.{layer}.self_attn.o_proj": {"bits": 16} for layer in range(LAYERS)}
    read = architecture(packed(quant_method="auto-round", bits=4, group_size=128, extra_config=extra), "x")
    assert weight_bytes(read, "int4") == pytest.approx(by_hand(_but(INT4, "self_attn.o_proj")), rel=1e-6)
