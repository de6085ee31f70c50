"""A step of an engine has to move and to multiply what the architecture alone says.

Nothing here is fitted. Bytes and FLOPs are those of the whole model; `plimsoll.speed.step` divides
them over tensor-parallel ranks.
"""

from functools import lru_cache

from plimsoll.engines.precision import KEPT_BITS, read_bits
from plimsoll.ground.start_up import record
from plimsoll.models.architecture import Architecture, AttentionGroup

MLA_PREFILL_SHARE = (192 + 128) / (576 + 512)
"""Head widths of DeepSeek's attention when it reads a prompt (unabsorbed) over those when it decodes.
Source: DeepSeek-V2 paper, arXiv 2405.04434, table of dimensions."""


@record
class StepWork:
    """The work of one step of one model at one weight and KV precision.

    `dense_bytes` is streamed whatever the batch; each of `experts` costs `expert_bytes` (summed over
    layers), of which a token wakes `active_experts`. `flops_tok` is what one token multiplies with in
    the layers, `expert_flops_tok` with experts, `head_flops` the output projection of one sampled token.
    `attn_flops` is per token and per token of context. `kv_bytes_tok` is read per sequence and token of
    context inside every window, `windows` the parts that stop growing as (bytes per token, window),
    `state_bytes` what a sequence reads whatever its length (states, and the other side of
    cross-attention, which costs a token `cross_flops`). `kv_shards` bounds how many ranks can split the
    cache.
    `prefill_attn_share`: latent attention multiplies less when it reads a prompt, unabsorbed. So many
    groups of ranks as `spread` says each keep all of attention and a share of the experts: the tokens of all
    of them wake experts, and each reads its share (`plimsoll.speed.accuracy.layout`).
    """

    layers: int
    hidden: int
    vocab: int
    dense_bytes: float
    expert_bytes: float
    experts: int
    active_experts: int
    flops_tok: float
    expert_flops_tok: float
    head_flops: float
    attn_flops: float
    window_flops: tuple[tuple[float, int], ...]
    kv_bytes_tok: float
    windows: tuple[tuple[float, int], ...]
    state_bytes: float
    kv_shards: int
    head_dim: int = 128
    prefill_attn_share: float = 1.0
    cross_flops: float = 0.0
    spread: int = 1

    def expert_bytes_at(self, tokens: float) -> float:
        """Bytes of the distinct experts that `tokens` wake under uniform routing: E(1 - (1 - k/E)^tokens).

        Source: occupancy of E boxes; the same form as every published MoE roofline. Real routing is
        skewed and wakes fewer; the fitted efficiency of MoE reads absorbs that.
        """
        if not self.experts:
            return 0.0
        idle = (1.0 - self.active_experts / self.experts) ** (tokens * self.spread)
        return self.expert_bytes * self.experts * (1.0 - idle) / self.spread

    def kv_bytes_at(self, context_tok: float) -> float:
        """Bytes of attention state that one decoding sequence reads in one step."""
        total = self.state_bytes + self.kv_bytes_tok * context_tok
        for per_tok, window in self.windows:
            total += per_tok * min(context_tok, window)
        return total

    def attention_flops(self, tokens: float, context_tok: float) -> float:
        """Score and value products of `tokens` new tokens behind `context_tok` old ones, causal."""
        total = tokens * (self.attn_flops * (context_tok + tokens / 2) + self.cross_flops)
        for per_pair, window in self.window_flops:
            total += per_pair * tokens * min(context_tok + tokens / 2, window)
        return total


@lru_cache(maxsize=1024)
def step_work(arch: Architecture, weights: str, kv: str) -> StepWork:
    """Count the work of a step of `arch` with weights and KV cache at the given precisions."""
    bits = _bits(arch, weights)
    expert_params, experts, active = _experts(arch)
    head = arch.head_params or arch.embedding_params
    whole = arch.params - arch.aside_params - arch.embedding_params - arch.head_params
    blocks = max(whole - expert_params * experts, 0.0)
    kept = min(max(float(arch.kept_params - arch.aside_params), 0.0), blocks) if bits < KEPT_BITS else 0.0
    dense = (blocks - kept) * bits / 8 + kept * KEPT_BITS / 8 + head * max(bits, KEPT_BITS) / 8
    kv_bytes = read_bits(kv) / 8
    attention = tuple(group for group in arch.attention if group.kind != "cross")
    cross = tuple(group for group in arch.attention if group.kind == "cross")
    return StepWork(
        layers=max(arch.layers, 1),
        hidden=arch.hidden,
        vocab=arch.vocab,
        dense_bytes=dense,
        expert_bytes=expert_params * bits / 8,
        experts=experts,
        active_experts=active,
        flops_tok=2.0 * blocks,
        expert_flops_tok=2.0 * expert_params * active,
        head_flops=2.0 * head,
        attn_flops=sum(_pair_flops(arch, group) for group in attention if not group.window_tok),
        window_flops=tuple(
            (_pair_flops(arch, group), group.window_tok) for group in attention if group.window_tok
        ),
        kv_bytes_tok=sum(_row_bytes(group, kv_bytes) for group in attention if not group.window_tok),
        windows=tuple(
            (_row_bytes(group, kv_bytes), group.window_tok) for group in attention if group.window_tok
        ),
        state_bytes=sum(float(group.state_bytes) * group.layers for group in attention)
        + sum(_row_bytes(group, kv_bytes) * group.window_tok for group in cross),
        cross_flops=sum(_pair_flops(arch, group) * group.window_tok for group in cross),
        kv_shards=_kv_shards(attention),
        head_dim=max((group.head_dim or 128 for group in attention), default=128),
        prefill_attn_share=MLA_PREFILL_SHARE if any(group.kind == "mla" for group in attention) else 1.0,
    )


def _bits(arch: Architecture, weights: str) -> float:
    if arch.native_bits and weights == arch.native_precision:
        return arch.native_bits
    return read_bits(weights)


def _experts(arch: Architecture) -> tuple[float, int, int]:
    """Parameters of one expert summed over layers, the number of experts and of active ones."""
    moe = arch.experts
    if moe is None or moe.count <= moe.active:
        return 0.0, 0, 0
    per_expert = arch.asleep_per_expert
    if per_expert <= 0:
        per_expert = float(arch.gated_per_expert)
    return min(per_expert, arch.params / moe.count), moe.count, moe.active


def _row_bytes(group: AttentionGroup, kv_bytes: float) -> float:
    """Cache bytes per token of context, all layers of the group: K and V, or one latent row."""
    if group.kind == "mla":
        elements = float(group.latent_dim)
    else:
        elements = float(group.kv_heads * (group.head_dim + (group.value_dim or group.head_dim)))
    return (group.layers + group.borrowers) * (elements * kv_bytes + group.index_bytes_tok)


def _pair_flops(arch: Architecture, group: AttentionGroup) -> float:
    """FLOPs per (new token, context token): one product for the score and one for the value."""
    if group.kind == "linear":
        return 0.0
    width = group.latent_dim if group.kind == "mla" and not group.head_dim else group.head_dim
    value = 512.0 if group.kind == "mla" else group.value_dim or width
    return 2.0 * arch.heads * (width + value) * (group.layers + group.borrowers)


def _kv_shards(attention: tuple[AttentionGroup, ...]) -> int:
    """Ranks that can split the cache: latent rows are replicated, K and V split by head."""
    heads = [group.kv_heads for group in attention if group.kv_heads]
    if any(group.kind == "mla" for group in attention):
        return 1
    return max(heads, default=1)
