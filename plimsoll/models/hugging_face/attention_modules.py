"""The matrices of attention, by the names that lists of kept modules use."""

from plimsoll.models.hugging_face.attention import AttentionLayers, Kinds
from plimsoll.models.hugging_face.keys import Keys
from plimsoll.models.hugging_face.modules import Module

_LINEAR = {"linear_attention", "mamba", "mamba2", "conv"}
_BLOCKS = ("self_attn", "attn", "attention", "mixer")
_OTHERS = ("linear_attn", "mamba", "mixer", "conv", "short_conv")


def attention_modules(
    keys: Keys, layers: int, hidden: int, attention: AttentionLayers, kinds: Kinds
) -> tuple[Module, ...]:
    """Split the parameters of attention over its matrices, and tell linear layers from the others."""
    linear = _linear_layers(keys, layers, kinds)
    full = tuple(layer for layer in range(layers) if layer not in linear or kinds.full + kinds.linear > layers)
    shares = _latent_shares(keys, hidden, attention) if any(g.kind == "mla" for g in attention.groups) else _shares(attention)
    quadratic = _quadratic(attention, hidden, kinds)
    found = [
        Module(tuple(f"{block}.{tail}" for block in _BLOCKS for tail in tails), round(quadratic * share), full)
        for tails, share in shares.items()
    ]
    rest = attention.params - sum(module.params for module in found)
    if kinds.linear:
        names = tuple(f"{block}.in_proj" for block in _OTHERS)
        outer = tuple(f"{block}.out_proj" for block in _OTHERS)
        where = tuple(sorted(linear)) or tuple(range(layers))
        found += [Module(names, rest - rest // 3, where), Module(outer, rest // 3, where)]
    return tuple(found)


def _linear_layers(keys: Keys, layers: int, kinds: Kinds) -> set[int]:
    """Number the layers with a constant state; where the config has no list, the last of each period is full."""
    if not kinds.linear:
        return set()
    pattern = keys.raw("hybrid_override_pattern")
    if isinstance(pattern, str):
        return {place for place, each in enumerate(pattern) if each == "M"}
    listed = keys.items("layer_types") or keys.items("layers_block_type")
    if listed:
        return {place for place, each in enumerate(listed) if each in _LINEAR}
    if not kinds.full:
        return set(range(layers))
    period = max(layers // kinds.full, 1)
    return {layer for layer in range(layers) if (layer + 1) % period}


def _quadratic(attention: AttentionLayers, hidden: int, kinds: Kinds) -> int:
    """Take the parameters of full and sliding layers: all, unless there are linear ones beside them."""
    if not kinds.linear:
        return attention.params
    total = 0
    for group in attention.groups:
        if group.kind != "linear":
            value = group.value_dim or group.head_dim
            wide = attention.heads * (group.head_dim + value) + group.kv_heads * (group.head_dim + value)
            total += group.layers * hidden * wide
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
