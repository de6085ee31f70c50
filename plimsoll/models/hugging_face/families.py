"""Each kind of Hugging Face decoder does things that its `config.json` does not say; they stand here.

The traits are those of the model classes in Transformers (as of 4.57) that read the configs.
"""

from collections.abc import Mapping
from dataclasses import field
from typing import Any

from plimsoll.ground.start_up import record


@record
class Family:
    """A family holds the traits of one `model_type`: what Transformers assumes where the config is silent.

    `gated`: three matrices per FFN instead of two. `tied`: head and embedding share one table unless
    the config says otherwise. `qkv_bias`, `out_bias`, `mlp_bias`: bias vectors. `norm_widths`: norm
    vectors of model width per layer, biases counted. `qk_norm`: one norm of head width for Q and for K.
    `defaults`: keys that published configs leave out. `positions`: a learned position table.
    `whole_keys`: the config describes latent attention, and vLLM caches whole keys and values all the same.
    `attentions_per_layer`: attention blocks in one layer, each with a cache.
    """

    gated: bool = True
    tied: bool = False
    qkv_bias: bool = False
    out_bias: bool = False
    mlp_bias: bool = False
    norm_widths: int = 2
    qk_norm: bool = False
    positions: bool = False
    whole_keys: bool = False
    attentions_per_layer: int = 1
    defaults: Mapping[str, Any] = field(default_factory=dict[str, Any])


_LLAMA = Family()
_QWEN2 = Family(qkv_bias=True)
_QWEN3 = Family(qk_norm=True, defaults={"head_dim": 128})
_GEMMA = Family(tied=True, defaults={"head_dim": 256})
_GEMMA2 = Family(
    tied=True, norm_widths=4, defaults={"head_dim": 256, "sliding_window": 4096, "sliding_window_pattern": 2}
)
_GEMMA3 = Family(
    tied=True,
    norm_widths=4,
    qk_norm=True,
    defaults={
        "head_dim": 256,
        "num_attention_heads": 8,
        "num_key_value_heads": 4,
        "vocab_size": 262_208,
        "sliding_window": 4096,
        "sliding_window_pattern": 6,
        "max_position_embeddings": 131_072,
    },
)
_PLAIN = Family(gated=False, tied=True, qkv_bias=True, out_bias=True, mlp_bias=True, norm_widths=4)
_NEOX = Family(gated=False, qkv_bias=True, out_bias=True, mlp_bias=True, norm_widths=4)
_PHI = Family(gated=False, qkv_bias=True, out_bias=True, mlp_bias=True)
_BARE = Family(gated=False, tied=True)
_QWEN3_NEXT = Family(
    qk_norm=True, defaults={"head_dim": 256, "attn_output_gate": True, "full_attention_interval": 4}
)

FAMILIES: Mapping[str, Family] = {
    **dict.fromkeys(
        (
            "llama",
            "mistral",
            "ministral",
            "mistral3",
            "mixtral",
            "internlm",
            "internlm3",
            "internlm2",
            "baichuan",
            "yi",
            "deepseek",
            "aquila",
            "granite",
            "granitemoe",
            "smollm3",
            "exaone",
            "olmo",
            "orion",
            "xverse",
            "seed_oss",
            "arcee",
            "apertus",
            "phi3",
            "phimoe",
            "phi3small",
            "phi4mm",
            "decilm",
            "mllama_text_model",
            "deepseek_v2",
            "deepseek_v3",
            "deepseek_v32",
            "kimi_k2",
            "glm_moe_dsa",
            "glm4_moe_lite",
            "dbrx",
            "minimax_m2",
            "minimax",
            "mimo_v2_flash",
            "ernie4_5",
            "ernie4_5_moe",
            "longcat_flash",
        ),
        _LLAMA,
    ),
    **dict.fromkeys(("qwen2", "qwen2_moe", "qwen2_vl", "qwen2_5_vl", "mimo", "qwen"), _QWEN2),
    **dict.fromkeys(
        ("qwen3", "qwen3_moe", "qwen3_vl_text", "qwen3_vl_moe_text", "hunyuan_v1_dense", "hunyuan_v1_moe"),
        _QWEN3,
    ),
    **dict.fromkeys(
        ("qwen3_next", "qwen3_5_text", "qwen3_5_moe_text", "qwen3_5", "qwen3_5_moe"), _QWEN3_NEXT
    ),
    **dict.fromkeys(("olmo2", "olmo3", "olmoe", "exaone4"), Family(qk_norm=True)),
    **dict.fromkeys(("glm", "chatglm"), Family(qkv_bias=True, defaults={"head_dim": 128})),
    "glm4": Family(qkv_bias=True, norm_widths=4, defaults={"head_dim": 128}),
    "glm4_moe": Family(qkv_bias=True),
    "gpt_oss": Family(qkv_bias=True, out_bias=True),
    **dict.fromkeys(
        ("llama4", "llama4_text"), Family(defaults={"head_dim": 128, "no_rope_layer_interval": 4})
    ),
    "gemma": _GEMMA,
    "gemma2": _GEMMA2,
    **dict.fromkeys(("gemma3", "gemma3_text"), _GEMMA3),
    **dict.fromkeys(
        ("gemma4", "gemma4_text"), Family(tied=True, norm_widths=4, qk_norm=True, defaults={"head_dim": 256})
    ),
    **dict.fromkeys(
        ("cohere", "cohere2"), Family(tied=True, norm_widths=1, defaults={"sliding_window_pattern": 4})
    ),
    "nemotron": Family(gated=False, norm_widths=4),
    "starcoder2": Family(gated=False, tied=True, qkv_bias=True, out_bias=True, mlp_bias=True, norm_widths=4),
    "phi": _PHI,
    "stablelm": Family(norm_widths=4),
    "gptj": Family(gated=False, mlp_bias=True),
    "gpt_neox": _NEOX,
    "opt": Family(
        gated=False, tied=True, qkv_bias=True, out_bias=True, mlp_bias=True, norm_widths=4, positions=True
    ),
    "gpt2": Family(
        gated=False, tied=True, qkv_bias=True, out_bias=True, mlp_bias=True, norm_widths=4, positions=True
    ),
    "gpt_bigcode": Family(
        gated=False, tied=True, qkv_bias=True, out_bias=True, mlp_bias=True, norm_widths=4, positions=True
    ),
    "bloom": _PLAIN,
    "mpt": _BARE,
    **dict.fromkeys(("falcon", "refinedweb", "refinedwebmodel"), _BARE),
    "minicpm3": Family(tied=True, whole_keys=True),
    "lfm2": Family(tied=True, qk_norm=True),
    "jamba": Family(defaults={"attn_layer_period": 8, "attn_layer_offset": 4}),
    "falcon_h1": Family(),
    **dict.fromkeys(("granitemoehybrid", "bamba"), Family()),
    "nemotron_h": Family(gated=False, norm_widths=1),
    **dict.fromkeys(("mamba", "mamba2", "falcon_mamba"), Family(tied=True, norm_widths=1)),
}

WRAPPERS = ("text_config", "language_config", "llm_config", "thinker_config")
"""Where a multimodal config keeps its language model."""
