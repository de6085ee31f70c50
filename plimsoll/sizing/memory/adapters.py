"""LoRA adapters stay beside the weights: buffers for so many, of at most a rank, for every linear layer.

The engine allocates them when it starts, whatever is loaded later (vLLM v0.22 `lora/layers`): for a layer of
n inputs and m outputs a matrix n × rank and one rank × m, at 16 bit.
"""

from math import ceil

from plimsoll.engines.base import AdapterSlots
from plimsoll.models.architecture import Architecture, AttentionGroup

_BYTES = 2
"""Adapters have the model's 16-bit type (`lora_dtype: auto`)."""


def adapter_bytes(arch: Architecture, slots: AdapterSlots, tensor_parallel: int) -> int:
    """Weigh what one rank holds for adapters.

    Tensor parallelism splits the wide side of each pair only: A of a layer whose outputs are split, and B of
    one whose inputs are, are whole on every rank (without --fully-sharded-loras), as is the vocabulary's.
    """
    layers = sum(_attention(group, arch, tensor_parallel) for group in arch.attention)
    layers += _feed_forward(arch, tensor_parallel)
    vocabulary = 2 * (arch.vocab + arch.hidden)
    return ceil(_BYTES * slots.count * slots.rank * (layers + vocabulary))


def _attention(group: AttentionGroup, arch: Architecture, ranks: int) -> float:
    """Widths of query, key, value and output of one group; a linear layer's in and out are taken alike."""
    head = group.head_dim or (arch.hidden // arch.heads if arch.heads else arch.hidden)
    query = head * arch.heads if arch.heads else arch.hidden
    keys = group.kv_heads * head
    outputs = query / ranks + 2 * max(keys / ranks, head if group.kv_heads else 0)
    return group.layers * (3 * arch.hidden + outputs + query / ranks + arch.hidden)


def _feed_forward(arch: Architecture, ranks: int) -> float:
    """Widths of gate, up and down of every layer; each expert has its own (vLLM v0.22 fused_moe.py)."""
    sparse = arch.experts.layers if arch.experts is not None else 0
    dense = max(arch.layers - sparse, 0) * (3 * arch.hidden + 3 * arch.ffn_dim / ranks)
    if arch.experts is None:
        return dense
    experts = arch.experts
    each = 3 * arch.hidden + 3 * experts.ffn_dim / ranks
    return dense + experts.layers * (experts.count + experts.shared) * each
