"""Towers see and hear for a language model; they and their projectors are part of the checkpoint."""

import re
from collections.abc import Mapping
from typing import Any, cast

from plimsoll.ground.problems import Problem
from plimsoll.ground.start_up import record
from plimsoll.models.hugging_face.class_defaults import part_defaults
from plimsoll.models.hugging_face.keys import Keys

_LAYERS = (
    "num_hidden_layers",
    "depth",
    "encoder_layers",
    "num_layers",
    "layers",
    "num_blocks",
    "n_layers",
    "conf_num_hidden_layers",
)
_HIDDEN = ("hidden_size", "embed_dim", "d_model", "hidden_dim", "width", "attention_dim")
_INNER = ("intermediate_size", "encoder_ffn_dim", "ffn_dim", "mlp_dim", "linear_units", "d_ff")
_GATED = {
    "pixtral",
    "qwen2_5_vl",
    "qwen2_5_omni",
    "glm4v",
    "glm4v_moe",
    "glm_ocr",
    "exaone4_5",
    "aimv2",
    "dots_vit",
}
"""Towers whose feed-forward part has three matrices."""

_CONFORMERS = {"granite_speech", "parakeet", "conformer", "gemma3n_audio", "gemma4_audio", "cohere_asr"}
"""Towers with two feed-forward parts and a convolution in every layer (Conformer, arXiv 2005.08100)."""

_KIND = re.compile(r"_(?:vision|encoder|vision_encoder|vision_model|audio_encoder)$")
"""What class names of towers end on; older configs call the tower like the whole model."""

_UNNAMED = {"dots_ocr": "dots_vit"}
"""Wrappers whose tower does not name itself."""

_NO_POSITIONS = {*_GATED, "qwen2_vl"} - {"glm4v", "glm4v_moe"}


@record
class Tower:
    """A tower: parameters, the width of what it hands on, and its own description for its projector."""

    params: int = 0
    width: int = 0
    keys: Keys | None = None


def read_tower(
    outer_type: str, part: str, values: Mapping[str, Any] | None, problems: list[Problem]
) -> Tower:
    """Read one tower of a wrapper; one whose config gives no width or depth weighs nothing here."""
    published = part_defaults(outer_type, part, values)
    own = {"model_type": _UNNAMED.get(outer_type), **published, **(values or {})}
    keys = Keys(own, [], path=(part,))
    if not (keys.has(*_LAYERS) and keys.has(*_HIDDEN)):
        return Tower()
    hidden = _width(keys)
    layers = keys.whole(*_LAYERS)
    body = layers * _layer(keys, hidden) + _stem(keys, hidden) + _pool(keys, hidden)
    problems.extend(keys.problems)
    return Tower(body, hidden, keys)


def _width(keys: Keys) -> int:
    """Read the width: Qwen2-VL's tower calls that of the language model `hidden_size`."""
    return keys.whole("embed_dim", "hidden_size") if _kind(keys) == "qwen2_vl" else keys.whole(*_HIDDEN)


def _kind(keys: Keys) -> str:
    return _KIND.sub("", keys.text("model_type"))


def _layer(keys: Keys, hidden: int) -> int:
    """Count one layer: 4 h² of attention, 2 or 3 h i that feed forward, biases and two norms."""
    inner = _inner(keys, hidden)
    kind = _kind(keys)
    if kind == "phi4_multimodal_audio":  # gated parts, and a convolution between two pointwise layers
        return 6 * hidden * inner + 8 * hidden * hidden + 20 * hidden
    if kind in _CONFORMERS or keys.has("conf_num_hidden_layers"):
        relative = 0 if kind == "granite_speech" else hidden * hidden
        return 4 * hidden * hidden + relative + 4 * hidden * inner + _convolution(keys, hidden)
    if kind in _GATED or keys.flag("use_gated_mlp"):
        return _projections(keys, hidden) + 3 * hidden * inner + 2 * hidden
    return 4 * hidden * hidden + 2 * hidden * inner + 9 * hidden + inner


def _projections(keys: Keys, hidden: int) -> int:
    """Count attention's four matrices; the keys and values of few heads are narrower."""
    heads = keys.whole("num_attention_heads", "num_heads", default=1)
    keyed = keys.whole("num_key_value_heads", default=heads)
    return 2 * hidden * hidden + 2 * hidden * (hidden * min(keyed, heads) // heads)


def _convolution(keys: Keys, hidden: int) -> int:
    """Count a convolution module: two pointwise layers around a gate, of once or twice the width."""
    wider = keys.whole("conv_expansion_factor", default=1)
    kernel = keys.whole("conv_kernel_size", "conf_conv_kernel_size", default=9)
    return hidden * hidden * 3 * wider + hidden * wider * (kernel + 2) + 8 * hidden


def _inner(keys: Keys, hidden: int) -> int:
    if _kind(keys) in {"glm4v", "glm4v_moe"}:  # their `intermediate_size` is that of the merger
        return keys.whole("out_hidden_size")
    if keys.has(*_INNER) and _kind(keys) != "qwen2_vl":
        return keys.whole(*_INNER)
    if keys.has("feedforward_mult"):
        return hidden * keys.whole("feedforward_mult")
    ratio = keys.raw("mlp_ratio")
    return int(hidden * ratio) if isinstance(ratio, int | float) and 0 < ratio < 100 else 4 * hidden


def _stem(keys: Keys, hidden: int) -> int:
    """Count what turns pixels or mel bins into tokens: a patch or two convolutions, and a position table."""
    if keys.has("num_mel_bins") and not keys.has("patch_size"):
        bins, frames = keys.whole("num_mel_bins"), keys.whole("max_source_positions", default=1500)
        return 3 * hidden * (bins + hidden) + frames * hidden
    patch = _side(keys.raw("patch_size"))
    channels = keys.whole("num_channels", "in_channels", "in_chans", default=3)
    frames = keys.whole("temporal_patch_size", default=1)
    return channels * frames * patch * patch * hidden + _positions(keys, patch) * hidden


def _positions(keys: Keys, patch: int) -> int:
    if keys.has("num_position_embeddings"):
        return keys.whole("num_position_embeddings")
    if _kind(keys) in _NO_POSITIONS or not keys.has("image_size") or not patch:
        return 0
    return (_side(keys.raw("image_size")) // patch) ** 2 + 1


def _side(value: object) -> int:
    first: object = next(iter(cast("list[object]", value)), 0) if isinstance(value, list) else value
    return first if isinstance(first, int) and 0 < first < 10**5 else 0


def _pool(keys: Keys, hidden: int) -> int:
    """Count SigLIP's attention pooling, which its vision class has unless the config says otherwise."""
    if _kind(keys) not in {"siglip", "siglip2"} or not keys.flag("vision_use_head", True):
        return 0
    return _layer(keys, hidden)
