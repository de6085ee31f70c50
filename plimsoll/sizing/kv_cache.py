"""The KV cache: what one token and one request keep of it, by the attention of each layer."""

from math import ceil

from plimsoll.engines.base import BLOCK_TOK
from plimsoll.engines.precision import cache_bytes
from plimsoll.models.architecture import Architecture, AttentionGroup


def kv_bytes_per_token(arch: Architecture, kv_precision: str = "auto") -> int:
    """Sum what one more token adds while it is inside every window: whole replica, each K and V once.

    2 × layers × K/V heads × head width × element size for grouped-query attention; for MLA (DeepSeek-V2,
    arXiv 2405.04434) layers × (latent + rope width), stored once. Linear layers and cross-attention add
    nothing.
    """
    growing = (group for group in arch.attention if group.kind != "cross")
    elements = sum(_elements(group, group.kv_heads) for group in growing)
    return round(elements * cache_bytes(kv_precision))


def sequence_bytes(
    arch: Architecture,
    tokens: float,
    tensor_parallel: int = 1,
    element_bytes: float = 2.0,
    block_tok: int = BLOCK_TOK,
) -> int:
    """Count the cache of one request on one accelerator, in whole blocks.

    Windows, states, and what cross-attention keeps of the other side do not grow.
    """
    blocks = ceil(tokens / block_tok)
    total = 0.0
    for group in arch.attention:
        if group.kind == "linear":
            total += group.layers * group.state_bytes / tensor_parallel
            continue
        held = ceil(group.window_tok / block_tok) if group.window_tok else blocks
        held = held if group.kind == "cross" else min(blocks, held)
        total += held * block_tok * _token_bytes(group, tensor_parallel, element_bytes)
    return ceil(total)


def _token_bytes(group: AttentionGroup, tensor_parallel: int, element_bytes: float) -> float:
    """Bytes per token of one group on one rank: K/V heads are split, at least one each; MLA is not."""
    heads = ceil(group.kv_heads / tensor_parallel)
    return _elements(group, heads) * element_bytes + group.layers * group.index_bytes_tok


def _elements(group: AttentionGroup, heads: int) -> int:
    if group.kind == "mla":
        return group.layers * group.latent_dim
    return group.layers * heads * (group.head_dim + (group.value_dim or group.head_dim))
