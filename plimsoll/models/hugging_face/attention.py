"""A decoder's `config.json` says what attention each layer has: what it keeps per token, its parameters."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from plimsoll.ground.start_up import record
from plimsoll.models.architecture import AttentionGroup
from plimsoll.models.hugging_face.families import Family
from plimsoll.models.hugging_face.keys import Keys, shown
from plimsoll.models.hugging_face.state_space import linear_layer

INDEX_BYTES_PER_TOKEN = 132
"""DeepSeek sparse attention: 128 fp8 index values and one fp32 scale per token and layer (vLLM)."""

_FULL = {"full_attention", "attention", "full", "global", "*", "global_attention"}
_SLIDING = {"sliding_attention", "chunked_attention", "local", "local_attention", "sliding"}
_LINEAR = {"linear_attention", "mamba", "mamba2", "conv"}
_NEITHER = {"moe", "mlp"}


@record
class AttentionLayers:
    """The attention of all layers: groups, parameters, and those that every rank holds whole."""

    groups: tuple[AttentionGroup, ...]
    params: int
    replicated: int
    heads: int


def read_attention(keys: Keys, family: Family, layers: int, hidden: int, kinds: "Kinds") -> AttentionLayers:
    """Read the attention of `layers` layers of width `hidden` whose kinds are already known."""
    heads = keys.whole("num_attention_heads", "n_head", "n_heads", "num_heads")
    if keys.has("kv_lora_rank"):
        return _latent(keys, layers, hidden, heads)
    shape = _Shape(keys, hidden, heads)
    groups: list[AttentionGroup] = []
    params = 0
    if kinds.full:
        groups.append(
            AttentionGroup("full", kinds.full, shape.full_kv, shape.full_dim, value_dim=shape.full_value)
        )
        params += kinds.full * shape.params(family, shape.full_kv, shape.full_dim, shape.full_value)
    if kinds.sliding:
        groups.append(
            AttentionGroup(
                "sliding", kinds.sliding, shape.kv, shape.dim, window_tok=kinds.window, value_dim=shape.value
            )
        )
        params += kinds.sliding * shape.params(family, shape.kv, shape.dim, shape.value)
    if kinds.linear:
        state, cost = linear_layer(keys, hidden)
        groups.append(AttentionGroup("linear", kinds.linear, state_bytes=state))
        params += kinds.linear * cost
    return AttentionLayers(tuple(groups), params, 0, heads)


def _latent(keys: Keys, layers: int, hidden: int, heads: int) -> AttentionLayers:
    """Multi-head latent attention (DeepSeek-V2, arXiv 2405.04434): one latent row per token."""
    latent = keys.whole("kv_lora_rank")
    rope = keys.whole("qk_rope_head_dim")
    nope = keys.whole("qk_nope_head_dim")
    value = keys.whole("v_head_dim", default=max(hidden // heads, 1))
    query = keys.whole("q_lora_rank", default=0, low=0)
    shared = hidden * (latent + rope) + latent
    if query:
        shared += hidden * query + query
    expand = (query or hidden) * heads * (nope + rope)
    params = shared + expand + latent * heads * (nope + value) + heads * value * hidden
    index = 0
    if keys.has("index_n_heads"):
        index_heads, index_dim = keys.whole("index_n_heads"), keys.whole("index_head_dim")
        indexer = (
            (query or hidden) * index_heads * index_dim + hidden * (index_dim + index_heads) + 2 * index_dim
        )
        params, shared, index = params + indexer, shared + indexer, INDEX_BYTES_PER_TOKEN
    group = AttentionGroup("mla", layers, latent_dim=latent + rope, index_bytes_tok=index)
    return AttentionLayers((group,), layers * params, layers * shared, heads)


class _Shape:
    """Head counts and widths, for full layers and for the others where they differ."""

    def __init__(self, keys: Keys, hidden: int, heads: int) -> None:
        self.hidden, self.heads = hidden, heads
        self.bias = keys.flag("attention_bias") or keys.flag("use_bias_in_attention")
        self.gate = keys.flag("attn_output_gate")
        self.dim = self._width(keys)
        self.kv = _kv_heads(keys, heads)
        self.value = 0
        self.full_kv, self.full_dim, self.full_value = self.kv, self.dim, 0
        if keys.has("global_head_dim"):
            self.full_dim = keys.whole("global_head_dim")
            self.full_kv = keys.whole("num_global_key_value_heads", default=self.kv)
        if keys.has("v_head_dim"):
            self.full_value = keys.whole("v_head_dim")
            self.value = keys.whole("swa_v_head_dim", default=self.full_value)
        if keys.has("swa_num_key_value_heads"):
            self.kv = keys.whole("swa_num_key_value_heads")
            self.dim = keys.whole("swa_head_dim", default=self.dim)

    def _width(self, keys: Keys) -> int:
        if keys.has("head_dim", "attention_head_dim", "kv_channels"):
            return keys.whole("head_dim", "attention_head_dim", "kv_channels")
        if self.hidden % self.heads and not keys.problems:
            keys.note(
                "head_dim",
                f"hidden_size {self.hidden:,} does not divide by num_attention_heads {self.heads:,}",
                "give head_dim, or correct the two",
            )
        return max(self.hidden // self.heads, 1)

    def params(self, family: Family, kv: int, dim: int, value: int) -> int:
        """Count the parameters of a layer: h d (2 n_q + 2 n_kv), K and V widths told apart, and biases."""
        value = value or dim
        query, keyed, valued = self.heads * dim, kv * dim, kv * value
        total = (
            self.hidden * (query * (2 if self.gate else 1) + keyed + valued)
            + self.heads * value * self.hidden
        )
        if family.qkv_bias or self.bias:
            total += query + keyed + valued
        if family.out_bias or self.bias:
            total += self.hidden
        return total + (2 * dim if family.qk_norm else 0)


def _kv_heads(keys: Keys, heads: int) -> int:
    names = ("num_key_value_heads", "num_kv_heads", "n_head_kv", "multi_query_group_num", "num_query_groups")
    model_type = keys.text("model_type").lower()
    if model_type.startswith(("falcon", "refinedweb")) and keys.flag("multi_query", True):
        grouped = keys.flag("new_decoder_architecture")
        if not grouped and "h1" not in model_type and "mamba" not in model_type:
            return 1
    if model_type == "gpt_bigcode" and keys.flag("multi_query", True):
        return 1
    attn = keys.nested("attn_config") or {}
    if isinstance(attn.get("kv_n_heads"), int):
        return Keys(attn, keys.problems, path=("attn_config",)).whole("kv_n_heads")
    kv = keys.whole(*names, default=heads)
    if (kv > heads or heads % kv) and not keys.problems:
        keys.note(
            "num_key_value_heads",
            f"{heads:,} query heads do not divide among {kv:,} key/value heads",
            "num_attention_heads must be a multiple of num_key_value_heads",
        )
    return kv


@record
class Kinds:
    """So many layers have full, sliding and linear attention, with this window."""

    full: int
    sliding: int = 0
    linear: int = 0
    window: int = 0


def read_kinds(keys: Keys, layers: int) -> Kinds:
    """Count the kinds of attention: by `layer_types`, by a pattern string, or by family rules."""
    if keys.has("kv_lora_rank"):
        return Kinds(full=layers)
    listed = keys.items("layer_types") or keys.items("layers_block_type")
    if listed is not None:
        return _from_list(keys, layers, listed)
    pattern = keys.raw("hybrid_override_pattern")
    if isinstance(pattern, str):
        linear, full = pattern.count("M"), pattern.count("*")
        return Kinds(full=full, linear=linear)
    for rule in (_interval_rule, _window_rule):
        found = rule(keys, layers)
        if found is not None:
            return found
    return Kinds(full=layers)


def _from_list(keys: Keys, layers: int, listed: Sequence[Any]) -> Kinds:
    names = [name if isinstance(name, str) else shown(name) for name in listed]
    counts = Counter(names)
    unknown = sorted(set(counts) - _FULL - _SLIDING - _LINEAR - _NEITHER)
    if unknown:
        keys.note(
            "layer_types",
            f"unknown kind of layer {shown(unknown[0])}",
            f"known kinds: {', '.join(sorted(_FULL | _SLIDING | _LINEAR))}",
        )
    if len(names) != layers:
        keys.note(
            "layer_types",
            f"{len(names):,} entries for {layers:,} layers",
            "give one entry for each of num_hidden_layers",
        )
    sliding = sum(counts[kind] for kind in _SLIDING)
    window = keys.whole("sliding_window", "attention_chunk_size", "local_attention") if sliding else 0
    return Kinds(
        full=sum(counts[kind] for kind in _FULL),
        sliding=sliding,
        linear=sum(counts[kind] for kind in _LINEAR),
        window=window,
    )


def _interval_rule(keys: Keys, layers: int) -> Kinds | None:
    """Hybrids that say where full attention sits by a period, an index list, or not at all."""
    model_type = keys.text("model_type").lower()
    if model_type in {"mamba", "mamba2", "falcon_mamba"}:
        return Kinds(full=0, linear=layers)
    if model_type == "falcon_h1":
        return Kinds(full=layers, linear=layers)
    if keys.has("attn_layer_indices", "full_attn_idxs"):
        listed = keys.items("attn_layer_indices") or keys.items("full_attn_idxs") or ()
        full = min(len(listed), layers)
        return Kinds(full=full, linear=layers - full)
    if model_type == "jamba":
        period, offset = keys.whole("attn_layer_period"), keys.whole("attn_layer_offset", low=0)
        full = sum(1 for layer in range(layers) if layer % period == offset)
        return Kinds(full=full, linear=layers - full)
    if keys.has("full_attention_interval"):
        full = layers // keys.whole("full_attention_interval")
        return Kinds(full=full, linear=layers - full)
    listed = keys.items("hybrid_layer_pattern")
    if listed is not None:
        sliding = min(sum(1 for kind in listed if kind == 1), layers)
        return Kinds(full=layers - sliding, sliding=sliding, window=keys.whole("sliding_window"))
    return None


def _window_rule(keys: Keys, layers: int) -> Kinds | None:
    """Sliding windows by family: Gemma and Cohere patterns, Llama 4 chunks, Qwen2's upper layers."""
    chunk = keys.raw("attention_chunk_size")
    if chunk is not None and keys.has("no_rope_layer_interval"):
        full = layers // keys.whole("no_rope_layer_interval")
        return Kinds(full=full, sliding=layers - full, window=keys.whole("attention_chunk_size"))
    if not keys.has("sliding_window") or keys.raw("use_sliding_window") is False:
        return None
    window = keys.whole("sliding_window")
    if keys.has("sliding_window_pattern", "_sliding_window_pattern"):
        full = layers // keys.whole("sliding_window_pattern", "_sliding_window_pattern")
        return Kinds(full=full, sliding=layers - full, window=window)
    if keys.flag("use_sliding_window"):
        first = min(keys.whole("max_window_layers", default=layers, low=0), layers)
        return Kinds(full=first, sliding=layers - first, window=window)
    if window >= keys.whole("max_position_embeddings", default=window + 1):
        return None
    return Kinds(full=0, sliding=layers, window=window)
