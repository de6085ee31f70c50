"""Some layers keep a constant state, not a cache: Mamba, delta nets, lightning attention, convolutions.

State shapes are those that vLLM allocates (`vllm/model_executor/layers/mamba`); the convolution keeps
kernel − 1 columns.
"""

from plimsoll.models.hugging_face.families import PURE
from plimsoll.models.hugging_face.keys import Keys

_BYTES = {"float32": 4, "fp32": 4, "float16": 2, "bfloat16": 2, "auto": 2}
_CACHE_BYTES = 2
_RECURRENT_BYTES = 4
"""Kimi's delta attention keeps its matrices in fp32 (`MambaStateDtypeCalculator.kda_state_dtype`)."""

_MAMBA2_HEADS = ("mamba_num_heads", "mamba_n_heads", "n_mamba_heads", "num_heads")


def linear_layer(keys: Keys, hidden: int) -> tuple[int, int]:
    """Work out state bytes per sequence, and parameters, of one linear layer of width `hidden`."""
    if keys.has("layer_group_size"):  # Ling 2.5
        return _lightning(keys, hidden)
    if keys.has("linear_attn_config", "linear_head_dim"):
        return _kimi_delta(keys, hidden)
    if keys.has("linear_num_value_heads"):
        return _delta_net(keys, hidden)
    if keys.has("conv_L_cache"):
        kernel, channels = keys.whole("conv_L_cache"), keys.whole("conv_dim", default=hidden)
        return channels * (kernel - 1) * _CACHE_BYTES, hidden * (4 * hidden + kernel)
    if keys.has(*_MAMBA2_HEADS):
        return _mamba2(keys, hidden)
    if not keys.has("mamba_d_state", "state_size") and keys.has("num_attention_heads"):
        return _lightning(keys, hidden)
    return _mamba1(keys, hidden)


def _state_width(keys: Keys) -> int:
    name = keys.raw("mamba_ssm_cache_dtype", "mamba_ssm_dtype")
    return _BYTES.get(name, _CACHE_BYTES) if isinstance(name, str) else _CACHE_BYTES


def _delta_net(keys: Keys, hidden: int) -> tuple[int, int]:
    """Gated delta net (Qwen3-Next, Qwen3.5): one d_k × d_v matrix per value head."""
    value_heads, key_heads = keys.whole("linear_num_value_heads"), keys.whole("linear_num_key_heads")
    key_dim, value_dim = keys.whole("linear_key_head_dim"), keys.whole("linear_value_head_dim")
    kernel = keys.whole("linear_conv_kernel_dim", default=4)
    keyed, valued = key_heads * key_dim, value_heads * value_dim
    channels = 2 * keyed + valued
    state = value_heads * key_dim * value_dim * _state_width(keys) + channels * (kernel - 1) * _CACHE_BYTES
    params = hidden * (2 * keyed + 2 * valued) + hidden * 2 * value_heads + channels * kernel
    return state, params + 2 * value_heads + value_dim + valued * hidden


def _kimi_delta(keys: Keys, hidden: int) -> tuple[int, int]:
    """Kimi delta attention (arXiv 2510.26692): one d × d matrix per head, three short convolutions."""
    part = keys
    if keys.has("linear_attn_config"):
        path = (*keys.path, "linear_attn_config")
        part = Keys(keys.nested("linear_attn_config") or {}, keys.problems, path=path)
    heads, dim = part.whole("num_heads", "linear_num_heads"), part.whole("linear_head_dim", "head_dim")
    kernel = part.whole("short_conv_kernel_size", "linear_conv_kernel_dim", default=4)
    width = heads * dim
    state = 3 * width * (kernel - 1) * _CACHE_BYTES + width * dim * _RECURRENT_BYTES
    gates = 2 * (hidden * dim + dim * width) + hidden * heads + heads + width + dim
    return state, 4 * hidden * width + 3 * width * kernel + gates


def _lightning(keys: Keys, hidden: int) -> tuple[int, int]:
    """Lightning attention (MiniMax-01, arXiv 2501.08313): one d × d matrix per head, no convolution."""
    heads = keys.whole("num_attention_heads")
    dim = keys.whole("head_dim", default=max(hidden // heads, 1))
    width = heads * dim
    return width * dim * _CACHE_BYTES, 5 * hidden * width + width


def _mamba2(keys: Keys, hidden: int) -> tuple[int, int]:
    """Mamba-2 (arXiv 2405.21060): heads × head width × state, groups of B and C shared by heads."""
    heads = keys.whole(*_MAMBA2_HEADS)
    inner = _inner_width(keys, hidden, heads)
    states = keys.whole("ssm_state_size", "mamba_d_state", "state_size")
    kernel = keys.whole("conv_kernel", "mamba_d_conv", default=4)
    if keys.has("hidden_size_per_head"):  # PLaMo 2: B and C come from the convolved input, as in Mamba
        state = inner * states * _state_width(keys) + inner * (kernel - 1) * _CACHE_BYTES
        rank = max(64, hidden // 16)
        params = hidden * 2 * inner + inner * kernel + inner * (rank + 2 * states) + rank * heads
        return state, params + 3 * heads + rank + 2 * states + inner * hidden
    groups = keys.whole("n_groups", "mamba_n_groups", "mamba_ngroups", default=1)
    channels = inner + 2 * groups * states
    matrices = _headed_width(keys, heads, inner) * states * _state_width(keys)
    state = matrices + channels * (kernel - 1) * _CACHE_BYTES
    params = hidden * (inner + channels + heads) + channels * (kernel + 1) + 3 * heads + inner
    return state, params + inner * hidden


def _inner_width(keys: Keys, hidden: int, heads: int) -> int:
    if keys.has("mamba_d_ssm"):
        return keys.whole("mamba_d_ssm")
    if keys.has("mamba_head_dim", "hidden_size_per_head"):
        return heads * keys.whole("mamba_head_dim", "hidden_size_per_head")
    return keys.whole("mamba_expand", "expand", default=2) * hidden


def _headed_width(keys: Keys, heads: int, inner: int) -> int:
    """Multiply heads by their width where the config states it; it may say "auto"."""
    names = ("mamba_d_head", "mamba_headdim", "mamba_head_dim")
    names = (*names, "head_dim") if keys.text("model_type") in PURE else names
    return heads * keys.whole(*names) if isinstance(keys.raw(*names), int) else inner


def _mamba1(keys: Keys, hidden: int) -> tuple[int, int]:
    """Mamba (arXiv 2312.00752); a pure one says its inner width as `intermediate_size` (Falcon Mamba)."""
    pure = keys.text("model_type") in PURE
    expanded = hidden * keys.whole("mamba_expand", "expand", default=2)
    inner = keys.whole("intermediate_size", default=expanded) if pure else expanded
    states = keys.whole("mamba_d_state", "state_size", default=16)
    kernel = keys.whole("mamba_d_conv", "conv_kernel", default=4)
    given = keys.raw("mamba_dt_rank", "time_step_rank")
    rank = given if isinstance(given, int) and 0 < given < hidden else -(-hidden // 16)
    state = inner * states * _state_width(keys) + inner * (kernel - 1) * _CACHE_BYTES
    params = hidden * 2 * inner + inner * (kernel + 1) + inner * (rank + 2 * states) + rank * inner + inner
    return state, params + inner * states + inner + inner * hidden
