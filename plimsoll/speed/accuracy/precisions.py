"""Number formats as points files write them, to the ones that the speed model knows."""

from plimsoll.speed.accuracy.errors import RowError
from plimsoll.speed.work import BITS

_PARTS = (
    (("mxfp4",), "mxfp4"),
    (("fp4",), "fp4"),
    (("bnb", "nf4"), "bnb4"),
    (("q4_k", "q4_0", "q5_", "q3_", "q2_"), "int4-q4_k_m"),
    (("gptq",), "gptq4"),
    (("awq",), "awq4"),
    (("int4", "w4a16", "4bit", "4-bit"), "int4"),
    (("fp8", "e4m3"), "fp8"),
    (("int8", "w8a8", "q8_", "q6_", "8bit", "8-bit"), "int8"),
    (("bf16", "bfloat16"), "bf16"),
    (("fp16", "float16", "f16", "half"), "fp16"),
    (("fp32", "float32", "f32"), "fp32"),
    (("tf32",), "tf32"),
)


def precision(text: str) -> str:
    """The known format that a name means (`FP8 block` is fp8, `Q4_K_M` llama.cpp's 4-bit mixture)."""
    lowered = text.lower()
    if lowered in BITS:
        return lowered
    for parts, name in _PARTS:
        if any(part in lowered for part in parts):
            return name
    raise RowError(f"precision {text[:40]!r} is none that is modelled")
