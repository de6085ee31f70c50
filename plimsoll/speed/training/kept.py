"""Kept tensors are what a layer leaves for the backward pass, in bf16 with FlashAttention: no s² term.

Per token and layer: 14 h + 6 h_kv + 8 f bytes for a gated feed-forward part, 34 h for a plain one with
dropout (Korthikanti et al., arXiv 2205.05198, table 2). Both are sums over the tensors of a layer, told
here by their widths, so that heads of any width and mixtures follow.
"""

from functools import lru_cache

from plimsoll.models.architecture import Architecture
from plimsoll.models.layer_widths import GATED, AttentionWidths, attention_widths, dense_layers, matrices

BYTES = 2

ROUTER_BYTES = 4
"""Scores of experts are in fp32."""


@lru_cache(maxsize=64)  # a search asks for one model in many layouts
def stream_bytes(arch: Architecture) -> float:
    """Bytes per token and layer at the hidden width: in- and outputs of norms, masks of dropout."""
    return arch.hidden * (4 * BYTES if matrices(arch) == GATED else 5 * BYTES)


@lru_cache(maxsize=64)  # a search asks for one model in many layouts
def inside_bytes(arch: Architecture) -> float:
    """Bytes per token of all layers inside attention, feed-forward parts and experts."""
    gated = matrices(arch) == GATED
    attention = sum(widths.layers * _attention(widths, gated=gated) for widths in attention_widths(arch))
    sparse = arch.experts.layers * _expert(arch) if arch.experts is not None else 0.0
    return attention + dense_layers(arch) * _dense(arch) + sparse


@lru_cache(maxsize=64)  # a search asks for one model in many layouts
def widest_bytes(arch: Architecture) -> float:
    """Bytes per token inside the widest layer."""
    gated = matrices(arch) == GATED
    attention = max(_attention(widths, gated=gated) for widths in attention_widths(arch))
    return attention + max(_dense(arch) if dense_layers(arch) else 0.0, _expert(arch))


def _attention(widths: AttentionWidths, *, gated: bool) -> float:
    """Queries and keys before and after rotation, values, what attention gives; older models rotate none."""
    rotated = 2 if gated else 1
    keys = widths.key * rotated + widths.value
    return BYTES * (widths.query * rotated + keys + widths.out)


def _dense(arch: Architecture) -> float:
    """Gate, up, the activated gate and their product; or both sides of the activation."""
    return BYTES * arch.ffn_dim * (4 if matrices(arch) == GATED else 2)


def _expert(arch: Architecture) -> float:
    """A token's copies at its experts: what goes in, comes out, and is kept; shared experts too."""
    experts = arch.experts
    if experts is None:
        return 0.0
    copies = experts.active * 2 * BYTES * arch.hidden + ROUTER_BYTES * experts.count
    return copies + (experts.active + experts.shared) * 4 * BYTES * experts.ffn_dim
