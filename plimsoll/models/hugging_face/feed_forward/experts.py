"""A decoder's `config.json` says what feeds forward: dense layers, experts, and their parameters."""

from collections.abc import Iterator
from typing import Any, cast

from plimsoll.ground.start_up import record
from plimsoll.models.architecture import Experts
from plimsoll.models.hugging_face.families import Family
from plimsoll.models.hugging_face.feed_forward.layers import FeedLayers, feed_layers
from plimsoll.models.hugging_face.feed_forward.width import (
    block_widths,
    dense_width,
    expert_keys,
    expert_width,
)
from plimsoll.models.hugging_face.keys import Keys
from plimsoll.models.hugging_face.quantised.modules import Module

_COUNT = ("num_local_experts", "n_routed_experts", "num_experts", "moe_num_experts")
_ACTIVE = (
    "num_experts_per_tok",
    "experts_per_token",
    "moe_topk",
    "moe_k",
    "top_k_experts",
    "num_experts_per_token",
    "moe_top_k",
    "num_selected_experts",
)
_SHARED_WIDTH = (
    "shared_expert_intermediate_size",
    "moe_shared_expert_intermediate_size",
    "shared_intermediate_size",
    "share_expert_dim",
)
_SHARED_COUNT = ("n_shared_experts", "moe_num_shared_experts", "num_shared_experts", "num_shared_expert")
_TWO_KINDS = {"ernie4_5_vl_moe", "ernie4_5_vl_moe_text", "ernie4_5_moe_vl"}
_NO_GATE = {"relu2", "xielu"}
"""Activations that every model so far uses without a gate."""


@record
class FeedForward:
    """All feed-forward layers: parameters in all, those of the experts, routers, and dense width."""

    params: int
    experts: Experts | None
    expert_params: int
    router_params: int
    ffn_dim: int
    modules: tuple[Module, ...] = ()

    @property
    def idle_params(self) -> int:
        """Count the parameters of the experts that one token does not visit."""
        if self.experts is None:
            return 0
        return self.expert_params // self.experts.count * (self.experts.count - self.experts.active)


@record
class _Feed:
    """What the layers share: model width, matrices of one feed-forward part, its biases or none."""

    keys: Keys
    hidden: int
    matrices: int
    bias: bool

    def one(self, width: int) -> int:
        """Count one part of `width`: 3 h i gated, 2 h i without."""
        bias = width * (self.matrices - 1) + self.hidden if self.bias else 0
        return self.matrices * self.hidden * width + bias


def read_feed_forward(keys: Keys, family: Family, layers: int, hidden: int) -> FeedForward:
    """Read dense and expert layers: 3 h i parameters gated, 2 h i ungated, and h E per router."""
    if family.feeds == "none":
        return FeedForward(0, None, 0, 0, 0)
    keys, second = _first_of_two(keys)
    count = expert_keys(keys).whole(*_COUNT, default=0, low=0)
    feed = _Feed(keys, hidden, 3 if _gated(keys, family) else 2, family.mlp_bias or keys.flag("mlp_bias"))
    blocks = block_widths(keys, layers, hidden)
    if blocks:
        fed = tuple(place for place, each in enumerate(blocks) if each)
        dense = Module(_DENSE_NAMES, sum(feed.one(blocks[place]) for place in fed), fed)
        return FeedForward(dense.params, None, 0, 0, max(blocks), tuple(_split(dense)))
    where = feed_layers(keys, layers, sparse=count > 1, both=family.dense_parts > 1)
    width = dense_width(keys, family, hidden, needed=bool(where.dense))
    dense = Module(_DENSE_NAMES, len(where.dense) * family.dense_parts * feed.one(width), where.dense)
    if not where.sparse:
        return FeedForward(dense.params, None, 0, 0, width, tuple(_split(dense)))
    return _with_experts(feed, where, dense, count, width, second)


_DENSE_NAMES = ("mlp", "feed_forward", "block_sparse_moe", "mixer")
_EXPERT_NAMES = (
    "mlp.experts.0",
    "mlp.experts",
    "block_sparse_moe.experts.0",
    "feed_forward.experts.0",
    "mixer.experts.0",
    "moe.experts.0",
)
_SHARED_NAMES = (
    "mlp.shared_experts",
    "mlp.shared_expert",
    "feed_forward.shared_expert",
    "mixer.shared_experts",
)
_PROJECTIONS = (("gate_proj", "gate_up_proj", "w1"), ("up_proj", "gate_up_proj", "w3"), ("down_proj", "w2"))


def _first_of_two(keys: Keys) -> tuple[Keys, int]:
    """Tell text experts from those for images, which ERNIE 4.5 VL lists second; give the latter's width."""
    widths = _list(keys.raw("moe_intermediate_size"))
    if keys.text("model_type") not in _TWO_KINDS or len(widths) < 2:
        return keys, 0
    counts = _list(keys.raw("moe_num_experts")) or [keys.raw("moe_num_experts")] * len(widths)
    pairs = [
        (count, width)
        for count, width in zip(counts, widths, strict=False)
        if _whole(count) and _whole(width)
    ]
    if not pairs:
        return keys, 0
    first = {name: _head(value) for name, value in keys.values.items() if name.startswith("moe_")}
    second = sum(count * width for count, width in pairs[1:])
    return keys.changed(
        {**first, "moe_num_experts": pairs[0][0], "moe_intermediate_size": pairs[0][1]}
    ), second


def _head(value: object) -> object:
    listed = _list(value)
    return listed[0] if listed else value


def _list(value: object) -> list[Any]:
    return cast("list[Any]", value) if isinstance(value, list) else []


def _whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 < value < 10**7


def _split(module: Module) -> Iterator[Module]:
    """Split a feed-forward part into its matrices, by every name they go by."""
    for place, tails in enumerate(_PROJECTIONS):
        names = tuple(f"{name}.{tail}" for name in module.names for tail in tails)
        share = module.params // 3 if place else module.params - 2 * (module.params // 3)
        yield Module(names, share, module.layers)


def _gated(keys: Keys, family: Family) -> bool:
    act = keys.raw("hidden_act", "activation_function", "hidden_activation", "ffn_act_type")
    if act in _NO_GATE:
        return False
    return family.gated or (isinstance(act, str) and act.lower() in {"swiglu", "geglu"})


def _with_experts(
    feed: _Feed, where: FeedLayers, dense: Module, count: int, width: int, second: int
) -> FeedForward:
    keys, hidden, moe_layers = feed.keys, feed.hidden, len(where.sparse)
    experts = _experts(keys, count, moe_layers)
    latent = keys.whole("moe_latent_size", default=0, low=0)
    one = feed.matrices * (latent or hidden) * experts.ffn_dim
    if keys.text("model_type") == "gpt_oss":
        one += 2 * experts.ffn_dim + hidden
    routed = Module(_EXPERT_NAMES, one * count * moe_layers, where.sparse)
    shared = Module(
        _SHARED_NAMES,
        feed.matrices * hidden * _shared_width(keys, experts.ffn_dim) * moe_layers,
        where.sparse,
    )
    beside_width = _beside(keys, hidden) + second
    beside = Module(("residual_mlp", "mlp"), feed.matrices * hidden * beside_width * moe_layers, where.sparse)
    router_width = count + keys.whole("zero_expert_num", default=0, low=0)
    around = (2 * hidden * latent + hidden * router_width) * moe_layers
    parts = [module for module in (dense, routed, shared, beside) if module.params]
    return FeedForward(
        params=sum(module.params for module in parts) + around,
        experts=experts,
        expert_params=routed.params,
        router_params=around,
        ffn_dim=width,
        modules=tuple(matrix for module in parts for matrix in _split(module)),
    )


def _beside(keys: Keys, hidden: int) -> int:
    """Read the width of a dense part beside the experts: Arctic's is the model's, Grok's its own."""
    if keys.text("model_type") == "arctic":
        return hidden if keys.flag("use_residual", True) else 0
    return keys.whole("intermediate_size") if keys.flag("residual_moe") else 0


def _experts(keys: Keys, count: int, layers: int) -> Experts:
    width = expert_width(keys)
    active = expert_keys(keys).whole(*_ACTIVE)
    if active > count:
        keys.note(
            "num_experts_per_tok",
            f"{active:,} experts per token of only {count:,}",
            "experts per token cannot exceed the number of experts",
        )
        active = count
    return Experts(count, active, -(-_shared_width(keys, width) // width), width, layers)


def _shared_width(keys: Keys, width: int) -> int:
    """Read the width of all shared experts together."""
    if keys.text("model_type") in {"llama4", "llama4_text"}:
        return width
    number = keys.whole(*_SHARED_COUNT, default=0, low=0)
    if keys.has(*_SHARED_WIDTH):
        own = keys.whole(*_SHARED_WIDTH, low=0)
        return own * number if keys.text("model_type").startswith("bailing") and number else own
    return width * number
