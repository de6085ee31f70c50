"""The method of a quantised checkpoint is the name by which engines call how its weights are stored.

Beside its weights a checkpoint may declare its KV cache: engines that are told nothing else take it.
"""

from collections.abc import Iterator, Mapping
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
    return next((_method(stored) for stored in _stored(config)), "")


def cache_declared(config: Mapping[str, Any]) -> str:
    """Name the element type that a checkpoint declares for its KV cache: fp8, or empty for none known.

    ModelOpt says `kv_cache_quant_algo` (in its own file under `quantization`) or `kv_cache_scheme`, as
    compressed-tensors does (vLLM `utils/torch_utils.py`, get_kv_cache_quant_algo_string, and
    `model_executor/layers/attention/attention.py`, read 2026-11).
    """
    return next((_cache_of(stored) for stored in _stored(config)), "")


def _cache_of(stored: Mapping[str, Any]) -> str:
    inner = _part(stored, "quantization") or stored
    scheme = _part(inner, "kv_cache_scheme")
    method = "modelopt" if inner.get("quant_algo") else _method(stored)
    if scheme and method in ("modelopt", "compressed-tensors"):
        floats = scheme.get("num_bits") == _FP8_BITS and scheme.get("type") == "float"
        return "fp8" if floats and not scheme.get("dynamic") else ""
    algorithm = str(inner.get("kv_cache_quant_algo") or "").lower()
    return "fp8" if method == "modelopt" and algorithm == "fp8" else ""


_FP8_BITS = 8


def _stored(config: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for part in (config, _part(config, "text_config")):
        yield from (stored for section in _SECTIONS if (stored := _part(part, section)))


def _part(config: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    found = config.get(key)
    return cast("Mapping[str, Any]", found) if isinstance(found, Mapping) else {}


def _method(stored: Mapping[str, Any]) -> str:
    said = str(stored.get("quant_method") or "").lower()
    if stored.get("quant_algo"):
        return "modelopt"
    return _AS_ENGINES_SAY.get(said, said) or "compressed-tensors"
