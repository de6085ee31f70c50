"""Each kind of Hugging Face decoder does things that its `config.json` does not say; they stand here.

The traits are those of the model classes in Transformers (as of 4.57) that read the configs.
"""

from collections.abc import Mapping
from dataclasses import field, replace
from typing import Any

from plimsoll.ground.start_up import record


@record
class Family:
    """A family holds the traits of one `model_type`: what Transformers assumes where the config is silent.

    `gated`: three matrices per FFN instead of two. `tied`: head and embedding share one table unless
    the config says otherwise. `qkv_bias`, `out_bias`, `mlp_bias`: bias vectors. `norm_widths`: norm
    vectors of model width per layer, biases counted. `qk_norm`: one norm of head width for Q and for K.
    `defaults`: keys that published configs leave out. `positions`: a learned position table.
    `halves`: the config's feed-forward width counts gate and up together. `feeds`: "none" has no
    feed-forward layers, "four" is four times as wide as the model unless the config says otherwise.
    `dense_parts`: dense feed-forward parts in one layer, beside its experts if there are two.
    `sees`: the class builds towers that its config does not describe.
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
    halves: bool = False
    feeds: str = ""
    dense_parts: int = 1
    whole_keys: bool = False
    sees: bool = False
    attentions_per_layer: int = 1
    defaults: Mapping[str, Any] = field(default_factory=dict[str, Any])


_LLAMA = Family()
_QWEN2 = Family(qkv_bias=True)
_QWEN3 = Family(qk_norm=True)
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
_BIASED = Family(gated=False, tied=True, qkv_bias=True, out_bias=True, mlp_bias=True, norm_widths=4)
_FOUR = replace(_BIASED, feeds="four")
_GPT = replace(_FOUR, positions=True)
_NEOX = replace(_BIASED, tied=False)
_BARE = Family(gated=False, tied=True, feeds="four")
_PLAIN = Family(gated=False)
_QWEN3_NEXT = Family(
    qk_norm=True, defaults={"head_dim": 256, "attn_output_gate": True, "full_attention_interval": 4}
)
_MAMBA = Family(tied=True, norm_widths=1, feeds="none")

_LIKE: tuple[tuple[Family, str], ...] = (
    (
        _LLAMA,
        """
        llama mistral ministral ministral3 mistral3 mixtral internlm3 internlm2 internlm2_ve
        baichuan yi deepseek aquila granite granitemoe granitemoeshared smollm3 exaone olmo orion
        xverse seed_oss phi3 phimoe  decilm nemotron-nas mllama_text_model deepseek_v2
        deepseek_v3 deepseek_v32 kimi_k2 glm_moe_dsa dbrx minimax_m2 minimax minimax_m1
        minimax_text_01 ernie4_5 ernie4_5_moe arctic grok-1 grok1 hyperclovax cwm teleflm solar
        iquestcoder step1 step3_text step3p5 bailing_moe bailing_moe_v2 bailing_moe_linear
        cohere2_moe dots1 ernie4_5_vl_moe_text ernie4_5_moe_vl exaone_moe flex_olmo sarvam_moe
        sarvam_mla param2moe pangu_embedded pangu_pro_moe pangu_ultra_moe fairseq2_llama llada ouro
        plamo2 plamo3 voxtral_text aria_text mistral4 youtu glm4v_moe_text iquest_loopcoder
        falcon_h1 granitemoehybrid bamba vaultgemma molmo2_text rnj1  phi4_multimodal git
        """,
    ),
    (Family(defaults={"first_k_dense_replace": 1}), "axk1 hy_v3 laguna mimo_v2_flash glm4_moe_lite"),
    (
        _QWEN2,
        """
        qwen2 qwen2_moe qwen2_vl qwen2_vl_text qwen2_5_vl qwen2_5_vl_text mimo dream qwen2_5_omni_text
        minicpmv minicpmo dots_ocr kimi_audio
        """,
    ),
    (
        _QWEN3,
        """
        qwen3 qwen3_moe qwen3_vl_text qwen3_vl_moe_text hunyuan_v1_dense hunyuan_v1_moe hunyuan
        qwen3_omni_moe_text qwen3_asr_text
        """,
    ),
    (_QWEN3_NEXT, "qwen3_next qwen3_5_text qwen3_5_moe_text qwen3_5 qwen3_5_moe"),
    (Family(qk_norm=True), "olmo2 olmo3 olmoe exaone4 olmo_hybrid"),
    (Family(qkv_bias=True), "glm4_moe"),
    (Family(qkv_bias=True, defaults={"head_dim": 128}), "glm chatglm"),
    (Family(norm_widths=4), "glm4v_text glm_ocr_text"),
    (Family(qkv_bias=True, norm_widths=4, defaults={"head_dim": 128}), "glm4"),
    (Family(qkv_bias=True, halves=True, defaults={"head_dim": 128}), "qwen"),
    (Family(qkv_bias=True, halves=True, sees=True), "molmo"),
    (Family(qkv_bias=True, out_bias=True), "gpt_oss telechat telechat2"),
    (Family(qkv_bias=True, mlp_bias=True, tied=True), "phi3small"),
    (Family(sees=True), "phi4mm phi3_v"),
    (Family(defaults={"head_dim": 128, "no_rope_layer_interval": 4}), "llama4 llama4_text"),
    (_GEMMA, "gemma"),
    (_GEMMA2, "gemma2"),
    (_GEMMA3, "gemma3 gemma3_text"),
    (Family(tied=True, norm_widths=4, qk_norm=True), "gemma3n gemma3n_text"),
    (Family(tied=True, norm_widths=4, qk_norm=True, defaults={"head_dim": 256}), "gemma4 gemma4_text"),
    (Family(tied=True, norm_widths=1, defaults={"sliding_window_pattern": 4}), "cohere cohere2"),
    (replace(_PLAIN, norm_widths=4), "nemotron"),
    (_PLAIN, "arcee apertus"),
    (
        replace(_PLAIN, qk_norm=True, out_bias=True, qkv_bias=True, mlp_bias=True, norm_widths=4),
        "jais2 persimmon",
    ),
    (_BIASED, "starcoder2"),
    (replace(_NEOX, norm_widths=2), "phi"),
    (Family(norm_widths=4), "stablelm stablelm_epoch"),
    (Family(gated=False, mlp_bias=True, feeds="four"), "gptj codegen"),
    (_NEOX, "gpt_neox"),
    (replace(_GPT, feeds=""), "opt"),
    (_GPT, "gpt2 gpt_bigcode gpt_neo jais"),
    (_FOUR, "bloom"),
    (_BARE, "mpt falcon refinedweb refinedwebmodel"),
    (Family(qkv_bias=True, out_bias=True), "internlm"),
    (Family(tied=True), "minicpm"),
    (Family(tied=True, whole_keys=True), "minicpm3"),
    (Family(norm_widths=4, defaults={"attn_output_gate": True}), "afmoe"),
    (Family(tied=True, qk_norm=True), "lfm2 lfm2_moe"),
    (Family(defaults={"attn_layer_period": 8, "attn_layer_offset": 4}), "jamba"),
    (
        Family(gated=False, norm_widths=1, defaults={"mamba_ssm_cache_dtype": "float32"}),
        "nemotron_h nemotron_h_puzzle",
    ),
    (Family(dense_parts=2, norm_widths=4, attentions_per_layer=2), "longcat_flash"),
    (_MAMBA, "mamba mamba2 falcon_mamba"),
    (
        _LLAMA,
        """
        telechat3 llama_bidirec panguembedded openpangu_vl pangupromoe mimo_v2 mimovl minimaxtext01 minimaxm1
        kimi_linear bailing_hybrid paddleocr_vl paddleocr_vl_text  phi4-siglip emu3_text_model
        voxtral_realtime_text llama_nemotron_vl
        """,
    ),
    (Family(qk_norm=True), "chameleon hunyuan_vl_text hunyuan_vl"),
    (_QWEN3, "keye keyevl1_5"),
    (Family(tied=True), "zamba2"),
)

FAMILIES: Mapping[str, Family] = {name: family for family, names in _LIKE for name in names.split()}
"""Every `model_type` whose language model is read, with what its class does."""

WRAPPERS = ("text_config", "language_config", "llm_config", "thinker_config")
"""Where a multimodal config keeps its language model."""

PURE = {"mamba", "mamba2", "falcon_mamba"}
"""Models without any attention."""
