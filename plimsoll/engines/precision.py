"""Precisions are the number formats of weights and caches: one table says how wide, and what runs them."""

from plimsoll.catalog.facts import Accelerator
from plimsoll.ground.start_up import record
from plimsoll.models.architecture import Architecture


@record
class Precision:
    """One number format.

    `bits` is what one weight takes in memory, its scales included; `read_bits` what a step reads of it.
    `cache_bytes` is one element of a KV cache, None where no cache is kept so. `lowest_capability` is the
    lowest CUDA compute capability with a vLLM kernel, None for a format that only benchmarks have.
    """

    name: str
    bits: float
    read_bits: float
    cache_bytes: float | None = None
    lowest_capability: float | None = None


_TABLE = (
    Precision("bf16", 16.0, 16.0, 2.0, 8.0),
    Precision("fp16", 16.0, 16.0, 2.0, 7.0),
    Precision("fp8", 8.0, 8.0, 1.0, 8.0),
    Precision("int8", 8.0, 8.0, 1.0, 7.5),
    Precision("int4", 4.16, 4.25, None, 7.5),
    Precision("fp4", 4.5, 4.5, None, 8.0),
    # What only benchmarks of the speed model have.
    Precision("fp32", 32.0, 32.0),
    Precision("tf32", 32.0, 32.0),
    Precision("mxfp4", 4.25, 4.25),
    Precision("gptq4", 4.25, 4.25),
    Precision("awq4", 4.25, 4.25),
    Precision("bnb4", 4.5, 4.5),
    Precision("int4-q4_k_m", 4.85, 4.85),
)
"""Memory: int4 in groups of 128 with a 16-bit scale and a 4-bit zero point (AWQ, GPTQ); fp4 in groups of 16
with an 8-bit scale (NVFP4); fp8 and int8 scales are below 0.1 %. Reading: int4 with one 16-bit scale and
zero point for 128, mxfp4 one for 32 (OCP Microscaling 1.0), bnb4 one 32-bit scale for 64, q4_k_m the mean of
llama.cpp's mixture. Capabilities: Marlin runs fp8 and fp4 weights from 8.0 (computing in 16 bit below 8.9 and
10.0), CUTLASS int8 from 7.5 (vLLM documentation, supported hardware)."""

KNOWN = {each.name: each for each in _TABLE}
"""Every format by its name."""

PRECISIONS = tuple(each.name for each in _TABLE if each.lowest_capability is not None)
"""What can be served, in the order of the spec."""

SERVES_BEST_FIRST = ("fp8", "int8", "fp4", "int4", "bf16", "fp16")
"""The same, in the order in which they are offered as a way out."""

KEPT_BITS = 16.0
"""What quantised checkpoints keep at 16 bit: the output projection, norms and routers; and what a format
that nobody names is taken for."""

AUTO_CACHE_BYTES = 2.0
"""One element of a cache whose type is left to the engine (`auto`): 16 bit."""


def bits(arch: Architecture, precision: str) -> float:
    """Bits per quantised weight in memory, the model's own format first."""
    if arch.native_bits and precision == arch.native_precision:
        return arch.native_bits
    return KNOWN[precision].bits


def read_bits(precision: str) -> float:
    """Bits that a step reads per weight; 16 for a format that nobody names."""
    known = KNOWN.get(precision)
    return known.read_bits if known is not None else KEPT_BITS


def cache_bytes(precision: str) -> float:
    """Bytes per element of a KV cache, by its type."""
    known = KNOWN.get(precision)
    if known is None or known.cache_bytes is None:
        return AUTO_CACHE_BYTES
    return known.cache_bytes


def precision_problem(accelerator: Accelerator, precision: str) -> str:
    """Say why an accelerator cannot serve a precision, as a clause; empty if it can."""
    if not accelerator.cuda or accelerator.compute_capability is None:
        return f"{accelerator.name} is not a CUDA device, and the engine is planned for CUDA only"
    lowest = KNOWN[precision].lowest_capability or 0.0
    if accelerator.compute_capability < lowest:
        return (
            f"{precision} needs compute capability {lowest:g}; {accelerator.name} has "
            f"{accelerator.compute_capability:g}"
        )
    return ""
