"""The matrices of attention, by the names that lists of kept modules use."""

from collections.abc import Sequence

from plimsoll.models.hugging_face.attention.kinds import Layer
from plimsoll.models.hugging_face.attention.layers import AttentionLayers
from plimsoll.models.hugging_face.keys import Keys
from plimsoll.models.hugging_face.quantised.modules import Module

_BLOCKS = ("self_attn", "attn", "attention", "mixer")
_OTHERS = ("linear_attn", "mamba", "mixer", "conv", "short_conv")


def attention_modules(
    keys: Keys, found: Sequence[Layer], hidden: int, attention: AttentionLayers
) -> tuple[Module, ...]:
    """Split the parameters of attention over its matrices, and tell linear layers from the others."""
    full, linear = _places(keys, found)
    latent = any(group.kind == "mla" for group in attention.groups)
    shares = _latent_shares(keys, hidden, attention) if latent else _shares(attention)
    quadratic = _quadratic(attention, hidden) if linear else attention.params
    modules = [
        Module(
            tuple(f"{block}.{tail}" for block in _BLOCKS for tail in tails), round(quadratic * share), full
        )
        for tails, share in shares.items()
    ]
    rest = attention.params - sum(module.params for module in modules)
    if linear:
        names = tuple(f"{block}.in_proj" for block in _OTHERS)
        outer = tuple(f"{block}.out_proj" for block in _OTHERS)
        modules += [Module(names, rest - rest // 3, linear), Module(outer, rest // 3, linear)]
    return tuple(modules)


def _places(keys: Keys, found: Sequence[Layer]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Number the layers with attention, and those with a constant state (a pattern also has others)."""
    pattern = keys.raw("hybrid_override_pattern")
    kinds = list(pattern) if isinstance(pattern, str) else [layer.kind for layer in found]
    linear = tuple(place for place, kind in enumerate(kinds) if kind in {"linear", "M"})
    full = tuple(place for place, kind in enumerate(kinds) if kind in {"full", "sliding", "*"})
    return full, linear


def _quadratic(attention: AttentionLayers, hidden: int) -> int:
    """Take the parameters of full and sliding layers, where there are linear ones beside them."""
    total = 0
    for group in attention.groups:
        if group.kind != "linear":
            width = group.head_dim + (group.value_dim or group.head_dim)
            total += group.layers * hidden * width * (attention.heads + group.kv_heads)
    return min(total, attention.params)


def _shares(attention: AttentionLayers) -> dict[tuple[str, ...], float]:
    group = next((group for group in attention.groups if group.kind != "linear"), None)
    if group is None:
        return {}
    value = group.value_dim or group.head_dim
    sizes = {
        ("q_proj", "qkv_proj"): attention.heads * group.head_dim,
        ("k_proj", "qkv_proj"): group.kv_heads * group.head_dim,
        ("v_proj", "qkv_proj"): group.kv_heads * value,
        ("o_proj", "out_proj"): attention.heads * value,
    }
    whole = sum(sizes.values()) or 1
    return {tails: size / whole for tails, size in sizes.items()}


def _latent_shares(keys: Keys, hidden: int, attention: AttentionLayers) -> dict[tuple[str, ...], float]:
    """Weigh the five matrices of multi-head latent attention (DeepSeek-V2, arXiv 2405.04434)."""
    latent, rope = keys.whole("kv_lora_rank"), keys.whole("qk_rope_head_dim")
    nope, query = keys.whole("qk_nope_head_dim"), keys.whole("q_lora_rank", default=0, low=0)
    value = keys.whole("v_head_dim", default=max(hidden // attention.heads, 1))
    sizes = {
        ("q_a_proj", "fused_qkv_a_proj"): hidden * query,
        ("q_b_proj", "q_proj"): (query or hidden) * attention.heads * (nope + rope),
        ("kv_a_proj_with_mqa", "fused_qkv_a_proj"): hidden * (latent + rope),
        ("kv_b_proj",): latent * attention.heads * (nope + value),
        ("o_proj",): attention.heads * value * hidden,
    }
    whole = sum(sizes.values()) or 1
    return {tails: size / whole for tails, size in sizes.items()}
