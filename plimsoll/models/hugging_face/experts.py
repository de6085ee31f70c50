"""A decoder's `config.json` says what feeds forward: dense layers, experts, and their parameters."""

from plimsoll.ground.start_up import record
from plimsoll.models.architecture import Experts
from plimsoll.models.hugging_face.families import Family
from plimsoll.models.hugging_face.keys import Keys

_COUNT = ("num_local_experts", "n_routed_experts", "num_experts", "moe_num_experts")
_ACTIVE = (
    "num_experts_per_tok",
    "experts_per_token",
    "moe_topk",
    "moe_k",
    "top_k_experts",
    "num_experts_per_token",
    "moe_top_k",
)
_WIDTH_IS_INTERMEDIATE = {
    "mixtral",
    "phimoe",
    "gpt_oss",
    "llama4",
    "llama4_text",
    "minimax_m2",
    "minimax",
    "granitemoe",
    "granitemoehybrid",
    "olmoe",
    "jamba",
    "dbrx",
    "hunyuan_v1_moe",
}


@record
class FeedForward:
    """All feed-forward layers: parameters in all, those of the experts, routers, and dense width."""

    params: int
    experts: Experts | None
    expert_params: int
    router_params: int
    ffn_dim: int

    @property
    def idle_params(self) -> int:
        """Count the parameters of the experts that one token does not visit."""
        if self.experts is None:
            return 0
        return self.expert_params // self.experts.count * (self.experts.count - self.experts.active)


def read_feed_forward(keys: Keys, family: Family, layers: int, hidden: int) -> FeedForward:
    """Read dense and expert layers: 3 h i parameters gated, 2 h i ungated, and h E per router."""
    matrices = 3 if family.gated else 2
    count = _expert_keys(keys).whole(*_COUNT, default=0, low=0)
    if keys.text("model_type") in {"mamba", "mamba2", "falcon_mamba"}:
        return FeedForward(0, None, 0, 0, 0)
    dense_layers, moe_layers = _layers(keys, layers, sparse=count > 1)
    ffn_dim = _dense_width(keys, hidden, needed=dense_layers > 0)
    bias = (ffn_dim + hidden) if family.mlp_bias or keys.flag("mlp_bias") else 0
    dense = dense_layers * (matrices * hidden * ffn_dim + bias)
    if not moe_layers:
        return FeedForward(dense, None, 0, 0, ffn_dim)
    experts = _experts(keys, count, moe_layers)
    latent = keys.whole("moe_latent_size", default=0, low=0)
    one = matrices * (latent or hidden) * experts.ffn_dim
    if keys.text("model_type") == "gpt_oss":
        one += 2 * experts.ffn_dim + hidden
    routed = one * count * moe_layers
    shared = matrices * hidden * experts.ffn_dim * experts.shared * moe_layers
    around = (2 * hidden * latent + hidden * count) * moe_layers
    return FeedForward(dense + routed + shared + around, experts, routed, around, ffn_dim)


def _expert_keys(keys: Keys) -> Keys:
    """Find where the experts are described: DBRX keeps them in `ffn_config`."""
    inner = keys.nested("ffn_config")
    if inner is None or "moe_num_experts" not in inner:
        return keys
    return Keys(inner, keys.problems, path=("ffn_config",))


def _layers(keys: Keys, layers: int, *, sparse: bool) -> tuple[int, int]:
    """Count the layers with a dense feed-forward part, and those with experts."""
    pattern = keys.raw("hybrid_override_pattern")
    if isinstance(pattern, str):
        return pattern.count("-"), pattern.count("E") if sparse else 0
    blocks = keys.items("layers_block_type")
    if blocks and keys.text("model_type") == "nemotron_h":
        return blocks.count("mlp"), blocks.count("moe") if sparse else 0
    moe_layers = _moe_layers(keys, layers) if sparse else 0
    if keys.flag("enable_moe_block"):  # Gemma 4 keeps a dense FFN beside the experts of every layer
        return layers, moe_layers
    return layers - moe_layers, moe_layers


def _dense_width(keys: Keys, hidden: int, *, needed: bool) -> int:
    if keys.has("intermediate_size_mlp"):
        return keys.whole("intermediate_size_mlp")
    if keys.has("expansion_ratio"):
        return hidden * keys.whole("expansion_ratio")
    ffn = keys.nested("ffn_config")
    if ffn is not None:
        return Keys(ffn, keys.problems, path=("ffn_config",)).whole("ffn_hidden_size", default=4 * hidden)
    if keys.flag("block_auto_adjust_ff_dim"):  # LFM2: two thirds, as a gated FFN of equal cost
        step = keys.whole("block_multiple_of", default=1)
        return -(-(2 * keys.whole("block_ff_dim") // 3) // step) * step
    names = (
        "intermediate_size",
        "ffn_dim",
        "n_inner",
        "ffn_hidden_size",
        "dense_intermediate_size",
        "block_ff_dim",
    )
    if keys.text("model_type") in {
        "falcon",
        "refinedweb",
        "refinedwebmodel",
        "gpt2",
        "gptj",
        "bloom",
        "gpt_bigcode",
    }:
        return keys.whole(*names, default=4 * hidden)
    return keys.whole(*names, default=None if needed else 0, low=0 if not needed else 1)


def _experts(keys: Keys, count: int, layers: int) -> Experts:
    model_type = keys.text("model_type")
    if keys.has("moe_intermediate_size"):
        width = keys.whole("moe_intermediate_size")
    elif model_type in _WIDTH_IS_INTERMEDIATE:
        ffn = keys.nested("ffn_config")
        width = (
            Keys(ffn, keys.problems, path=("ffn_config",)).whole("ffn_hidden_size")
            if ffn is not None
            else keys.whole("intermediate_size")
        )
    else:
        width = keys.whole("moe_intermediate_size", "expert_ffn_hidden_size")
    active = _expert_keys(keys).whole(*_ACTIVE)
    if active > count:
        keys.note(
            "num_experts_per_tok",
            f"{active:,} experts per token of only {count:,}",
            "experts per token cannot exceed the number of experts",
        )
        active = count
    return Experts(count, active, _shared(keys, width), width, layers)


def _shared(keys: Keys, width: int) -> int:
    """Count shared experts in routed-expert widths (rounded up where the widths differ)."""
    if keys.text("model_type") in {"llama4", "llama4_text"}:
        return 1
    names = (
        "shared_expert_intermediate_size",
        "moe_shared_expert_intermediate_size",
        "shared_intermediate_size",
    )
    if keys.has(*names):
        return -(-keys.whole(*names, low=0) // width)
    return keys.whole(
        "n_shared_experts",
        "moe_num_shared_experts",
        "num_shared_experts",
        "num_shared_expert",
        default=0,
        low=0,
    )


def _moe_layers(keys: Keys, layers: int) -> int:
    """Count the layers with experts: by list, by period and offset, or all after the first dense ones."""
    listed = keys.items("moe_layer_freq") if isinstance(keys.raw("moe_layer_freq"), list) else None
    if listed is not None:
        return min(sum(1 for on in listed if on), layers)
    if keys.has("expert_layer_period"):
        period, offset = keys.whole("expert_layer_period"), keys.whole("expert_layer_offset", low=0)
        return sum(1 for layer in range(layers) if layer % period == offset)
    if keys.has("interleave_moe_layer_step"):
        return layers // keys.whole("interleave_moe_layer_step")
    first = min(keys.whole("first_k_dense_replace", "moe_layer_start_index", default=0, low=0), layers)
    dense = {layer for layer in keys.items("mlp_only_layers") or () if isinstance(layer, int)}
    step = keys.whole("decoder_sparse_step", default=1)
    return sum(1 for layer in range(first, layers) if layer not in dense and (layer + 1) % step == 0)
