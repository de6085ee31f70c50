"""A checkpoint's `quantization_config` says how its weights are stored."""

from collections.abc import Mapping
from typing import Any, cast

from plimsoll.ground.start_up import record
from plimsoll.models.hugging_face.keys import Keys, shown

MXFP4_BITS = 4.25
"""4 bits and one 8-bit scale for 32 weights (OCP Microscaling Formats 1.0)."""

_BY_METHOD = {
    "fp8": "fp8",
    "fbgemm_fp8": "fp8",
    "mxfp4": "fp4",
    "nvfp4": "fp4",
    "modelopt_fp4": "fp4",
    "awq": "int4",
    "gptq": "int4",
    "gptq_marlin": "int4",
    "auto-round": "int4",
    "auto_round": "int4",
    "hqq": "int4",
    "eetq": "int8",
    "bitsandbytes": "int8",
    "torchao": "int8",
    "quanto": "int8",
}
_PLAIN = {
    "bfloat16": "bf16",
    "bf16": "bf16",
    "float16": "fp16",
    "fp16": "fp16",
    "half": "fp16",
    "float32": "fp16",
    "fp32": "fp16",
}


@record
class Storage:
    """Published precision, bits per quantised weight (0 = usual), and whether only experts are quantised."""

    precision: str
    bits: float = 0.0
    experts_only: bool = False
    assumed: bool = False


def read_storage(keys: Keys) -> Storage:
    """Read the precision a checkpoint is published in; plain float32 is served as fp16."""
    config = keys.nested("quantization_config") or keys.nested("compression_config")
    if config is None:
        dtype = keys.raw("torch_dtype", "dtype")
        if dtype is None:
            return Storage("bf16", assumed=True)
        if not isinstance(dtype, str) or dtype.removeprefix("torch.") not in _PLAIN:
            keys.note(
                "torch_dtype", f"unknown type {shown(dtype)}", f"known types: {', '.join(sorted(_PLAIN))}"
            )
            return Storage("bf16", assumed=True)
        return Storage(_PLAIN[dtype.removeprefix("torch.")])
    inner = Keys(config, keys.problems, path=("quantization_config",))
    method = inner.text("quant_method").lower()
    experts_only = _spares_attention(inner)
    if method == "mxfp4":
        return Storage("fp4", MXFP4_BITS, experts_only=True)
    if method in {"compressed-tensors", "compressed_tensors"} or inner.has("config_groups"):
        precision, bits = _compressed(inner)
        return Storage(precision, bits, experts_only)
    if inner.has("quant_algo"):
        return Storage(_by_name(inner.text("quant_algo")), experts_only=experts_only)
    precision = _BY_METHOD.get(method)
    if precision is None:
        inner.note(
            "quant_method",
            f"unknown method {shown(method)}",
            f"known methods: {', '.join(sorted(_BY_METHOD))}",
        )
        return Storage("bf16", assumed=True)
    return Storage(_with_bits(inner, precision), experts_only=experts_only)


def _with_bits(inner: Keys, precision: str) -> str:
    if inner.flag("load_in_4bit"):
        return "int4"
    bits = inner.whole("bits", "w_bit", default=0, low=0)
    if bits in (0, 4, 8):
        return {0: precision, 4: "int4", 8: "int8"}[bits] if precision.startswith("int") else precision
    inner.note("bits", f"{bits}-bit weights are not supported", "use a 4- or 8-bit checkpoint")
    return precision


def _by_name(algorithm: str) -> str:
    name = algorithm.lower()
    if "fp4" in name:
        return "fp4"
    if "fp8" in name:
        return "fp8"
    return "int4" if "4" in name else "int8"


def _compressed(inner: Keys) -> tuple[str, float]:
    """Read compressed-tensors: the weights of the first group; every group scale is a 16-bit number."""
    groups = inner.nested("config_groups") or {}
    first: Any = groups[min(groups)] if groups else {}
    weights: Any = cast("dict[str, Any]", first).get("weights") if isinstance(first, dict) else None
    if not isinstance(weights, dict):
        return _by_name(inner.text("format")), 0.0
    part = Keys(
        cast("Mapping[str, Any]", weights), inner.problems, path=("quantization_config", "config_groups")
    )
    width, is_float = part.whole("num_bits", default=8), part.text("type", "int") == "float"
    if width not in (4, 8):
        part.note("num_bits", f"{width}-bit weights are not supported", "use a 4- or 8-bit checkpoint")
        width = 8
    group = part.whole("group_size", default=0, low=0)
    name = ("fp" if is_float else "int") + str(width)
    return name, (width + 16 / group if group and name == "int4" else 0.0)


def _spares_attention(inner: Keys) -> bool:
    """Say whether attention is left at 16 bit, by the list of modules not to convert."""
    for name in ("modules_to_not_convert", "ignore", "exclude_modules", "ignored_layers"):
        for module in inner.items(name) or ():
            if isinstance(module, str) and ("*.self_attn" in module or "re:.*self_attn" in module):
                return True
    return False
