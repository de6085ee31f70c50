"""Some families build a tower into their code and write only its name, or nothing, into `config.json`."""

from collections.abc import Callable, Mapping

from plimsoll.ground.start_up import record
from plimsoll.models.hugging_face.keys import Keys


@record
class Encoder:
    """A published encoder whose sizes no config repeats: layers, width, feed-forward width, other tables."""

    layers: int
    width: int
    inner: int
    tables: int = 0

    @property
    def params(self) -> int:
        """Count 4 h² + 2 h i in each layer, biases and norms, and the tables."""
        layer = 4 * self.width**2 + 2 * self.width * self.inner + 9 * self.width + self.inner
        return self.layers * layer + self.tables


CLIP_L_336 = Encoder(24, 1024, 4096, tables=1024 * (588 + 577 + 4))
"""CLIP ViT-L/14 at 336 pixels (arXiv 2103.00020, Table 20)."""

SIGLIP_SO400M = Encoder(27, 1152, 4304, tables=1152 * (588 + 1024))
"""SigLIP So400m/14 at 448 pixels (arXiv 2303.15343)."""

WHISPER_LARGE = Encoder(32, 1280, 5120, tables=1280 * (3 * 128 + 3 * 1280 + 1500))
"""The encoder of Whisper large-v3 (arXiv 2212.04356)."""

MOBILENET_V5 = 300_000_000
"""MobileNet-V5-300M, the eye of Gemma 3n (Google, model card)."""


def built_in(outer: Keys, text: int) -> int:
    """Count the towers, projectors and adapters that the class of this config makes by itself."""
    return _FAMILIES.get(outer.text("model_type"), _none)(outer, text)


def _none(outer: Keys, text: int) -> int:
    del outer, text
    return 0


def _phi4_multimodal(outer: Keys, text: int) -> int:
    """Phi-4-multimodal (arXiv 2503.01743, §2): SigLIP, a conformer, four projections, two adapters."""
    projections = 2 * 1024 * text + 1152 * text + 3 * text * text
    vision = SIGLIP_SO400M.params + _pooling(SIGLIP_SO400M) + projections
    return (
        vision
        + _phi4_conformer(outer)
        + _adapter(outer, "vision_lora", text)
        + _adapter(outer, "speech_lora", text)
    )


def _pooling(encoder: Encoder) -> int:
    return 4 * encoder.width**2 + 2 * encoder.width * encoder.inner


def _phi4_conformer(outer: Keys) -> int:
    """Count its audio encoder: two gated parts, attention and a convolution in each block."""
    processor = Keys(outer.nested("audio_processor") or {}, outer.problems)
    own = Keys(processor.nested("config") or {}, outer.problems)
    width, inner = own.whole("attention_dim", default=1024), own.whole("linear_units", default=1536)
    blocks = own.whole("num_blocks", default=24)
    block = 6 * width * inner + 8 * width * width + 20 * width
    return blocks * block + 12 * width * width


def _adapter(outer: Keys, name: str, text: int) -> int:
    """Count a low-rank adapter (arXiv 2106.09685): r × (in + out) for each matrix of each layer."""
    lora = outer.nested(name)
    if lora is None:
        return 0
    rank = Keys(lora, outer.problems).whole("r", default=0, low=0)
    heads = outer.whole("num_attention_heads")
    keyed = outer.whole("num_key_value_heads", default=heads)
    inner, dim = outer.whole("intermediate_size"), text // heads
    rows = (text + (heads + 2 * keyed) * dim) + (heads * dim + text) + (text + 2 * inner) + (inner + text)
    return outer.whole("num_hidden_layers") * rank * rows


def _phi3_vision(outer: Keys, text: int) -> int:
    """Phi-3-vision (arXiv 2404.14219): CLIP, four patches side by side, two layers."""
    del outer
    return CLIP_L_336.params + 4 * 1024 * text + text * text


def _molmo(outer: Keys, text: int) -> int:
    """Molmo (arXiv 2409.17146): 23 layers of CLIP, pooling over two of them, a gated projector."""
    inner = outer.whole("intermediate_size") // 2
    tower = Encoder(23, 1024, 4096, tables=CLIP_L_336.tables).params
    return tower + 7 * 1024 * 1024 + 2 * 1024 * inner + inner * text


def _gemma3n(outer: Keys, text: int) -> int:
    del outer
    return MOBILENET_V5 + 2048 * text


def _ultravox(outer: Keys, text: int) -> int:
    """Ultravox names a Whisper encoder and describes only its projector."""
    del text
    audio = outer.nested("audio_config") or {}
    return 0 if "d_model" in audio or outer.raw("audio_model_id") is None else WHISPER_LARGE.params


def _minicpm_v(outer: Keys, text: int) -> int:
    """MiniCPM-V (arXiv 2408.01800): a resampler with queries as wide as the language model."""
    vision = Keys(outer.nested("vision_config") or {}, outer.problems)
    width = vision.whole("hidden_size", default=1152)
    return width * text + 5 * text * text + outer.whole("query_num", default=64) * text


_FAMILIES: Mapping[str, Callable[[Keys, int], int]] = {
    "phi4mm": _phi4_multimodal,
    "phi3_v": _phi3_vision,
    "molmo": _molmo,
    "gemma3n": _gemma3n,
    "ultravox": _ultravox,
    "minicpmv": _minicpm_v,
    "minicpmo": _minicpm_v,
}
