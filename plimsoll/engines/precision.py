"""Weight precisions: how many bits one weight takes, and which accelerator can serve it."""

from plimsoll.catalog.facts import Accelerator
from plimsoll.models.architecture import Architecture

PRECISIONS = ("bf16", "fp16", "fp8", "int8", "int4", "fp4")

BITS = {"bf16": 16.0, "fp16": 16.0, "fp8": 8.0, "int8": 8.0, "int4": 4.16, "fp4": 4.5}
"""Bits per quantised weight with its scales: int4 in groups of 128 with a 16-bit scale and a 4-bit zero
point (AWQ, GPTQ); fp4 in groups of 16 with an 8-bit scale (NVFP4). fp8 and int8 scales are below 0.1 %."""

CACHE_BYTES = {"auto": 2.0, "bf16": 2.0, "fp16": 2.0, "fp8": 1.0, "int8": 1.0}
"""Bytes per element of the KV cache, by its type."""

_LOWEST_CAPABILITY = {"bf16": 8.0, "fp16": 7.0, "fp8": 8.0, "int8": 7.5, "int4": 7.5, "fp4": 8.0}
"""Lowest CUDA compute capability with a vLLM kernel: Marlin runs fp8 and fp4 weights from 8.0 (computing
in 16 bit below 8.9 and 10.0), CUTLASS int8 from 7.5 (vLLM documentation, supported hardware)."""


def bits(arch: Architecture, precision: str) -> float:
    """Bits per quantised weight, the model's own format first."""
    if arch.native_bits and precision == arch.native_precision:
        return arch.native_bits
    return BITS[precision]


def precision_problem(accelerator: Accelerator, precision: str) -> str:
    """Why an accelerator cannot serve a precision, as a clause; empty if it can."""
    if not accelerator.cuda or accelerator.compute_capability is None:
        return f"{accelerator.name} is not a CUDA device, and the engine is planned for CUDA only"
    lowest = _LOWEST_CAPABILITY[precision]
    if accelerator.compute_capability < lowest:
        return (
            f"{precision} needs compute capability {lowest:g}; {accelerator.name} has "
            f"{accelerator.compute_capability:g}"
        )
    return ""


def supported_precisions(accelerator: Accelerator) -> tuple[str, ...]:
    """The precisions an accelerator can serve, in the order of the spec."""
    return tuple(name for name in PRECISIONS if not precision_problem(accelerator, name))
