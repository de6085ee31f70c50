"""Layers have widths, of attention and of the feed-forward part, which training computes and keeps per token.

All is derived from the shape of an architecture; what it does not say (heads behind a latent row, the inner
width of a Mamba-like layer) is taken as published for such models.
"""

from collections.abc import Iterator
from functools import lru_cache

from plimsoll.ground.start_up import record
from plimsoll.models.architecture import Architecture, AttentionGroup

GATED, PLAIN = 3, 2
"""Matrices of a feed-forward part: gate, up and down; or up and down."""

LATENT_KEY, LATENT_VALUE = 192, 128
"""Widths of one head behind a latent cache: 128 + 64 with rotary position for queries and keys, 128 for
values. Source: DeepSeek-V2, arXiv 2405.04434, and the configs of V2, V3 and Kimi-K2."""

INNER = 2
"""A Mamba-like layer works at twice the hidden width. Source: arXiv 2312.00752."""


@record
class AttentionWidths:
    """So many layers whose queries, keys, values and outputs are so many elements wide, over all heads.

    A query sees `window_tok` tokens before it, 0 for all.
    """

    kind: str
    layers: int
    query: int
    key: int
    value: int
    out: int
    window_tok: int = 0


def attention_widths(arch: Architecture) -> Iterator[AttentionWidths]:
    """Yield the widths of every group of layers; one of all layers where the model names none."""
    if not arch.attention:
        yield AttentionWidths("full", arch.layers, arch.hidden, arch.hidden, arch.hidden, arch.hidden)
    for group in arch.attention:
        yield _widths(arch, group)


def _widths(arch: Architecture, group: AttentionGroup) -> AttentionWidths:
    layers, heads = group.layers + group.borrowers, arch.heads
    if group.kind == "mla":
        key, value = heads * LATENT_KEY, heads * LATENT_VALUE
        return AttentionWidths("mla", layers, key, key, value, value)
    if group.kind == "linear":
        inner = INNER * arch.hidden
        return AttentionWidths("linear", layers, inner, inner, inner, inner)
    head = group.head_dim or arch.hidden // max(heads, 1)
    key, value = group.kv_heads * head, group.kv_heads * (group.value_dim or head)
    query, out = heads * head, heads * (group.value_dim or head)
    return AttentionWidths(group.kind, layers, query, key, value, out, group.window_tok)


def dense_layers(arch: Architecture) -> int:
    """Count the layers whose feed-forward part every token passes."""
    sparse = arch.experts.layers if arch.experts is not None else 0
    return max(arch.layers - sparse, 0)


@lru_cache(maxsize=64)  # asked for every layout of one model
def matrices(arch: Architecture) -> int:
    """Count the matrices of a dense feed-forward part: what parameters remain beside attention and tables.

    Mixtures are gated: all published ones are.
    """
    size = arch.layers * arch.hidden * arch.ffn_dim
    if arch.experts is not None or not size:
        return GATED
    attention = sum(
        w.layers * arch.hidden * (w.query + w.key + w.value + w.out) for w in attention_widths(arch)
    )
    rest = arch.params - arch.embedding_params - arch.head_params - arch.aside_params - attention
    return GATED if rest > (GATED + PLAIN) / 2 * size else PLAIN


def body_params(arch: Architecture) -> int:
    """Count the parameters of layers: all but the tables of the vocabulary."""
    return arch.params - arch.embedding_params - arch.head_params
