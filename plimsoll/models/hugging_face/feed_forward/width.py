"""How wide a feed-forward part is: by one of many keys, a ratio, two halves in one number, or a rounding."""

from typing import Any, cast

from plimsoll.models.hugging_face.families import Family
from plimsoll.models.hugging_face.keys import Keys

_DENSE = (
    "intermediate_size",
    "ffn_dim",
    "n_inner",
    "ffn_hidden_size",
    "dense_intermediate_size",
    "block_ff_dim",
    "ff_intermediate_size",
    "ffn_inner_dim",
)
_BLOCK_STEP = 256
_EXPERT = ("moe_intermediate_size", "expert_ffn_hidden_size", "moe_ffn_hidden_size")


def expert_keys(keys: Keys) -> Keys:
    """Find where the experts are described: DBRX keeps them in `ffn_config`."""
    inner = keys.nested("ffn_config")
    if inner is None or "moe_num_experts" not in inner:
        return keys
    return Keys(inner, keys.problems, path=(*keys.path, "ffn_config"))


def expert_width(keys: Keys) -> int:
    """Read the width of one expert: its own key, else that of the dense part."""
    if keys.has(*_EXPERT):
        return keys.whole(*_EXPERT)
    inner = keys.nested("ffn_config")
    if inner is not None:
        return Keys(inner, keys.problems, path=(*keys.path, "ffn_config")).whole("ffn_hidden_size")
    return keys.whole("intermediate_size", "ffn_hidden_size")


def block_widths(keys: Keys, layers: int, hidden: int) -> tuple[int, ...]:
    """Read the width of each layer's dense part where a config lists blocks (Nemotron NAS); 0 is no part.

    A multiplier counts gate, up and down together: two thirds of it, rounded up to a multiple of 256
    (`_ffn_mult_to_intermediate_size` of vLLM's `nemotron_nas.py`).
    """
    blocks = [
        cast("dict[str, Any]", each) for each in keys.items("block_configs") or () if isinstance(each, dict)
    ]
    parts: list[object] = [block.get("ffn") for block in blocks[:layers]]
    if not any(isinstance(part, dict) for part in parts):
        return ()
    return tuple(_block_width(keys, part, hidden) for part in parts)


def _block_width(keys: Keys, part: object, hidden: int) -> int:
    values = cast("dict[str, Any]", part if isinstance(part, dict) else {})
    inner = Keys(values, keys.problems, path=(*keys.path, "block_configs"))
    if inner.flag("no_op") or not values:
        return 0
    multiplier = inner.raw("ffn_mult")
    if isinstance(multiplier, int | float) and 0 < multiplier < 1000:
        return -(-int(2 * multiplier * hidden / 3) // _BLOCK_STEP) * _BLOCK_STEP
    return inner.whole("intermediate_size")


def dense_width(keys: Keys, family: Family, hidden: int, *, needed: bool) -> int:
    """Read the width of a dense part, one half where the config counts gate and up together."""
    return _whole_width(keys, family, hidden, needed=needed) // (2 if family.halves else 1)


def _whole_width(keys: Keys, family: Family, hidden: int, *, needed: bool) -> int:
    if keys.has("intermediate_size_mlp"):
        return keys.whole("intermediate_size_mlp")
    if keys.has("expansion_ratio"):
        return hidden * keys.whole("expansion_ratio")
    ffn = keys.nested("ffn_config")
    if ffn is not None:
        return Keys(ffn, keys.problems, path=(*keys.path, "ffn_config")).whole(
            "ffn_hidden_size", default=4 * hidden
        )
    if keys.text("model_type").startswith("lfm2"):
        return _adjusted(keys)
    if family.feeds == "four":
        return keys.whole(*_DENSE, default=4 * hidden)
    return keys.whole(*_DENSE, default=None if needed else 0, low=0 if not needed else 1)


def _adjusted(keys: Keys) -> int:
    """Adjust LFM2's width: two thirds, times a factor, rounded up to a multiple (its configuration class)."""
    width = keys.whole("block_ff_dim", "intermediate_size")
    if not keys.flag("block_auto_adjust_ff_dim"):
        return width
    factor = keys.raw("block_ffn_dim_multiplier")
    share = factor if isinstance(factor, int | float) and 0 < factor < 100 else 1.0
    step = keys.whole("block_multiple_of", default=1)
    return -(-int(share * (2 * width // 3)) // step) * step
