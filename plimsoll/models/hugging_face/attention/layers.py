"""A decoder's `config.json` says what attention each layer has: what it keeps per token, its parameters."""

from collections import Counter
from dataclasses import replace

from plimsoll.ground.start_up import record
from plimsoll.models.architecture import AttentionGroup
from plimsoll.models.hugging_face.attention.kinds import Layer
from plimsoll.models.hugging_face.attention.latent import Latent, has_latent
from plimsoll.models.hugging_face.families import Family
from plimsoll.models.hugging_face.keys import Keys

_HEADS = ("num_attention_heads", "n_head", "n_heads", "num_heads")
_KV_HEADS = (
    "num_key_value_heads",
    "num_kv_heads",
    "n_head_kv",
    "multi_query_group_num",
    "num_query_groups",
    "num_attention_groups",
)
_WIDTH = ("head_dim", "attention_head_dim", "kv_channels", "hidden_size_per_head")
_MULTI_QUERY = {"falcon", "refinedweb", "refinedwebmodel", "gpt_bigcode"}
"""Families whose layers have one K/V head unless the config says otherwise."""

_ORDER = ("full", "sliding", "linear")


@record
class AttentionLayers:
    """The attention of all layers: groups, parameters, and those that every rank holds whole."""

    groups: tuple[AttentionGroup, ...]
    params: int
    replicated: int
    heads: int


def read_attention(keys: Keys, family: Family, hidden: int, found: tuple[Layer, ...]) -> AttentionLayers:
    """Read the attention of layers of width `hidden` whose kinds are already known."""
    kept = Counter(layer for layer in found if not layer.borrowed)
    lent = Counter(replace(layer, borrowed=False) for layer in found if layer.borrowed)
    shapes = sorted({**kept, **lent}, key=lambda layer: _ORDER.index(layer.kind))
    heads = 0 if all(layer.kind == "linear" for layer in shapes) else keys.whole(*_HEADS)
    reader = _Reader(keys, family, hidden, heads)
    groups: list[AttentionGroup] = []
    params = replicated = 0
    for layer in shapes:
        group, cost, whole = reader.read(layer)
        groups.append(replace(group, layers=kept[layer], borrowers=lent[layer]))
        count = kept[layer] + lent[layer]
        if layer.kind != "linear" and keys.has("num_mem_blocks"):
            params += count * _around_shared(keys, hidden)
            count = min(count, keys.whole("num_mem_blocks"))
        params, replicated = params + count * cost, replicated + count * whole
    return AttentionLayers(tuple(groups), params, replicated, heads)


def _around_shared(keys: Keys, hidden: int) -> int:
    """Count what each of Zamba2's attention layers has of its own beside a shared block (`zamba2.py`).

    That is a projection of the model's width, and an adapter of gate and up of the feed-forward part; where
    the config says so, one of queries, keys and values too, which are twice the model's width.
    """
    rank = keys.whole("adapter_rank", default=128)
    wide = keys.whole("attention_hidden_size", default=2 * hidden)
    attention = 6 * rank * wide if keys.flag("use_shared_attention_adapter") else 0
    feed = rank * (hidden + 2 * keys.whole("intermediate_size", default=4 * hidden))
    return hidden * hidden + attention + feed


class _Reader:
    """One kind of layer at a time is read: what it keeps, its parameters, and those on every rank."""

    def __init__(self, keys: Keys, family: Family, hidden: int, heads: int) -> None:
        self._keys, self._family, self._hidden = keys, family, hidden
        self._latent = Latent(keys, family, hidden, heads) if heads and has_latent(keys) else None
        self._shape = _Shape(keys, hidden, heads) if heads and self._latent is None else None

    def read(self, layer: Layer) -> tuple[AttentionGroup, int, int]:
        if layer.kind == "linear":
            from plimsoll.models.hugging_face.attention.state_space import linear_layer  # start-up: few are

            state, cost = linear_layer(self._keys, self._hidden)
            return AttentionGroup("linear", 1, state_bytes=state), cost, 0
        if self._latent is not None:
            return self._latent.group(1), self._latent.params, self._latent.shared
        assert self._shape is not None
        heads, kv, dim, value = self._shape.of(layer)
        group = AttentionGroup(layer.kind, 1, kv, dim, window_tok=layer.window, value_dim=value)
        return group, self._shape.params(self._family, heads, kv, dim, value), 0


class _Shape:
    """Head counts and widths, for full layers and for sliding ones where they differ.

    A width of V of 0 is K's.
    """

    def __init__(self, keys: Keys, hidden: int, heads: int) -> None:
        self._keys, self._hidden = keys, hidden
        twice = 2 * hidden if keys.has("num_mem_blocks") else hidden  # Zamba2 reads the embedding beside it
        self._read = keys.whole("attention_hidden_size", default=twice)
        self._bias = keys.flag("attention_bias") or keys.flag("use_bias_in_attention")
        self._gate = keys.flag("attn_output_gate")
        kv, dim = _kv_heads(keys, heads), self._width(heads)
        value = keys.whole("v_head_dim", "v_channels", default=0, low=0)
        self._sliding = self._full = (heads, kv, dim, value)
        if keys.has("global_head_dim"):  # Gemma 4
            wide = keys.whole("global_head_dim")
            self._full = (heads, keys.whole("num_global_key_value_heads", default=kv), wide, value)
        if keys.has("swa_num_key_value_heads"):  # MiMo-V2
            self._sliding = (
                keys.whole("swa_num_attention_heads", default=heads),
                keys.whole("swa_num_key_value_heads"),
                keys.whole("swa_head_dim", default=dim),
                keys.whole("swa_v_head_dim", default=value, low=0),
            )
        other = keys.nested("attention_other_setting")
        if other is not None:  # Step-3.5
            inner = Keys(other, keys.problems, path=(*keys.path, "attention_other_setting"))
            self._sliding = (
                inner.whole("num_attention_heads"),
                inner.whole("num_attention_groups"),
                inner.whole("head_dim", default=dim),
                value,
            )

    def of(self, layer: Layer) -> tuple[int, int, int, int]:
        """Say query heads, K/V heads, and the widths of K and V of a layer."""
        heads, kv, dim, value = self._sliding if layer.kind == "sliding" else self._full
        return layer.heads or heads, layer.kv_heads or kv, dim, value

    def _width(self, heads: int) -> int:
        keys = self._keys
        if keys.has("qk_nope_dim"):  # openPangu
            return keys.whole("qk_nope_dim") + keys.whole("qk_rope_dim")
        if keys.has(*_WIDTH):
            return keys.whole(*_WIDTH)
        if self._hidden % heads and not keys.problems:
            keys.note(
                "head_dim",
                f"hidden_size {self._hidden:,} does not divide by num_attention_heads {heads:,}",
                "give head_dim, or correct the two",
            )
        return max(self._hidden // heads, 1)

    def params(self, family: Family, heads: int, kv: int, dim: int, value: int) -> int:
        """Count the parameters of a layer: h d (2 n_q + 2 n_kv), K and V widths told apart, and biases."""
        value = value or dim
        query, keyed, valued = heads * dim, kv * dim, kv * value
        total = self._read * (query * (2 if self._gate else 1) + keyed + valued)
        total += heads * value * self._hidden
        if family.qkv_bias or self._bias:
            total += query + keyed + valued
        if family.out_bias or self._bias:
            total += self._hidden
        return total + (2 * dim if family.qk_norm else 0)


def _kv_heads(keys: Keys, heads: int) -> int:
    if isinstance(keys.raw("num_kv_heads"), list):  # one number for each layer
        return heads
    model_type = keys.text("model_type").lower()
    one_head = keys.flag("multi_query", True) and not keys.flag("new_decoder_architecture")
    if one_head and model_type in _MULTI_QUERY:
        return 1
    attn = keys.nested("attn_config") or {}
    if isinstance(attn.get("kv_n_heads"), int):
        return Keys(attn, keys.problems, path=("attn_config",)).whole("kv_n_heads")
    kv = keys.whole(*_KV_HEADS, default=heads)
    if (kv > heads or heads % kv) and not keys.problems:
        keys.note(
            "num_key_value_heads",
            f"{heads:,} query heads do not divide among {kv:,} key/value heads",
            "num_attention_heads must be a multiple of num_key_value_heads",
        )
    return kv
