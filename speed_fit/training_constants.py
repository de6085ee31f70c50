"""Where every constant of training speed begins, and how far data may pull it.

A width is the standard deviation of its logarithm before data; a constant of width 0 is assumed, and rows
that it decides stay outside the fit. What a figure is from stands beside it.
"""

from dataclasses import dataclass

REFERENCE = "plimsoll reference digest of training, 2026-11"


@dataclass(frozen=True, slots=True)
class Begun:
    """A constant begins at a value, with a width, from a source."""

    value: float
    width: float
    source: str


_GEMM = "share of the dense 16-bit peak that matrix products reach"

CONSTANTS = {
    "share.ampere-hbm": Begun(0.6, 0.25, _GEMM),
    "share.hopper": Begun(0.414, 0.02, _GEMM),
    "share.blackwell-hbm": Begun(0.5, 0.25, _GEMM),
    "share.blackwell-ultra": Begun(0.55, 0.25, _GEMM),
    "share.volta": Begun(0.5, 0.25, _GEMM),
    "share.neuron": Begun(0.3, 0.25, _GEMM),
    "share.ampere-gddr": Begun(0.336, 0.0, f"{REFERENCE}: 0.33 of the peak in all, low confidence"),
    "share.ada": Begun(0.328, 0.0, f"{REFERENCE}: 0.30 of the peak in all, low confidence"),
    "share.geforce": Begun(0.6, 0.0, f"{REFERENCE}: 0.54 in all on RTX 4090, from torchtune"),
    "share.turing": Begun(0.31, 0.0, f"{REFERENCE}: 0.30 of the peak in all, low confidence"),
    "share.blackwell-gddr": Begun(0.31, 0.0, "taken for like the Ada generation's"),
    "share.other": Begun(0.3, 0.0, "taken for like the lowest that was measured"),
    "stack.tuned": Begun(1.1, 0.1, f"{REFERENCE}: 41 to 48 % of the peak on H100 by NeMo and Megatron"),
    "stack.plain": Begun(0.7, 0.2, "HF Trainer and FSDP without compile"),
    "frozen": Begun(0.95, 0.05, "products beside adapters over those of whole training"),
    "fp8": Begun(1.15, 0.15, "8-bit products over 16-bit ones, standard stack"),
    "fp8.tuned": Begun(1.7, 0.25, "8-bit products over 16-bit ones, tuned stack"),
    "fp4": Begun(1.2, 0.15, "4-bit products over 8-bit ones"),
    "attention": Begun(0.25, 0.02, "causal FLOPs of FlashAttention over the 16-bit peak"),
    "passes.eager": Begun(10.0, 0.4, "times that kept tensors cross memory, kernels not fused"),
    "passes.fused": Begun(5.0, 0.4, "times that kept tensors cross memory, kernels fused"),
    "launch_tok": Begun(40.0, 0.1, "tokens of a micro-batch that its launches cost"),
    "expanded_per_s": Begun(1e11, 0.7, "NF4 weights expanded to 16 bit per second on an A100-80GB"),
    "step_bytes": Begun(32.0, 0.4, "bytes that AdamW's step moves per parameter"),
    "exposed": Begun(0.5, 0.5, "share of reductions that is not hidden"),
    "gathers_exposed": Begun(0.62, 0.05, "share of ZeRO-3's gathers that is not hidden"),
    "offload_s": Begun(2.7e-10, 1.0, "seconds per parameter of a step on the hosts of eight accelerators"),
    "experts": Begun(0.7, 0.3, "share that products of experts reach of dense ones"),
    "exchange.node": Begun(2.0, 0.4, "exchanges between experts in nodes, in units of the link's time"),
    "exchange.rack": Begun(0.7, 0.4, "exchanges between experts in a rack, in units of the link's time"),
}
