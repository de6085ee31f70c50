"""Any config.json: what each family means, and ways to be wrong."""

from dataclasses import replace
from typing import Any

import pytest

from plimsoll.ground.problems import SpecError
from plimsoll.models.hugging_face.config import architecture
from plimsoll.models.read import read_config
from plimsoll.sizing.memory.kv_cache import kv_bytes_per_token, sequence_bytes
from plimsoll.sizing.memory.weights import weight_bytes
from tests.make.models import CONFIGS, config, model
from tests.make.other_models import OTHER
from tests.make.published_counts import PARAMS

SAME = {
    "llama-3.1-8b": "Llama-3.1-8B",
    "llama-2-70b": "Llama-2-70B",
    "qwen2.5-7b": "Qwen2.5-7B",
    "qwen3-32b": "Qwen3-32B",
    "qwen3-30b-a3b": "Qwen3-30B-A3B",
    "mixtral-8x7b": "Mixtral-8x7B",
    "mistral-7b-v0.1": "Mistral-7B-v0.1",
    "gemma-2-9b": "gemma-2-9b",
    "gemma-3-4b": "gemma-3-4b",
    "deepseek-v3": "DeepSeek-V3",
    "gpt-oss-120b": "gpt-oss-120b",
    "llama-4-scout": "Llama-4-Scout",
    "glm-4.5-air": "GLM-4.5-Air",
    "jamba-1.5-mini": "Jamba-1.5-Mini",
    "falcon-7b": "Falcon-7B",
    "whisper-large-v3": "whisper-large-v3",
    "vit-large-384": "ViT-L/16-384",
}


@pytest.mark.parametrize(("file", "name"), SAME.items())
def test_a_config_gives_what_the_catalogue_says(file: str, name: str) -> None:
    read = read_config(CONFIGS / f"{file}.json")
    known = model(name)
    same = replace(
        read,
        name=known.name,
        aliases=known.aliases,
        gated=known.gated,
        source=known.source,
        as_of=known.as_of,
        max_context_tok=known.max_context_tok,
        native_precision=known.native_precision,
        assumed=known.assumed,
    )
    assert same == known


@pytest.mark.parametrize(
    ("file", "groups"),
    [
        ("gemma-2-9b", [("full", 21, 0), ("sliding", 21, 4096)]),
        ("gemma-3-4b", [("full", 5, 0), ("sliding", 29, 1024)]),
        ("gpt-oss-120b", [("full", 18, 0), ("sliding", 18, 128)]),
        ("llama-4-scout", [("full", 12, 0), ("sliding", 36, 8192)]),
        ("mistral-7b-v0.1", [("sliding", 32, 4096)]),
        ("qwen2.5-7b", [("full", 28, 0)]),
        ("deepseek-v3", [("mla", 61, 0)]),
        ("jamba-1.5-mini", [("full", 4, 0), ("linear", 28, 0)]),
    ],
)
def test_windows_and_kinds_are_read(file: str, groups: list[tuple[str, int, int]]) -> None:
    read = architecture(config(file), file)
    assert [(group.kind, group.layers, group.window_tok) for group in read.attention] == groups


@pytest.mark.parametrize(("values", "params", "cached"), OTHER.values(), ids=OTHER)
def test_other_families_are_counted(values: dict[str, Any], params: float, cached: int) -> None:
    read = architecture(values, "x")
    assert read.params == pytest.approx(params, rel=0.01)
    assert kv_bytes_per_token(read) == cached


@pytest.mark.parametrize(
    ("quantisation", "precision"),
    [
        ({"quant_method": "fp8"}, "fp8"),
        ({"quant_method": "awq", "bits": 4}, "int4"),
        ({"quant_method": "gptq", "bits": 8}, "int8"),
        ({"quant_method": "bitsandbytes", "load_in_4bit": True}, "int4"),
        ({"quant_method": "mxfp4"}, "fp4"),
        ({"quant_method": "modelopt", "quant_algo": "NVFP4"}, "fp4"),
        ({"quant_method": "modelopt", "quant_algo": "FP8"}, "fp8"),
        (
            {
                "quant_method": "compressed-tensors",
                "config_groups": {"group_0": {"weights": {"num_bits": 8, "type": "float"}}},
            },
            "fp8",
        ),
        (
            {
                "quant_method": "compressed-tensors",
                "config_groups": {"group_0": {"weights": {"num_bits": 4, "type": "int", "group_size": 32}}},
            },
            "int4",
        ),
    ],
)
def test_the_published_precision_is_read(quantisation: dict[str, Any], precision: str) -> None:
    read = architecture(config("llama-3.1-8b") | {"quantization_config": quantisation}, "x")
    assert read.native_precision == precision


def test_small_groups_cost_more_bits() -> None:
    grouped = {
        "quant_method": "compressed-tensors",
        "config_groups": {"g": {"weights": {"num_bits": 4, "type": "int"}}},
    }
    plain = architecture(config("llama-3.1-8b") | {"quantization_config": grouped}, "x")
    grouped["config_groups"]["g"]["weights"]["group_size"] = 32  # type: ignore[index]
    fine = architecture(config("llama-3.1-8b") | {"quantization_config": grouped}, "x")
    assert weight_bytes(fine, "int4") > 1.05 * weight_bytes(plain, "int4")


def test_blocks_of_their_own_widths_are_summed() -> None:
    """Nemotron NAS: 2/3 of a multiplier, rounded up to 256; a layer may lack either part."""
    blocks = [
        {"attention": {"n_heads_in_group": 8}, "ffn": {"ffn_mult": 2.625}},
        {"attention": {"no_op": True}, "ffn": {"intermediate_size": 1024}},
        {"attention": {"n_heads_in_group": 16}, "ffn": {"no_op": True}},
    ]
    read = architecture(
        {"model_type": "nemotron-nas", "num_hidden_layers": 3, "hidden_size": 8192, "num_attention_heads": 64,
         "vocab_size": 1000, "max_position_embeddings": 4096, "block_configs": blocks}, "x"
    )  # fmt: skip
    attention = 8192 * 128 * (2 * 64 + 2 * 8) + 8192 * 128 * (2 * 64 + 2 * 4)
    feed = 3 * 8192 * 14_336 + 3 * 8192 * 1024
    assert read.params == pytest.approx(attention + feed + 2 * 1000 * 8192, rel=1e-4)
    assert kv_bytes_per_token(read) == (8 + 4) * 128 * 2 * 2


def test_a_window_of_the_upper_layers() -> None:
    windowed = config("qwen2.5-7b") | {
        "use_sliding_window": True,
        "sliding_window": 4096,
        "max_window_layers": 20,
    }
    read = architecture(windowed, "x")
    assert [(group.kind, group.layers) for group in read.attention] == [("full", 20), ("sliding", 8)]
    assert kv_bytes_per_token(read) == kv_bytes_per_token(architecture(config("qwen2.5-7b"), "x"))
    assert sequence_bytes(read, 32_768) < sequence_bytes(architecture(config("qwen2.5-7b"), "x"), 32_768)


@pytest.mark.parametrize("outer", ["glm4v", "qwen3_vl", "internvl", "aya_vision", "idefics3"])
def test_a_language_model_may_lie_flat_in_its_wrapper(outer: str) -> None:
    """Files of older libraries have no `text_config`; their keys mean what they mean inside one."""
    inner = {
        "num_hidden_layers": 4,
        "hidden_size": 1024,
        "num_attention_heads": 8,
        "num_key_value_heads": 2,
        "intermediate_size": 4096,
        "vocab_size": 50_000,
        "max_position_embeddings": 16_384,
        "tie_word_embeddings": False,
        "torch_dtype": "bfloat16",
    }
    nested = architecture({"model_type": outer, "text_config": inner}, "x")
    flat = architecture({"model_type": outer, **inner}, "x")
    assert (flat.params, flat.attention, flat.max_context_tok) == (
        nested.params,
        nested.attention,
        nested.max_context_tok,
    )
    assert "model_type" not in flat.assumed


def test_an_unknown_llama_like_type_is_taken_and_says_so() -> None:
    read = architecture(config("llama-3.1-8b") | {"model_type": "brandnew"}, "x")
    assert read.params == PARAMS["Llama-3.1-8B"]
    assert "model_type" in read.assumed


@pytest.mark.parametrize(
    ("changed", "path", "words"),
    [
        ({"model_type": "qwen33"}, "", ""),
        ({"model_type": None}, "model_type", "missing"),
        ({"model_type": 7}, "model_type", "not a string"),
        (
            {"model_type": "rwkv7", "architectures": ["RWKV7ForCausalLM"], "num_key_value_heads": None},
            "model_type",
            "unknown architecture",
        ),
        (
            {"model_type": "brandnew", "architectures": ["BrandNewForCausalLM"], "mamba_d_state": 16},
            "model_type",
            "unknown architecture",
        ),
        (
            {
                "model_type": "t5",
                "architectures": ["T5ForConditionalGeneration"],
                "is_encoder_decoder": True,
                "vocab_size": None,
            },
            "model_type",
            "encoder-decoder",
        ),
        (
            {
                "model_type": "ultravox",
                "architectures": [],
                "vocab_size": None,
                "text_model_id": "meta-llama/X",
            },
            "text_model_id",
            "meta-llama/X",
        ),
        ({"architectures": ["OuroForCausalLM"]}, "architectures", "OuroForCausalLM is not supported"),
        ({"architectures": ["EagleLlamaForCausalLM"]}, "architectures", "drafts for another model"),
        ({"architectures": ["MllamaForConditionalGeneration"]}, "architectures", "no longer"),
        ({"num_hidden_layers": None}, "num_hidden_layers", "missing"),
        ({"hidden_size": "4096"}, "hidden_size", "not a whole number"),
        ({"hidden_size": 4096.5}, "hidden_size", "not a whole number"),
        ({"vocab_size": -1}, "vocab_size", "not a whole number"),
        ({"vocab_size": True}, "vocab_size", "not a whole number"),
        ({"vocab_size": 10**400}, "vocab_size", "more than 30 digits"),
        ({"num_key_value_heads": 5}, "num_key_value_heads", "do not divide"),
        ({"num_attention_heads": 33, "num_key_value_heads": 33}, "head_dim", "does not divide"),
        ({"tie_word_embeddings": "no"}, "tie_word_embeddings", "not true or false"),
        ({"layer_types": ["full_attention"]}, "layer_types", "1 entries for 32 layers"),
        ({"layer_types": ["strange"] * 32}, "layer_types", "unknown kind"),
        ({"torch_dtype": "float12"}, "torch_dtype", "unknown type"),
        (
            {"quantization_config": {"quant_method": "magic"}},
            "quantization_config.quant_method",
            "unknown method",
        ),
        ({"quantization_config": {"quant_method": "gptq", "bits": 3}}, "quantization_config.bits", "3-bit"),
        ({"quantization_config": "fp8"}, "quantization_config", "not an object"),
        ({"compress_ratios": [4, 128]}, "compress_ratios", "not supported"),
    ],
)
def test_what_is_wrong_is_named(changed: dict[str, Any], path: str, words: str) -> None:
    if not path:
        assert architecture(config("llama-3.1-8b") | changed, "x").assumed == ("model_type",)
        return
    with pytest.raises(SpecError) as refused:
        architecture(config("llama-3.1-8b") | changed, "x")
    found = {problem.where: problem for problem in refused.value.problems}
    assert words in found[path].what
    assert found[path].fix


def test_every_problem_is_listed_at_once() -> None:
    broken = config("llama-3.1-8b") | {"hidden_size": None, "vocab_size": "many", "tie_word_embeddings": 3}
    with pytest.raises(SpecError) as refused:
        architecture(broken, "x")
    assert {problem.where for problem in refused.value.problems} == {
        "hidden_size",
        "vocab_size",
        "tie_word_embeddings",
    }
