"""Encoders, vision and speech models are read from their `config.json`: they keep no cache between calls."""

from collections.abc import Callable, Mapping
from typing import Any

from plimsoll.ground.problems import Problem
from plimsoll.models.architecture import Architecture, AttentionGroup, Experts, SpeechParts
from plimsoll.models.hugging_face.class_defaults import class_row, part_defaults
from plimsoll.models.hugging_face.heads import encoder_head, image_head
from plimsoll.models.hugging_face.keys import Keys
from plimsoll.models.hugging_face.quantised.storage import read_storage

_LAYERS = ("num_hidden_layers", "n_layers", "n_layer", "num_layers")
_HIDDEN = ("hidden_size", "dim", "n_embd", "d_model", "embedding_size")
_HEADS = ("num_attention_heads", "n_heads", "n_head")
_FFN = ("intermediate_size", "hidden_dim", "n_inner", "d_ff")

ROTARY = {"modernbert", "nomic_bert", "new", "gte"}
"""Encoders without a table of positions; most have a gate: three matrices feed forward."""

WINDOW_S = 30.0
"""Whisper reads audio in windows of this length (arXiv 2212.04356, 2.2), and shorter ones padded to it."""

WHISPER_PROMPT_TOK = 4
"""Start, language, task and timestamps come before the first token of a transcript (the same, 2.3)."""


FROM_PADDING = {"roberta", "xlm-roberta", "xlm-roberta-xl", "camembert", "mpnet"}
"""Encoders whose positions are numbered from the padding token's number on."""


def read_encoder(config: Mapping[str, Any], problems: list[Problem], name: str) -> Architecture:
    """Read the config of a model type listed in `ENCODERS`."""
    keys = Keys(config, problems, published=class_row(str(config.get("model_type"))))
    return ENCODERS[keys.text("model_type")](keys, name)


RESNET_PX = 224
"""Side of the images that ResNets were published with; their config does not say (arXiv 1512.03385)."""


def _layer_params(hidden: int, ffn: int, *, gated: bool) -> int:
    attention = 4 * hidden * hidden + (0 if gated else 4 * hidden)
    feed = (3 if gated else 2) * hidden * ffn + (0 if gated else ffn + hidden)
    return attention + feed + 4 * hidden


def _skipped(keys: Keys) -> int:
    """Count the positions that no token has: RoBERTa's begin after the padding's (`roberta.py`)."""
    if keys.text("model_type") not in FROM_PADDING:
        return 0
    return keys.whole("pad_token_id", default=1, low=0) + 1


def _text(keys: Keys, name: str) -> Architecture:
    """BERT and its kin (arXiv 1810.04805): token, position and type tables, then layers."""
    layers, hidden, heads = keys.whole(*_LAYERS), keys.whole(*_HIDDEN), keys.whole(*_HEADS)
    gated = _gated(keys)
    ffn = keys.whole(*_FFN, default=4 * hidden)
    vocab = keys.whole("vocab_size")
    context = keys.whole("max_position_embeddings", "n_positions", "max_trained_positions", default=512)
    rotary = (
        keys.text("model_type") in {*ROTARY, "xlm-roberta-flash"}
        or keys.raw("position_biased_input") is False
        or keys.text("position_embedding_type") == "rotary"
    )
    narrow = keys.whole("embedding_size", default=hidden)
    embedding = vocab * narrow
    tables = (0 if rotary else context * narrow) + keys.whole("type_vocab_size", default=0, low=0) * narrow
    widened = narrow * hidden + hidden if narrow != hidden else 0
    held = keys.whole("num_hidden_groups", default=layers)  # ALBERT's layers share their parameters
    body = (
        held * _layer_params(hidden, ffn, gated=gated)
        + 2 * narrow
        + widened
        + _relative(keys, hidden, layers)
    )
    storage = read_storage(keys)
    experts, more = _experts(keys, layers, hidden, ffn)
    total = embedding + tables + body + more + encoder_head(keys, hidden, vocab)
    return Architecture(
        name, "encoder", total, total - _idle(experts, hidden), layers, hidden, heads, ffn, vocab,
        embedding_params=embedding, experts=experts, max_context_tok=max(context - _skipped(keys), 1),
        native_precision=storage.precision,
        kept_params=tables, assumed=("native_precision",) if storage.assumed else (),
    )  # fmt: skip


def _gated(keys: Keys) -> bool:
    """Say whether a third matrix gates: Nomic's configs name `gelu` where none does, else `swiglu`."""
    plain = keys.text("model_type") == "nomic_bert" and keys.text("activation_function") == "gelu"
    return keys.text("model_type") in ROTARY and not plain


def _experts(keys: Keys, layers: int, hidden: int, ffn: int) -> tuple[Experts | None, int]:
    """Read Nomic's experts (vLLM 0.22 `bert_with_rope.py`), and count what they add to dense layers.

    Of every `moe_every_n_layers` layers the second has them, each of two matrices, with one bias for all
    and a router, where a dense layer has one pair and both biases.
    """
    period = keys.whole("moe_every_n_layers", default=0, low=0)
    count = keys.whole("num_experts", default=0, low=0)
    routed = len(range(1, layers, period)) if period > 1 and count > 1 else 0
    if not routed:
        return None, 0
    more = 2 * (count - 1) * hidden * ffn + count * hidden - ffn
    return Experts(count, min(keys.whole("moe_top_k", default=1), count), 0, ffn, routed), routed * more


def _idle(experts: Experts | None, hidden: int) -> int:
    if experts is None:
        return 0
    return experts.layers * (experts.count - experts.active) * 2 * hidden * experts.ffn_dim


def _relative(keys: Keys, hidden: int, layers: int) -> int:
    """Count DeBERTa's relative positions (arXiv 2006.03654): a table, and projections where not shared."""
    if not keys.flag("relative_attention"):
        return 0
    buckets = keys.whole("position_buckets", default=0, low=-1)
    rows = 2 * (buckets if buckets > 0 else keys.whole("max_position_embeddings", default=512))
    own = (
        0 if keys.flag("share_att_key") else len(keys.items("pos_att_type") or ()) * layers * hidden * hidden
    )
    return rows * hidden + own


def _vision(keys: Keys, name: str) -> Architecture:
    """ViT (arXiv 2010.11929): one token per patch and one class token."""
    layers, hidden, heads = keys.whole(*_LAYERS), keys.whole(*_HIDDEN), keys.whole(*_HEADS)
    ffn = keys.whole(*_FFN, default=4 * hidden)
    patch, image = keys.whole("patch_size"), keys.whole("image_size")
    tokens = (image // patch) ** 2 + 1
    body = layers * _layer_params(hidden, ffn, gated=False)
    stem = keys.whole("num_channels", default=3) * patch * patch * hidden + tokens * hidden + 3 * hidden
    stem += image_head(keys, hidden)
    flops = 2.0 * (body + stem) * tokens + 4.0 * layers * hidden * tokens * tokens
    storage = read_storage(keys)
    return Architecture(
        name, "vision", body + stem, body + stem, layers, hidden, heads, ffn,
        native_precision=storage.precision, forward_flops=flops, image_px=image, patch_px=patch,
        assumed=("native_precision",) if storage.assumed else (),
    )  # fmt: skip


def _whisper(keys: Keys, name: str) -> Architecture:
    """Whisper (arXiv 2212.04356): an encoder over 1,500 positions of 30 s, and a text decoder.

    Two convolutions, of which the second halves the positions, go before the encoder's layers. Keys have no
    bias. The decoder's head is its table of tokens.
    """
    hidden, vocab = keys.whole("d_model"), keys.whole("vocab_size")
    encoder_layers, decoder_layers = keys.whole("encoder_layers"), keys.whole("decoder_layers")
    encoder_ffn, decoder_ffn = keys.whole("encoder_ffn_dim"), keys.whole("decoder_ffn_dim")
    frames = keys.whole("max_source_positions", default=1500)
    targets = keys.whole("max_target_positions", default=448)
    stem = 3 * hidden * keys.whole("num_mel_bins", default=80)
    body = encoder_layers * _layer_params(hidden, encoder_ffn, gated=False) + 3 * hidden * hidden
    encoder = body + stem + frames * hidden
    kept_once = decoder_layers * (2 * hidden * hidden + hidden)
    cross = decoder_layers * (4 * hidden * hidden + 5 * hidden)
    decoder = decoder_layers * _layer_params(hidden, decoder_ffn, gated=False) + cross + targets * hidden
    embedding = vocab * hidden
    total = encoder + decoder + embedding
    heads = keys.whole("decoder_attention_heads", default=keys.whole("encoder_attention_heads"))
    width = hidden // max(heads, 1)
    storage = read_storage(keys)
    return Architecture(
        name, "speech", total, total, encoder_layers + decoder_layers, hidden, heads,
        max(encoder_ffn, decoder_ffn), vocab,
        embedding_params=embedding, max_context_tok=targets, native_precision=storage.precision,
        attention=(
            AttentionGroup("full", decoder_layers, heads, width),
            AttentionGroup("cross", decoder_layers, heads, width, window_tok=frames),
        ),
        forward_flops=_window_flops(frames, body, stem, hidden, encoder_layers) + 2.0 * frames * kept_once,
        kept_params=(frames + targets) * hidden,
        speech=SpeechParts(WINDOW_S, frames, encoder_layers, encoder, kept_once, WHISPER_PROMPT_TOK),
        assumed=("native_precision",) if storage.assumed else (),
    )  # fmt: skip


def _window_flops(frames: int, body: int, stem: int, hidden: int, layers: int) -> float:
    """Multiply one pass of a speech encoder out: the first convolution runs at twice the positions."""
    return 2.0 * frames * (body + 2 * stem) + 4.0 * layers * hidden * frames * frames


def _resnet(keys: Keys, name: str) -> Architecture:
    """ResNet bottleneck networks (arXiv 1512.03385), convolutions counted one by one at 224 × 224."""
    widths = [
        width for width in keys.items("hidden_sizes") or () if isinstance(width, int) and 0 < width < 10**6
    ]
    depths = [depth for depth in keys.items("depths") or () if isinstance(depth, int) and 0 < depth < 10**4]
    if len(widths) != len(depths) or not widths:
        keys.note(
            "hidden_sizes", "hidden_sizes and depths must be lists of one length", "copy both from the config"
        )
        return Architecture(name, "vision", 1, 1)
    stem = keys.whole("embedding_size", default=64)
    params, flops, incoming, side = 3 * 49 * stem, 2.0 * 3 * 49 * stem * 112 * 112, stem, 56
    for stage, (width, depth) in enumerate(zip(widths, depths, strict=True)):
        side = side if stage == 0 else max(side // 2, 1)
        for block in range(depth):
            inner = width // 4
            cost = (
                incoming * inner + 9 * inner * inner + inner * width + (incoming * width if block == 0 else 0)
            )
            params, flops, incoming = params + cost, flops + 2.0 * cost * side * side, width
    params += incoming * 1000
    return Architecture(
        name, "vision", params, params, sum(depths), widths[-1], native_precision="fp16", forward_flops=flops,
        image_px=RESNET_PX, assumed=("native_precision",),
    )  # fmt: skip


_CLIP_TEXT: Mapping[str, Any] = {
    "vocab_size": 49_408,
    "max_position_embeddings": 77,
    "num_hidden_layers": 12,
    "num_attention_heads": 8,
    "hidden_size": 512,
}
"""The text tower of CLIP's smallest model, for what a config leaves out."""


def _clip(keys: Keys, name: str) -> Architecture:
    """CLIP (arXiv 2103.00020): an image tower and a text tower; one item is one image."""
    vision = keys.nested("vision_config")
    text = keys.nested("text_config")
    if vision is None or text is None:
        keys.note(
            "vision_config", "vision_config or text_config is missing", "give the whole published config.json"
        )
        return Architecture(name, "vision", 1, 1)
    outer = keys.text("model_type")
    seen = {**part_defaults(outer, "vision_config", vision), "num_channels": 3}
    image = _vision(Keys(vision, keys.problems, path=("vision_config",), published=seen), name)
    said = {**_CLIP_TEXT, **part_defaults(outer, "text_config", text)}
    kind = "siglip_text_model" if outer.startswith("siglip") else "clip_text_model"
    read = Keys({**text, "model_type": kind}, keys.problems, path=("text_config",), published=said)
    words = _text(read, name)
    projection = keys.whole("projection_dim", default=512) * (image.hidden + words.hidden)
    if outer.startswith("siglip"):  # a pooling layer that attends to patches, and one layer of text
        projection = _layer_params(image.hidden, image.ffn_dim, gated=False) + words.hidden * (
            words.hidden + 1
        )
    total = image.params + words.params + projection
    return Architecture(
        name, "vision", total, total, image.layers, image.hidden, image.heads, image.ffn_dim,
        native_precision="fp16", forward_flops=image.forward_flops, image_px=image.image_px,
        patch_px=image.patch_px, assumed=("native_precision",),
    )  # fmt: skip


ENCODERS: Mapping[str, Callable[[Keys, str], Architecture]] = {
    **dict.fromkeys(
        (
            "bert",
            "roberta",
            "xlm-roberta",
            "distilbert",
            "mpnet",
            "camembert",
            "electra",
            "deberta-v2",
            "albert",
            "ernie",
            "xlm-roberta-flash",
            "nomic_bert",
            "modernbert",
            "new",
            "gte",
            "xlm-roberta-xl",
        ),
        _text,
    ),
    **dict.fromkeys(("vit", "deit", "dinov2", "siglip_vision_model", "clip_vision_model", "beit"), _vision),
    "whisper": _whisper,
    "resnet": _resnet,
    "clip": _clip,
    "siglip": _clip,
}
