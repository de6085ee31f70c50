"""The method of a checkpoint is called as engines call it."""

from typing import Any

import pytest

from plimsoll.models.hugging_face.method import quantised_by


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
