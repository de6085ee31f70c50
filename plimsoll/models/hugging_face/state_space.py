"""Some layers keep a constant state, not a cache: Mamba, Mamba-2, gated delta nets, short convolutions.

State shapes are those that vLLM allocates (`vllm/model_executor/layers/mamba`); the convolution keeps
kernel − 1 columns.
"""

from plimsoll.models.hugging_face.keys import Keys

_BYTES = {"float32": 4, "fp32": 4, "float16": 2, "bfloat16": 2, "auto": 2}
_CACHE_BYTES = 2


def linear_layer(keys: Keys, hidden: int) -> tuple[int, int]:
    """Work out state bytes per sequence, and parameters, of one linear layer of width `hidden`."""
    if keys.has("linear_num_value_heads"):
        return _delta_net(keys, hidden)
    if keys.has("conv_L_cache"):
        kernel = keys.whole("conv_L_cache")
        return hidden * (kernel - 1) * _CACHE_BYTES, hidden * (4 * hidden + kernel)
    if keys.has("mamba_num_heads", "mamba_n_heads", "num_heads"):
        return _mamba2(keys, hidden)
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


def _mamba2(keys: Keys, hidden: int) -> tuple[int, int]:
    """Mamba-2 (arXiv 2405.21060): heads × head width × state, groups of B and C shared by heads."""
    heads = keys.whole("mamba_num_heads", "mamba_n_heads", "num_heads")
    expand = keys.whole("mamba_expand", "expand", default=2)
    if keys.has("mamba_d_ssm"):
        inner = keys.whole("mamba_d_ssm")
    elif keys.has("mamba_head_dim"):
        inner = heads * keys.whole("mamba_head_dim")
    else:
        inner = expand * hidden
    states = keys.whole("ssm_state_size", "mamba_d_state", "state_size")
    groups = keys.whole("n_groups", "mamba_n_groups", default=1)
    kernel = keys.whole("conv_kernel", "mamba_d_conv", default=4)
    channels = inner + 2 * groups * states
    state = inner * states * _state_width(keys) + channels * (kernel - 1) * _CACHE_BYTES
    params = hidden * (inner + channels + heads) + channels * (kernel + 1) + 3 * heads + inner
    return state, params + inner * hidden


def _mamba1(keys: Keys, hidden: int) -> tuple[int, int]:
    """Mamba (arXiv 2312.00752)."""
    inner = keys.whole("intermediate_size_mamba", default=0, low=0) or hidden * keys.whole(
        "mamba_expand", "expand", default=2
    )
    states = keys.whole("mamba_d_state", "state_size", default=16)
    kernel = keys.whole("mamba_d_conv", "conv_kernel", default=4)
    given = keys.raw("mamba_dt_rank", "time_step_rank")
    rank = given if isinstance(given, int) and 0 < given < hidden else -(-hidden // 16)
    state = inner * states * _state_width(keys) + inner * (kernel - 1) * _CACHE_BYTES
    params = hidden * 2 * inner + inner * (kernel + 1) + inner * (rank + 2 * states) + rank * inner + inner
    return state, params + inner * states + inner + inner * hidden
