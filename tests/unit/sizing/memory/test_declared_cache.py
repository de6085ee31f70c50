"""The cache is counted as it is kept: by the spec, else as the checkpoint declares it."""

import json
from pathlib import Path
from typing import Any

import pytest

from plimsoll.catalog.tables import load
from plimsoll.plan.of_spec import planned_one
from plimsoll.plan.plan import Plan
from plimsoll.spec.runs.read import load_any
from plimsoll.speed.read import load_speed

CONFIG: dict[str, Any] = {
    "architectures": ["LlamaForCausalLM"],
    "model_type": "llama",
    "hidden_size": 4096,
    "intermediate_size": 14336,
    "num_attention_heads": 32,
    "num_hidden_layers": 32,
    "num_key_value_heads": 8,
    "vocab_size": 128256,
    "max_position_embeddings": 131072,
    "tie_word_embeddings": False,
    "torch_dtype": "bfloat16",
}
MODELOPT = {"quant_method": "modelopt", "quant_algo": "FP8", "kv_cache_quant_algo": "FP8"}
SIXTEEN_BIT = 2 * 32 * 8 * 128 * 2
"""K and V of 32 layers of 8 heads of 128, two bytes each."""


def planned(folder: Path, config: dict[str, Any], engine: str = "", own: object = None) -> Plan:
    (folder / "config.json").write_text(json.dumps(config))
    if own is not None:
        (folder / "hf_quant_config.json").write_text(json.dumps(own))
    spec = folder / "spec.yaml"
    spec.write_text(
        "model: ./config.json\nweights: acme/llama-fp8\nload: {qps: 2}\ncapacity: {allow: [g6e]}\n" + engine
    )
    answer = planned_one(load_any(spec, load()), load_speed())
    assert isinstance(answer, Plan), answer
    return answer


def test_a_declared_cache_takes_half_and_is_told(tmp_path: Path) -> None:
    plain = planned(tmp_path, CONFIG | {"quantization_config": {**MODELOPT, "kv_cache_quant_algo": None}})
    fp8 = planned(tmp_path, CONFIG | {"quantization_config": MODELOPT})
    assert (plain.kv_bytes_per_token, fp8.kv_bytes_per_token) == (SIXTEEN_BIT, SIXTEEN_BIT // 2)
    said = {each.name: each for each in fp8.assumptions}["engine.kv_cache_dtype"]
    assert (said.value, "declared by the checkpoint" in said.source) == ("fp8", True)
    assert "engine.kv_cache_dtype" not in {each.name for each in plain.assumptions}


def test_the_file_of_modelopt_beside_the_config_says_it_too(tmp_path: Path) -> None:
    own = {
        "producer": {"name": "modelopt"},
        "quantization": {"quant_algo": "FP8", "kv_cache_quant_algo": "FP8"},
    }
    plan = planned(tmp_path, CONFIG, own=own)
    assert plan.kv_bytes_per_token == SIXTEEN_BIT // 2
    assert plan.chosen.precision == "fp8"


@pytest.mark.parametrize(
    ("engine", "share"),
    [
        ("engine: {kv_cache_dtype: bf16}", 1),
        ("engine: {kv_cache_dtype: fp8}", 2),
        ('engine: {version: "0.11"}', 1),
        ('engine: {version: "0.22"}', 2),
    ],
)
def test_what_the_spec_says_goes_first_and_older_engines_are_taken_at_16_bit(
    tmp_path: Path, engine: str, share: int
) -> None:
    plan = planned(tmp_path, CONFIG | {"quantization_config": MODELOPT}, engine)
    assert plan.kv_bytes_per_token == SIXTEEN_BIT // share
