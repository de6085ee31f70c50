"""Which layers have experts, and which feed forward densely, a config says in a dozen ways."""

from collections.abc import Sequence

from plimsoll.ground.start_up import record
from plimsoll.models.hugging_face.keys import Keys

_DENSE_FIRST = ("first_k_dense_replace", "moe_layer_start_index", "num_dense_layers")


@record
class FeedLayers:
    """The numbers of the layers with a dense feed-forward part, and of those with experts."""

    dense: tuple[int, ...]
    sparse: tuple[int, ...]


def feed_layers(keys: Keys, layers: int, *, sparse: bool, both: bool = False) -> FeedLayers:
    """Tell dense layers from those with experts; hybrids have layers with neither."""
    pattern = keys.raw("hybrid_override_pattern")
    if isinstance(pattern, str):
        return FeedLayers(_where(pattern, "-"), _where(pattern, "E") if sparse else ())
    blocks = keys.items("layers_block_type")
    if blocks and keys.text("model_type") == "nemotron_h":
        return FeedLayers(_where(blocks, "mlp"), _where(blocks, "moe") if sparse else ())
    if keys.has("num_mem_blocks"):  # Zamba2: so many shared blocks feed forward, and no other layer
        return FeedLayers(tuple(range(keys.whole("num_mem_blocks"))), ())
    every = tuple(range(layers))
    if not sparse:
        return FeedLayers(every, ())
    routed = tuple(layer for layer in _sparse(keys, layers) if layer < layers)
    if both or keys.flag("enable_moe_block"):  # Gemma 4 keeps a dense FFN beside the experts of every layer
        return FeedLayers(every, routed)
    inside = set(routed)
    return FeedLayers(tuple(layer for layer in every if layer not in inside), routed)


def _where(kinds: Sequence[object], kind: str) -> tuple[int, ...]:
    return tuple(place for place, each in enumerate(kinds) if each == kind)


def _sparse(keys: Keys, layers: int) -> Sequence[int]:
    """List the layers with experts: by name, number, period and offset, or after the first dense ones."""
    for read in (_by_list, _by_period):
        found = read(keys, layers)
        if found is not None:
            return found
    first = min(keys.whole(*_DENSE_FIRST, default=0, low=0), layers)
    last = _last(keys, layers)
    dense = {layer for layer in keys.items("mlp_only_layers") or () if isinstance(layer, int)}
    step = keys.whole("decoder_sparse_step", "moe_layer_interval", "moe_layer_frequency", default=1)
    frequency = keys.raw("moe_layer_freq")
    if isinstance(frequency, int) and frequency > 1:  # DeepSeek-V2 counts from the first layer
        return [layer for layer in range(first, layers) if layer % frequency == 0]
    return [layer for layer in range(first, last) if layer not in dense and (layer + 1) % step == 0]


def _last(keys: Keys, layers: int) -> int:
    """Read where experts end: Ernie names the last layer that has them, −1 for the last of all."""
    end = keys.raw("moe_layer_end_index")
    return end + 1 if isinstance(end, int) and 0 <= end < layers else layers


def _by_list(keys: Keys, layers: int) -> Sequence[int] | None:
    if isinstance(keys.raw("moe_layer_freq"), list):
        return [layer for layer, on in enumerate(keys.items("moe_layer_freq") or ()) if on]
    kinds = keys.items("mlp_layer_types")
    if kinds is not None and len(kinds) == layers:
        return _where(kinds, "sparse")
    numbered = keys.raw("moe_layers_enum", "moe_layers")
    if isinstance(numbered, str):
        return [int(each) for each in numbered.split(",") if each.strip().isdigit()]
    if isinstance(numbered, list):
        return [
            each
            for each in keys.items("moe_layers_enum") or keys.items("moe_layers") or ()
            if isinstance(each, int)
        ]
    return None


def _by_period(keys: Keys, layers: int) -> Sequence[int] | None:
    if keys.has("expert_layer_period"):
        period, offset = keys.whole("expert_layer_period"), keys.whole("expert_layer_offset", low=0)
        return [layer for layer in range(layers) if layer % period == offset]
    if keys.has("interleave_moe_layer_step"):
        step = keys.whole("interleave_moe_layer_step")
        return [layer for layer in range(layers) if (layer + 1) % step == 0]
    return None
