"""A checkpoint declares its KV cache in the words of who quantised it; what is not known is none."""

from typing import Any

import pytest

from plimsoll.models.hugging_face.method import cache_declared

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
