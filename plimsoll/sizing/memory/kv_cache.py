"""The KV cache: what one token and one request keep of it, by the attention of each layer.

Blocks and pages are those of vLLM 0.22 (`v1/kv_cache_interface.py`, `v1/core/kv_cache_utils.py`).
"""

from functools import lru_cache
from math import ceil

from plimsoll.engines.base import BLOCK_TOK
from plimsoll.engines.precision import cache_bytes
from plimsoll.ground.start_up import record
from plimsoll.models.architecture import Architecture, AttentionGroup

UNEVEN = 1.5
"""Layers of two kinds whose numbers differ by less than this factor are grouped by the larger number."""


def kv_bytes_per_token(arch: Architecture, kv_precision: str = "auto") -> int:
    """Sum what one more token adds while it is inside every window: whole replica, each K and V once.

    2 × layers × K/V heads × head width × element size for grouped-query attention; for MLA (DeepSeek-V2,
    arXiv 2405.04434) layers × (latent + rope width), stored once, and beside it what a sparse indexer keeps.
    Linear layers, cross-attention and layers that borrow another's cache add nothing.
    """
    width = cache_bytes(kv_precision)
    return round(sum(group.layers * _token_bytes(group, 1, width) for group in _growing(arch)))


def sequence_bytes(
    arch: Architecture,
    tokens: float,
    tensor_parallel: int = 1,
    element_bytes: float = 2.0,
    block_tok: int = BLOCK_TOK,
    step_tok: int = 0,
) -> int:
    """Count the cache of one request on one accelerator, in whole pages; windows and states do not grow.

    `step_tok` tokens of one step are held beside a window while a prompt is read; 0 between steps.
    """
    parts = _parts(arch.attention, tensor_parallel, element_bytes, block_tok)
    return ceil(sum(part.layers * part.page_bytes * part.blocks(tokens, step_tok) for part in parts))


@lru_cache(maxsize=64)  # a search asks for a handful of lengths of each split
def _parts(
    attention: tuple[AttentionGroup, ...], tensor_parallel: int, element_bytes: float, block_tok: int
) -> "tuple[_Part, ...]":
    """Lay the cache of all layers out in pages."""
    parts = [_part(group, tensor_parallel, element_bytes, block_tok) for group in attention]
    return tuple(_in_equal_pages(parts) if len({part.kind for part in parts}) > 1 else parts)


def _growing(arch: Architecture) -> tuple[AttentionGroup, ...]:
    return tuple(group for group in arch.attention if group.kind not in ("linear", "cross"))


@record
class _Part:
    """So many layers keep pages of so many bytes, each for `block_tok` tokens (0: one page, a state)."""

    kind: tuple[str, int]
    layers: int
    page_bytes: float
    block_tok: int

    def blocks(self, tokens: float, step_tok: int) -> int:
        """Count the pages that one layer holds for one request; a window may begin inside a block."""
        name, window = self.kind
        if not self.block_tok:
            return 1
        if name == "cross":
            return ceil(window / self.block_tok)
        held = ceil(tokens / self.block_tok)
        return min(held, ceil((window - 1 + step_tok) / self.block_tok) + 1) if window else held

    def grown(self, page_bytes: float) -> "_Part":
        """Take larger pages: attention holds more tokens in each, a state leaves the rest empty."""
        block_tok = round(self.block_tok * page_bytes / self.page_bytes)
        return _Part(self.kind, self.layers, page_bytes, block_tok)

    def holding(self, state_bytes: float) -> "_Part":
        """Grow pages of attention by whole blocks until a state fits into one."""
        return self.grown(self.page_bytes * max(ceil(state_bytes / self.page_bytes), 1))

    def padded(self, size: int) -> "_Part":
        """Fill the last group of `size` layers."""
        return _Part(self.kind, ceil(self.layers / size) * size, self.page_bytes, self.block_tok)


def _part(group: AttentionGroup, tensor_parallel: int, element_bytes: float, block_tok: int) -> _Part:
    if group.kind == "linear":
        return _Part(("linear", 0), group.layers, group.state_bytes / tensor_parallel, 0)
    page = block_tok * _token_bytes(group, tensor_parallel, element_bytes)
    name = group.kind if group.kind in ("sliding", "cross") else "full"
    return _Part((name, group.window_tok), group.layers, page, block_tok)


def _in_equal_pages(parts: list[_Part]) -> list[_Part]:
    """Put layers of several kinds into groups of one number of layers, all with pages of one size.

    Where the pages of two kinds of attention do not go into each other, each keeps its own.
    """
    states = [part for part in parts if not part.block_tok]
    state = max((part.page_bytes for part in states), default=0.0)
    growing = [part.holding(state) for part in parts if part.block_tok]
    page = max(part.page_bytes for part in growing)
    if any(page % part.page_bytes for part in growing):
        return growing + states
    most, least = max(part.layers for part in parts), min(part.layers for part in parts)
    size = most if most < least * UNEVEN else least
    return [part.grown(page).padded(size) for part in (*growing, *states)]


def _token_bytes(group: AttentionGroup, tensor_parallel: int, element_bytes: float) -> float:
    """Bytes per token of one layer on one rank: K/V heads are split, at least one each; MLA is not."""
    if group.kind == "mla":
        return group.latent_dim * element_bytes + group.index_bytes_tok
    heads = ceil(group.kv_heads / tensor_parallel)
    return heads * (group.head_dim + (group.value_dim or group.head_dim)) * element_bytes
