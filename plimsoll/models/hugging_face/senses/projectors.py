"""A projector carries what a tower saw or heard into the language model; each wrapper has its own."""

from collections.abc import Callable, Mapping

from plimsoll.models.hugging_face.keys import Keys
from plimsoll.models.hugging_face.senses.towers import Tower

_MERGE = 2


def projector_params(outer: Keys, part: str, tower: Tower, text: int) -> int:
    """Count the projector of a tower into a model of width `text`; two layers where it is unknown."""
    if not tower.params or tower.keys is None:
        return 0
    count = _table(part).get(outer.text("model_type"), _two_layers)
    return count(outer, tower.keys, tower.width, text)


def knows_projector(outer: Keys, part: str) -> bool:
    """Say whether the projector of this wrapper is known, or taken for the most usual one."""
    return outer.text("model_type") in _table(part)


def _table(part: str) -> "Mapping[str, _Projector]":
    return _HEARING if part.startswith(("audio", "encoder", "speech", "sound")) else _SEEING


def _two_layers(outer: Keys, own: Keys, width: int, text: int) -> int:
    """LLaVA 1.5 (arXiv 2310.03744): two layers with biases."""
    del outer, own
    return width * text + text * text + 2 * text


def _nothing(outer: Keys, own: Keys, width: int, text: int) -> int:
    """Wrappers whose class builds the projector together with its tower (`built_in`)."""
    del outer, own, width, text
    return 0


def _one_layer(outer: Keys, own: Keys, width: int, text: int) -> int:
    del outer, own
    return width * text


def _merged(outer: Keys, own: Keys, width: int, text: int) -> int:
    """Qwen-VL: patches of a square side by side, then two layers; Qwen3-VL has one for each deep stack."""
    del outer
    square = own.whole("spatial_merge_size", default=_MERGE) ** 2 * width
    stacks = own.items("deepstack_visual_indexes") or ()
    return (1 + len(stacks)) * (square * square + square * text + square + text)


def _shuffled(outer: Keys, own: Keys, width: int, text: int) -> int:
    """InternVL: pixels shuffled into a quarter of the tokens, then two layers."""
    del own
    ratio = outer.raw("downsample_ratio")
    side = round(1 / ratio) if isinstance(ratio, int | float) and 0.1 < ratio <= 1 else _MERGE
    return width * side * side * text + text * text + 2 * text


def _idefics3(outer: Keys, own: Keys, width: int, text: int) -> int:
    del own
    return width * outer.whole("scale_factor", default=_MERGE) ** 2 * text


def _idefics2(outer: Keys, own: Keys, width: int, text: int) -> int:
    """Idefics2 (arXiv 2405.02246): a gated projection, then a perceiver of a few layers."""
    del own
    inner = Keys(outer.nested("text_config") or {}, outer.problems).whole("intermediate_size", default=14_336)
    perceiver = Keys(outer.nested("perceiver_config") or {}, outer.problems)
    latents = perceiver.whole("resampler_n_latents", default=64)
    heads, dim = (
        perceiver.whole("resampler_n_heads", default=16),
        perceiver.whole("resampler_head_dim", default=96),
    )
    keyed = perceiver.whole("num_key_value_heads", default=4)
    depth = perceiver.whole("resampler_depth", default=3)
    layer = 2 * text * dim * (heads + keyed) + 3 * text * 4 * text + 3 * text
    return 2 * width * inner + inner * text + latents * text + depth * layer


def _mistral3(outer: Keys, own: Keys, width: int, text: int) -> int:
    del own
    square = outer.whole("spatial_merge_size", default=_MERGE) ** 2
    return square * width * width + width * text + text * text + width


def _llama4(outer: Keys, own: Keys, width: int, text: int) -> int:
    """Llama 4: an adapter on shuffled pixels, then one layer."""
    del outer, width
    inner, out = (
        own.whole("projector_input_dim", default=4096),
        own.whole("projector_output_dim", default=4096),
    )
    return (
        own.whole("intermediate_size") * inner
        + inner * out
        + own.whole("vision_output_dim", default=4096) * text
    )


def _mllama(outer: Keys, own: Keys, width: int, text: int) -> int:
    """Llama 3.2 Vision: global layers, tile positions, and the outputs of five layers beside the last."""
    del outer
    layer = 4 * width * width + 2 * width * own.whole("intermediate_size") + 9 * width
    tiles, size, patch = 4, own.whole("image_size", default=448), own.whole("patch_size", default=14)
    tables = 9 * tiles * ((size // patch) ** 2 + 1) * width
    return (
        own.whole("num_global_layers", default=8) * layer
        + tables
        + own.whole("vision_output_dim", default=7680) * text
    )


def _glm4v(outer: Keys, own: Keys, width: int, text: int) -> int:
    """GLM-4.1V: four patches convolved into one, then a gated merger."""
    del outer
    out = own.whole("out_hidden_size", default=text)
    inner = own.whole("intermediate_size", default=3 * out)
    if own.text("model_type").startswith("glm_ocr"):
        inner = own.whole("in_channels", "num_channels", default=3) * out
    return width * out * _MERGE * _MERGE + out * out + 3 * out * inner


def _aria(outer: Keys, own: Keys, width: int, text: int) -> int:
    """Aria: queries that attend to patches, then two layers."""
    del own
    queries = max((value for value in _sizes(outer.nested("projector_patch_to_query_dict"))), default=256)
    return queries * width + 8 * width * width + width * text + text * text


def _blip2(outer: Keys, own: Keys, width: int, text: int) -> int:
    """BLIP-2 (arXiv 2301.12597): a querying transformer, then one layer."""
    del own
    return _queried(Keys(outer.nested("qformer_config") or {}, outer.problems), width, text)


def _sizes(table: Mapping[str, object] | None) -> list[int]:
    return [value for value in (table or {}).values() if isinstance(value, int)]


def _cohere2_vision(outer: Keys, own: Keys, width: int, text: int) -> int:
    """Command A Vision: shuffled pixels into a gated layer."""
    del own
    inner = outer.whole("alignment_intermediate_size", default=36_864)
    return 4 * width * inner + inner // 2 * text


def _ernie(outer: Keys, own: Keys, width: int, text: int) -> int:
    """ERNIE 4.5 VL: a resampler over squares, and over pairs of frames."""
    del outer
    square = own.whole("spatial_merge_size", default=_MERGE) ** 2 * width
    return 5 * square * square + square * text


def _stacked(outer: Keys, own: Keys, width: int, text: int) -> int:
    """Voxtral, GLM-ASR: four frames side by side, then two layers."""
    side = own.whole("intermediate_size", "encoder_ffn_dim", default=4 * width)
    inner = 2 * text if outer.text("model_type") == "glmasr" else text
    return side * inner + inner * text


def _ultravox(outer: Keys, own: Keys, width: int, text: int) -> int:
    """Ultravox: frames stacked, one gated layer, one out."""
    del own
    inner = outer.whole("hidden_size", default=4096)
    return outer.whole("stack_factor", default=8) * width * inner + inner // 2 * text


def _granite_speech(outer: Keys, own: Keys, width: int, text: int) -> int:
    """Granite Speech: a querying transformer (BLIP-2, arXiv 2301.12597) and one layer."""
    del own
    return _queried(Keys(outer.nested("projector_config") or {}, outer.problems), width, text)


def _queried(former: Keys, width: int, text: int) -> int:
    """Count a querying transformer that attends to rows of `width` in every other layer, and a layer."""
    hidden, layers = former.whole("hidden_size", default=768), former.whole("num_hidden_layers", default=12)
    inner, step = (
        former.whole("intermediate_size", default=3072),
        former.whole("cross_attention_frequency", default=2),
    )
    across = former.whole("encoder_hidden_size", default=width)
    crossed = -(-layers // step) * (2 * hidden * hidden + 2 * hidden * across + 6 * hidden)
    own = layers * (4 * hidden * hidden + 2 * hidden * inner + 11 * hidden + inner)
    return own + crossed + hidden * text


def _qwen_audio(outer: Keys, own: Keys, width: int, text: int) -> int:
    """Qwen3-ASR, Qwen3-Omni: three convolutions of two dimensions, then two layers."""
    del outer
    inner = own.whole("downsample_hidden_size", default=480)
    bins = own.whole("num_mel_bins", default=128)
    out = own.whole("output_dim", "out_hidden_size", default=text)
    return 18 * inner * inner + inner * (bins // 8) * width + width * width + width * out


def _deepseek_vl2(outer: Keys, own: Keys, width: int, text: int) -> int:
    """DeepSeek-VL2 (arXiv 2412.10302): SigLIP's pooling, squares of four patches, two layers."""
    del outer
    ratio = own.raw("mlp_ratio")
    inner = int(width * ratio) if isinstance(ratio, int | float) and 0 < ratio < 100 else 4 * width
    return 4 * width * width + 2 * width * inner + 4 * width * text + text * text


def _nvlm(outer: Keys, own: Keys, width: int, text: int) -> int:
    """NVLM-D (arXiv 2409.11402): as wide inside as the feed-forward part of the language model."""
    del own
    inner = Keys(outer.nested("llm_config") or {}, outer.problems).whole(
        "intermediate_size", default=4 * text
    )
    return 4 * width * inner + inner * text


def _glm4v_9b(outer: Keys, own: Keys, width: int, text: int) -> int:
    """GLM-4V (arXiv 2406.12793): four patches convolved into one, then a gated part."""
    del own
    return 4 * width * text + text * text + 3 * text * outer.whole("ffn_hidden_size", default=4 * text)


def _longer_squares(outer: Keys, own: Keys, width: int, text: int) -> int:
    """Kimi-VL and its kin: squares of four patches, as wide inside as they are together."""
    del outer
    del own
    square = 4 * width
    return square * square + square * text


_Projector = Callable[[Keys, Keys, int, int], int]

_SEEING: Mapping[str, _Projector] = {
    **dict.fromkeys(
        (
            "llava", "llava_next", "llava_next_video", "llava_onevision", "vipllava", "deepseek_vl",
            "minimax_vl_01", "tarsier",
        ),
        _two_layers,
    ),
    **dict.fromkeys(
        (
            "qwen2_vl", "qwen2_5_vl", "qwen3_vl", "qwen3_vl_moe", "qwen3_5", "qwen3_5_moe", "qwen2_5_omni",
            "qwen2_5_omni_thinker", "qwen3_omni_moe", "qwen3_omni_moe_thinker", "exaone4_5",
        ),
        _merged,
    ),
    **dict.fromkeys(
        ("internvl", "internvl_chat", "interns1", "h2ovl_chat", "skywork_chat", "lfm2_vl"),
        _shuffled,
    ),
    **dict.fromkeys(("idefics3", "smolvlm"), _idefics3),
    **dict.fromkeys(("gemma3", "gemma3n", "gemma4", "paligemma"), _one_layer),
    **dict.fromkeys(("glm4v", "glm4v_moe", "glm_ocr"), _glm4v),
    **dict.fromkeys(("kimi_vl", "kimi_k25", "paddleocr_vl"), _longer_squares),
    **dict.fromkeys(("minicpmv", "minicpmo"), _nothing),
    "idefics2": _idefics2,
    "mistral3": _mistral3,
    "llama4": _llama4,
    "mllama": _mllama,
    "aria": _aria,
    "chatglm": _glm4v_9b,
    "deepseek_vl_v2": _deepseek_vl2,
    **dict.fromkeys(("nvlm_d", "NVLM_D"), _nvlm),
    **dict.fromkeys(("cohere2_vision", "aya_vision"), _cohere2_vision),
    "blip-2": _blip2,
    **dict.fromkeys(("ernie4_5_vl_moe", "ernie4_5_moe_vl"), _ernie),
}  # fmt: skip

_HEARING: Mapping[str, _Projector] = {
    **dict.fromkeys(("audioflamingo3", "musicflamingo"), _two_layers),
    **dict.fromkeys(("qwen2_audio", "qwen2_5_omni", "qwen2_5_omni_thinker", "gemma3n", "gemma4"), _one_layer),
    **dict.fromkeys(("voxtral", "glmasr"), _stacked),
    **dict.fromkeys(("qwen3_asr", "qwen3_omni_moe", "qwen3_omni_moe_thinker"), _qwen_audio),
    "ultravox": _ultravox,
    "granite_speech": _granite_speech,
}
