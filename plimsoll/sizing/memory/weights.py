"""Weights take memory by their precision, by how they are split over ranks, and by how they are loaded."""

from math import ceil

from plimsoll.engines.precision import KEPT_BITS, bits
from plimsoll.models.architecture import Architecture
from plimsoll.sizing.memory.placement import HOPPER, Placement

FP4_HIDDEN_PAD = 256
FP4_WIDTH_PADS = ((10.0, 256), (9.0, 64), (0.0, 128))
"""The fp4 expert kernels pad the residual stream to a multiple of the first, and a rank's share of an
expert's width to one by compute capability: FlashInfer's from 10.0, Triton's on 9.0, Marlin's below (vLLM
v0.22 fused_moe/oracle/mxfp4.py). gpt-oss-120b, 60.8 GiB of files, loads 64.38 GiB with Triton (llm-d
Planner) and 65.97 with Marlin (vllm-project/vllm issue 23278); gpt-oss-20b 13.72 with Marlin."""


def weight_bytes(
    arch: Architecture, precision: str, tensor_parallel: int = 1, capability: float = HOPPER
) -> int:
    """Weigh what one accelerator holds: a share of everything that tensor parallelism splits.

    A quantised checkpoint keeps embedding, head and `kept_params` at 16 bit. MLA's down-projections and
    K/V projections beyond one head per rank are held whole. Counting parameters this way gives 67.7 GiB
    for Llama-3.3-70B in fp8 and 61.0 for Qwen3-32B in bf16, against 67.72 and 61.03 measured (llm-d
    Planner): vLLM loads what the files hold, and no surcharge is added.
    """
    width = bits(arch, precision)
    kept = _kept(arch, precision) if width < KEPT_BITS else 0
    packed = arch.params - kept + (_padding(arch, tensor_parallel, capability) if precision == "fp4" else 0)
    whole = packed * width / 8 + kept * 2
    if tensor_parallel == 1:
        return ceil(whole)
    copies = (arch.replicated_params + _copied_projections(arch, tensor_parallel)) * width / 8
    copies += _routers(arch) * (1 - 1 / tensor_parallel) * KEPT_BITS / 8
    # Routers of an architecture of which only the size is known are packed in the whole, and not on a rank.
    return ceil(min((whole - arch.replicated_params * width / 8) / tensor_parallel + copies, whole))


def loading_bytes(arch: Architecture, placement: Placement, quantising: str) -> int:
    """Weigh the most that one rank holds while weights are loaded.

    A checkpoint of the planned precision is loaded as it is. One of 16 bit that the engine quantises is
    held, by the engine's version (`catalog/data/engines.csv`, fact `quantising`), `whole` until all of it
    is there, in `both` precisions, or one `layer` of it at a time.
    """
    split = placement.tensor_parallel
    made = weight_bytes(arch, placement.precision, split, placement.capability)
    if not placement.made_at_load:
        return made
    read = weight_bytes(arch, "bf16", split)
    if quantising == "layer":
        body = read - 2 * (arch.embedding_params + arch.head_params) // split
        return made + body // max(arch.layers, 1)
    return read + made if quantising == "both" else max(read, made)


def _kept(arch: Architecture, precision: str) -> int:
    """Count the parameters at 16 bit: tables and what else is kept, less tables that the files pack."""
    packed = arch.packed_table_params if precision == arch.native_precision else 0
    return arch.embedding_params + arch.head_params + arch.kept_params - packed


def _routers(arch: Architecture) -> int:
    """Count the parameters of routers, which every rank holds whole (vLLM `ReplicatedLinear`)."""
    return arch.experts.count * arch.hidden * arch.experts.layers if arch.experts is not None else 0


def _padding(arch: Architecture, tensor_parallel: int, capability: float) -> int:
    """Count what the kernels pad all experts by, over all ranks."""
    if arch.experts is None or not arch.experts.ffn_dim:
        return 0
    experts = arch.experts
    unit = next(pad for lowest, pad in FP4_WIDTH_PADS if capability >= lowest)
    stream = _multiple(arch.hidden, FP4_HIDDEN_PAD)
    width = _multiple(experts.ffn_dim / tensor_parallel, unit) * tensor_parallel
    return 3 * (stream * width - arch.hidden * experts.ffn_dim) * experts.count * experts.layers


def _multiple(number: float, unit: int) -> int:
    return ceil(number / unit) * unit


def _copied_projections(arch: Architecture, tensor_parallel: int) -> float:
    """Count K/V projection parameters on a rank beyond its even share, where ranks outnumber K/V heads."""
    extra = 0.0
    for group in arch.attention:
        if group.kv_heads and group.kv_heads < tensor_parallel:
            heads = 1 - group.kv_heads / tensor_parallel
            extra += (
                group.layers * arch.hidden * heads * (group.head_dim + (group.value_dim or group.head_dim))
            )
    return extra
