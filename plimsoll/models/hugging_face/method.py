"""The method of a quantised checkpoint is the name by which engines call how its weights are stored."""

from collections.abc import Mapping
from typing import Any, cast

_AS_ENGINES_SAY = {
    "nvfp4": "modelopt",
    "modelopt_fp4": "modelopt",
    "compressed_tensors": "compressed-tensors",
    "gptq_marlin": "gptq",
    "auto_round": "auto-round",
}
"""Other spellings of a method (vLLM `model_executor/layers/quantization`)."""

_SECTIONS = ("quantization_config", "compression_config")


def quantised_by(config: Mapping[str, Any]) -> str:
    """Name the method of a checkpoint, by its config or its language model's; empty for plain weights."""
    for part in (config, _part(config, "text_config")):
        for section in _SECTIONS:
            stored = _part(part, section)
            if stored:
                return _method(stored)
    return ""


def _part(config: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    found = config.get(key)
    return cast("Mapping[str, Any]", found) if isinstance(found, Mapping) else {}


def _method(stored: Mapping[str, Any]) -> str:
    said = str(stored.get("quant_method") or "").lower()
    if stored.get("quant_algo"):
        return "modelopt"
    return _AS_ENGINES_SAY.get(said, said) or "compressed-tensors"
