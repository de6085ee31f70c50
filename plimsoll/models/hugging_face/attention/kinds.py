"""Which attention each layer has: by a list, a pattern, an interval or a window, as configs say it.

Sources: the config classes of Transformers (as of 5.24) and the model files of vLLM 0.22 that read them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Literal, cast

from plimsoll.ground.start_up import record
from plimsoll.models.hugging_face.families import PURE, Family
from plimsoll.models.hugging_face.keys import Keys, shown

LayerKind = Literal["full", "sliding", "linear"]

_KINDS: Mapping[str, tuple[LayerKind, ...]] = {
    **dict.fromkeys(
        ("full_attention", "attention", "full", "global", "global_attention", "indexed_attention", "*", "G"),
        ("full",),
    ),
    **dict.fromkeys(
        ("sliding_attention", "chunked_attention", "local", "local_attention", "sliding", "L"), ("sliding",)
    ),
    **dict.fromkeys(("linear_attention", "mamba", "mamba2", "conv", "M"), ("linear",)),
    **dict.fromkeys(("moe", "mlp", "-", "E"), ()),
    "hybrid": ("full", "linear"),
}
"""What a layer of that name keeps; a hybrid layer has attention and a state-space branch side by side."""

_PERIODS: Mapping[str, tuple[int, int]] = {
    "afmoe": (4, 3),
    "cohere2_moe": (4, 3),
    "cwm": (4, 0),
    "exaone_moe": (4, 3),
    "gemma3n": (5, 4),
    "gemma3n_text": (5, 4),
    "gemma4": (6, 5),
    "gemma4_text": (6, 5),
    "gpt_oss": (2, 1),
    "laguna": (1, 0),
    "olmo3": (4, 3),
    "vaultgemma": (2, 1),
}
"""Classes that lay out their layers where a config has no list: a period, and the full layer in it."""

_INTERVALS = ("full_attention_interval", "layer_group_size")
"""How many layers a full one closes: Qwen3-Next's key, and Ling 2.5's."""

_MIMO = {"mimo_v2", "mimo_v2_flash"}
"""Classes whose first layer and every sixth see everything, where a config has no list."""

_LISTED = {
    "bamba",
    "granitemoehybrid",
    "kimi_linear",
    "minimax_m1",
    "minimax_text_01",
    "nemotron_h",
    "olmo_hybrid",
    "zamba2",
}
"""Classes whose layers differ so much that nothing may be assumed without their list."""

_WINDOWS = ("sliding_window", "attention_chunk_size", "sliding_window_size", "local_attention")


@record
class Layer:
    """One layer's attention.

    `window` bounds a sliding one (tokens). `borrowed`: it reads the cache of an earlier layer and keeps
    none of its own. `heads` and `kv_heads` are 0 where they are the model's.
    """

    kind: LayerKind
    window: int = 0
    borrowed: bool = False
    heads: int = 0
    kv_heads: int = 0


_FULL = Layer("full")
_LINEAR = Layer("linear")


def read_layers(keys: Keys, family: Family, layers: int) -> tuple[Layer, ...]:
    """Say what attention each of `layers` layers has, in order; a layer without any is left out."""
    blocks = keys.items("block_configs")
    if blocks is not None:
        return _from_blocks(keys, blocks, layers)
    found = _from_names(keys, layers)
    for rule in (_indexed, _periodic, _missing, _windowed):
        found = rule(keys, layers) if found is None else found
    if found is None:
        found = (_FULL,) * layers
    return _with_heads(keys, _borrowing(keys, found)) * family.attentions_per_layer


def _from_names(keys: Keys, layers: int) -> tuple[Layer, ...] | None:
    """Read a list of names, or a string of letters, one for each layer."""
    listed = keys.items("layer_types") or keys.items("layers_block_type")
    if listed is not None:
        return _named(keys, "layer_types", _counted(keys, listed, layers))
    if isinstance(keys.raw("hybrid_override_pattern"), str):
        return _named(keys, "hybrid_override_pattern", keys.text("hybrid_override_pattern"))
    pattern = keys.raw("sliding_window_pattern")
    if isinstance(pattern, str) and pattern:  # EXAONE 4: repeated, and the last layer is always global
        letters = (pattern * layers)[: layers - 1] + "G"
        return _named(keys, "sliding_window_pattern", letters)
    return None


def _counted(keys: Keys, listed: Sequence[Any], layers: int) -> Sequence[Any]:
    """Take one entry for each layer; entries beyond are those of prediction layers (Step-3.5)."""
    if len(listed) < layers:
        keys.note(
            "layer_types",
            f"{len(listed):,} entries for {layers:,} layers",
            "give one entry for each of num_hidden_layers",
        )
    return listed[:layers]


def _named(keys: Keys, key: str, names: Sequence[Any]) -> tuple[Layer, ...]:
    texts = [name if isinstance(name, str) else shown(name) for name in names]
    unknown = sorted(set(texts) - set(_KINDS))
    if unknown:
        known = ", ".join(name for name in _KINDS if len(name) > 1)
        keys.note(key, f"unknown kind of layer {shown(unknown[0])}", f"known kinds: {known}")
    kinds: list[LayerKind] = [kind for name in texts for kind in _KINDS.get(name, ())]
    window = keys.whole(*_WINDOWS, low=0) if "sliding" in kinds else 0
    return tuple(_of_kind(kind, window) for kind in kinds)


def _of_kind(kind: LayerKind, window: int) -> Layer:
    """Make one layer; a window of 0 is switched off, so that layer is full."""
    if kind != "sliding":
        return Layer(kind)
    return Layer("sliding", window) if window else _FULL


def _indexed(keys: Keys, layers: int) -> tuple[Layer, ...] | None:
    """Read the numbers of the layers with full attention, or a 0 or 1 for each layer."""
    names = ("attn_layer_indices", "full_attn_idxs")
    full = next((listed for name in names if (listed := keys.items(name)) is not None), None)
    if full is not None:
        return _hybrid(layers, full)
    linear = keys.nested("linear_attn_config")
    if linear is not None:  # Kimi Linear counts its layers from 1
        inner = Keys(linear, keys.problems, path=(*keys.path, "linear_attn_config"))
        numbers = inner.items("full_attn_layers") or ()
        return tuple(_FULL if layer in numbers else _LINEAR for layer in range(1, layers + 1))
    shared = keys.items("hybrid_layer_ids")
    if shared is not None:  # Zamba2: a shared attention block before some of its Mamba-2 layers
        return tuple(_FULL for layer in range(layers) if layer in shared) + (_LINEAR,) * layers
    kinds = keys.items("attn_type_list") or keys.items("decoder_attention_types")
    if kinds is not None:  # MiniMax: 0 is lightning attention
        return tuple(_LINEAR if kind == 0 else _FULL for kind in kinds[:layers])
    listed = keys.items("hybrid_layer_pattern")
    if listed is not None:  # MiMo-V2: 1 is a sliding window
        window = keys.whole("sliding_window_size", "sliding_window")
        return tuple(Layer("sliding", window) if kind == 1 else _FULL for kind in listed[:layers])
    return None


def _periodic(keys: Keys, layers: int) -> tuple[Layer, ...] | None:
    """Read hybrids that say where full attention sits by a period, or have none, or always both."""
    model_type = keys.text("model_type").lower()
    if model_type in PURE:
        return (_LINEAR,) * layers
    if model_type == "falcon_h1":
        return (_FULL,) * layers + (_LINEAR,) * layers
    if model_type == "minimax":  # every other layer is full where the config has no list
        return _hybrid(layers, range(0, layers, 2))
    if keys.has("attn_layer_period"):
        period, offset = keys.whole("attn_layer_period"), keys.whole("attn_layer_offset", low=0)
        return _hybrid(layers, range(offset % period, layers, period))
    if keys.has(*_INTERVALS):
        interval = keys.whole(*_INTERVALS)
        return _hybrid(layers, range(interval - 1, layers, interval))
    if keys.has("mamba_step"):  # PLaMo 2
        half, step = keys.whole("mamba_step") // 2, keys.whole("mamba_step")
        return _hybrid(layers, [layers - 1] if layers <= half else range(half, layers, step))
    return None


def _hybrid(layers: int, full: Sequence[Any]) -> tuple[Layer, ...]:
    """Give the layers of these numbers full attention, and a linear state to all others."""
    return tuple(_FULL if layer in full else _LINEAR for layer in range(layers))


def _missing(keys: Keys, layers: int) -> tuple[Layer, ...] | None:
    """Note that a list is missing without which the layers of such a class are anybody's guess."""
    if keys.text("model_type").lower() not in _LISTED:
        return None
    what = "key 'layer_types' is missing, and layers of this kind of model differ"
    keys.note("layer_types", what, "give the whole published config.json")
    return (_FULL,) * layers


def _windowed(keys: Keys, layers: int) -> tuple[Layer, ...] | None:
    """Read sliding windows: chunks (Llama 4), patterns (Gemma, Cohere), upper layers (Qwen2), or all."""
    if keys.raw("attention_chunk_size") is not None and keys.has("no_rope_layers", "no_rope_layer_interval"):
        return _chunked(keys, layers)
    listed = keys.raw("interleaved_sliding_window") or keys.raw("sliding_window")
    if isinstance(listed, list):
        return _tiled(keys, cast("list[object]", listed), layers)
    if not keys.has(*_WINDOWS[:1]) or keys.raw("use_sliding_window") is False:
        return None
    window = keys.whole("sliding_window", low=0)
    if keys.text("model_type").lower() in _MIMO:
        full_ones = {0, *range(5, layers, 6)}
        return tuple(_FULL if layer in full_ones else _of_kind("sliding", window) for layer in range(layers))
    period, full = _period(keys)
    if period:
        return tuple(
            _FULL if layer % period == full else _of_kind("sliding", window) for layer in range(layers)
        )
    if keys.flag("use_sliding_window") or keys.has("max_window_layers"):
        first = keys.whole("max_window_layers", default=layers, low=0)
        return tuple(_FULL if layer < first else _of_kind("sliding", window) for layer in range(layers))
    if window >= keys.whole("max_position_embeddings", default=window + 1):
        return None
    return (_of_kind("sliding", window),) * layers


def _period(keys: Keys) -> tuple[int, int]:
    """Say in which period one layer sees everything, and which of them; 0 if there is none."""
    names = ("sliding_window_pattern", "_sliding_window_pattern", "global_attn_every_n_layers")
    if keys.has(*names):
        period = keys.whole(*names, low=0)
        return period, period - 1
    return _PERIODS.get(keys.text("model_type").lower(), (0, 0))


def _chunked(keys: Keys, layers: int) -> tuple[Layer, ...]:
    """Llama 4: layers with rotary positions attend within chunks, those without see everything."""
    window = keys.whole("attention_chunk_size")
    listed = keys.items("no_rope_layers")
    if listed:
        rotary = [entry != 0 for entry in listed[:layers]]
    else:
        interval = keys.whole("no_rope_layer_interval")
        rotary = [(layer + 1) % interval != 0 for layer in range(layers)]
    return tuple(Layer("sliding", window) if has else _FULL for has in rotary)


def _tiled(keys: Keys, windows: Sequence[object], layers: int) -> tuple[Layer, ...]:
    """Repeat a list of windows over all layers; null is full attention."""
    for window in windows:
        if window is not None and (not isinstance(window, int) or isinstance(window, bool) or window < 0):
            keys.note(
                "sliding_window", f"{shown(window)} is no window", "give whole numbers of tokens or null"
            )
            return (_FULL,) * layers
    repeated = (
        [cast("int | None", windows[layer % len(windows)]) for layer in range(layers)] if windows else []
    )
    return tuple(_of_kind("sliding", window or 0) for window in repeated) or (_FULL,) * layers


def _borrowing(keys: Keys, found: tuple[Layer, ...]) -> tuple[Layer, ...]:
    """Mark layers that read an earlier layer's cache: the last ones (Gemma 3n), or all between (Hunyuan)."""
    last = min(keys.whole("num_kv_shared_layers", default=0, low=0), len(found))
    if last:
        own = len(found) - last
        return found[:own] + tuple(replace(layer, borrowed=True) for layer in found[own:])
    if keys.flag("use_cla"):
        factor = keys.whole("cla_share_factor", default=1)
        return tuple(
            replace(layer, borrowed=index % factor != 0) if factor > 1 else layer
            for index, layer in enumerate(found)
        )
    return found


def _from_blocks(keys: Keys, blocks: Sequence[Any], layers: int) -> tuple[Layer, ...]:
    """Nemotron NAS: each block has attention with its own number of K/V heads, or none."""
    heads = keys.whole("num_attention_heads")
    found: list[Layer] = []
    for block in _counted(keys, blocks, layers):
        values = cast("dict[str, Any]", block if isinstance(block, dict) else {})
        inner = Keys(values, keys.problems, path=(*keys.path, "block_configs"))
        kind = inner.text("block_type")
        attention = Keys(inner.nested("attention") or {}, keys.problems, path=inner.path)
        if kind in _KINDS:
            found += [Layer(one) for one in _KINDS[kind]]
        elif not attention.flag("no_op") and not attention.flag("replace_with_linear"):
            group = attention.whole("n_heads_in_group", default=1)
            found.append(Layer("full", kv_heads=max(heads // group, 1)))
    return tuple(found)


def _with_heads(keys: Keys, found: tuple[Layer, ...]) -> tuple[Layer, ...]:
    """Give layers their own heads where configs list them (OpenELM, DeciLM, Laguna)."""
    queries = _listed(keys, "num_attention_heads_per_layer", "num_query_heads", layers=len(found))
    cached = _listed(keys, "num_key_value_heads_per_layer", "num_kv_heads", layers=len(found))
    if not queries and not cached:
        return found
    return tuple(
        replace(
            layer,
            heads=queries[index] if queries else 0,
            kv_heads=cached[index] if cached else 0,
        )
        for index, layer in enumerate(found)
    )


def _listed(keys: Keys, *names: str, layers: int) -> list[int]:
    for name in names:
        listed = keys.raw(name)
        if isinstance(listed, list):
            entries = cast("list[object]", listed)
            if len(entries) < layers or not all(isinstance(one, int) and one > 0 for one in entries):
                keys.note(
                    name, "not one number of heads for each layer", "copy it from the published config.json"
                )
                return []
            return cast("list[int]", entries)
    return []
