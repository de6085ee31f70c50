"""How wide a feed-forward part is: by one of many keys, a ratio, two halves in one number, or a rounding."""

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
