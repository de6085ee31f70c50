"""A training starts from 16-bit weights: what was quantised to be served is refused, by its 16-bit name."""

from typing import Any

import pytest

from plimsoll.catalog.tables import load
from plimsoll.models.hugging_face.config import architecture
from plimsoll.spec.draft import Draft
from plimsoll.spec.runs.starting_weights import dequantised, quantised_start

CATALOG = load()


def told(name: str, method: str) -> list[str]:
    spec = Draft({"model": name, "method": method})
    return [str(each) for each in quantised_start(spec, CATALOG, CATALOG.model(name))]


@pytest.mark.parametrize("method", ["full", "lora", "qlora"])
@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("hugging-quants/Meta-Llama-3.1-8B-Instruct-AWQ-INT4", "meta-llama/Llama-3.1-8B-Instruct"),
        ("Qwen/Qwen2.5-7B-Instruct-AWQ", "Qwen/Qwen2.5-7B-Instruct"),
        ("Qwen/Qwen3-32B-FP8", "Qwen/Qwen3-32B"),
        ("RedHatAI/Llama-3.3-70B-Instruct-FP8-dynamic", "meta-llama/Llama-3.3-70B-Instruct"),
        ("nvidia/Llama-3.3-70B-Instruct-FP4", "meta-llama/Llama-3.3-70B-Instruct"),
    ],
)
def test_what_was_quantised_to_be_served_names_what_it_was_made_of(
    name: str, plain: str, method: str
) -> None:
    (problem,) = told(name, method)
    assert problem.startswith(f"model: {name} holds ")
    assert problem.endswith(f"; write {plain}")


@pytest.mark.parametrize("name", ["deepseek-ai/DeepSeek-V3", "openai/gpt-oss-20b", "Qwen/Qwen3-8B"])
def test_what_nobody_published_otherwise_is_dequantised(name: str) -> None:
    assert told(name, "lora") == []


def test_pretraining_takes_the_shape_alone() -> None:
    assert told("Qwen/Qwen2.5-7B-Instruct-AWQ", "pretrain") == []
    model = CATALOG.model("Qwen/Qwen3-8B")
    assert model is not None
    assert dequantised(model) == ""


def test_a_config_of_ones_own_is_refused_without_a_name_to_offer() -> None:
    config: dict[str, Any] = {
        "model_type": "llama",
        "num_hidden_layers": 32,
        "hidden_size": 4096,
        "num_attention_heads": 32,
        "num_key_value_heads": 8,
        "intermediate_size": 14336,
        "vocab_size": 128256,
        "quantization_config": {"quant_method": "gptq", "bits": 4, "group_size": 128},
    }
    model = architecture(config, "own/config.json")
    spec = Draft({"model": "own/config.json", "method": "qlora"})
    (problem,) = quantised_start(spec, CATALOG, model)
    assert "int4 weights (gptq)" in str(problem)
    assert problem.fix == "name the 16-bit model that it was made of, or give its config.json"
