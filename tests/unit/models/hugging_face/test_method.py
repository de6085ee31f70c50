"""The method of a checkpoint is called as engines call it; its KV cache is as the checkpoint declares it."""

from typing import Any

import pytest

from plimsoll.models.hugging_face.method import cache_declared, quantised_by


@pytest.mark.parametrize(
    ("config", "method"),
    [
        ({}, ""),
        ({"quantization_config": {"quant_method": "awq", "bits": 4}}, "awq"),
        ({"quantization_config": {"quant_method": "gptq_marlin"}}, "gptq"),
        ({"quantization_config": {"quant_method": "fp8", "weight_block_size": [128, 128]}}, "fp8"),
        ({"quantization_config": {"quant_method": "mxfp4"}}, "mxfp4"),
        ({"quantization_config": {"quant_algo": "NVFP4", "producer": {"name": "modelopt"}}}, "modelopt"),
        ({"quantization_config": {"config_groups": {}, "format": "pack-quantized"}}, "compressed-tensors"),
        ({"compression_config": {"quant_method": "compressed-tensors"}}, "compressed-tensors"),
        (
            {"text_config": {"quantization_config": {"quant_method": "compressed-tensors"}}},
            "compressed-tensors",
        ),
        ({"quantization_config": None, "text_config": None}, ""),
    ],
)
def test_the_method_of_a_config(config: dict[str, Any], method: str) -> None:
    assert quantised_by(config) == method


FP8 = {"num_bits": 8, "type": "float", "dynamic": False}


@pytest.mark.parametrize(
    ("stored", "declared"),
    [
        ({"quant_method": "modelopt", "quant_algo": "FP8", "kv_cache_quant_algo": "FP8"}, "fp8"),
        ({"quant_method": "modelopt_fp4", "quant_algo": "NVFP4", "kv_cache_scheme": FP8}, "fp8"),
        (
            {
                "producer": {"name": "modelopt"},
                "quantization": {"quant_algo": "FP8", "kv_cache_quant_algo": "FP8"},
            },
            "fp8",
        ),
        ({"quant_method": "compressed-tensors", "kv_cache_scheme": FP8}, "fp8"),
        ({"quant_method": "modelopt", "quant_algo": "FP8", "kv_cache_quant_algo": None}, ""),
        ({"quant_method": "modelopt", "quant_algo": "FP8", "kv_cache_quant_algo": "NVFP4"}, ""),
        ({"quant_method": "modelopt", "quant_algo": "FP8"}, ""),
        ({"quant_method": "modelopt", "quant_algo": "FP8", "kv_cache_quant_algo": [8]}, ""),
        ({"quant_method": "modelopt", "quant_algo": "FP8", "kv_cache_scheme": {**FP8, "dynamic": True}}, ""),
        ({"quant_method": "compressed-tensors", "kv_cache_scheme": {**FP8, "num_bits": 4}}, ""),
        ({"quant_method": "compressed-tensors", "kv_cache_scheme": None}, ""),
        ({"quant_method": "awq", "kv_cache_quant_algo": "FP8"}, ""),
    ],
)
def test_each_publisher_says_it_in_its_own_way(stored: dict[str, Any], declared: str) -> None:
    assert cache_declared({"quantization_config": stored}) == declared
    assert cache_declared({"text_config": {"quantization_config": stored}}) == declared


def test_plain_weights_declare_none() -> None:
    assert cache_declared({"model_type": "llama"}) == ""
