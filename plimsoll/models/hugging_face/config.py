"""Any `config.json` of Hugging Face becomes the architecture facts that memory and speed need."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, cast

from plimsoll.ground.paths import KeyPath
from plimsoll.ground.problems import Problem, SpecError, nearest
from plimsoll.ground.start_up import record
from plimsoll.models.architecture import Architecture
from plimsoll.models.hugging_face.attention.kinds import Layer, read_layers
from plimsoll.models.hugging_face.attention.layers import AttentionLayers, read_attention
from plimsoll.models.hugging_face.class_defaults import class_row, text_defaults
from plimsoll.models.hugging_face.context import read_context, states_context
from plimsoll.models.hugging_face.extra_tables import extra_tables
from plimsoll.models.hugging_face.families import FAMILIES, WRAPPERS, Family
from plimsoll.models.hugging_face.feed_forward.experts import FeedForward, read_feed_forward
from plimsoll.models.hugging_face.heads import head_params
from plimsoll.models.hugging_face.keys import Keys, shown
from plimsoll.models.hugging_face.method import cache_declared, quantised_by
from plimsoll.models.hugging_face.quantised.modules import Packed, weigh
from plimsoll.models.hugging_face.quantised.packing import UNPACKED
from plimsoll.models.hugging_face.quantised.storage import Storage, read_storage
from plimsoll.models.served_classes import served_class

_LAYERS = ("num_hidden_layers", "n_layer", "n_layers", "num_layers")
_HIDDEN = ("hidden_size", "n_embd", "d_model", "n_embed")
MOST_LAYERS = 1000
"""The deepest published decoder has 126 (Llama 3.1 405B)."""

_SIZES = {
    "layers": _LAYERS,
    "hidden": _HIDDEN,
    "heads": ("num_attention_heads", "n_head", "n_heads"),
    "ffn_dim": ("intermediate_size", "ffn_dim", "n_inner", "ffn_hidden_size"),
    "vocab": ("vocab_size",),
}
"""Facts of a size that a plan prints where they come from the class and not from the config."""

_OUTER = ("quantization_config", "torch_dtype", "dtype", "tie_word_embeddings")
"""Keys of a wrapper that hold for its language model too."""

_UNREADABLE = ("compress_ratios", "ssm_cfg")
"""Keys of structures whose memory we do not model: refusing beats a number that is wrong several-fold."""

_BY_SIZE = "describe the model as {params_b: …} in the spec"


def architecture(config: Mapping[str, Any], name: str, source: str = "") -> Architecture:
    """Read one config.

    Args:
        config: The parsed JSON object.
        name: What the model is called in plans and messages.
        source: Where the config came from.

    Raises:
        SpecError: Keys are missing or wrong, or the architecture is unknown; every problem is listed.
    """
    problems: list[Problem] = []
    found = _read(config, problems, name)
    if problems:
        raise SpecError(problems)
    assert found is not None  # every None comes with a problem
    method, cached = quantised_by(config), cache_declared(config)
    return replace(found, source=source, quantised_by=method, cache_precision=cached)


def _read(config: Mapping[str, Any], problems: list[Problem], name: str) -> Architecture | None:
    model_type = config.get("model_type")
    if model_type is None:
        problems.append(_no_model_type(config))
        return None
    if not isinstance(model_type, str):
        problems.append(_problem("model_type", f"{shown(model_type)} is not a string", "quote it"))
        return None
    named = served_class(config)
    if named is not None and named.refused:
        what = f"{named.name} is not supported: {named.refused}"
        problems.append(_problem("architectures", what, _BY_SIZE))
        return None
    if (encoder := _encoder(config, problems, name)) is not None:
        return encoder
    for wrapper in WRAPPERS:
        inner = config.get(wrapper)
        if isinstance(inner, dict):
            return _wrapped(config, cast("dict[str, Any]", inner), problems, name, (wrapper,))
    return _with_senses(_decoder(config, problems, name), config, problems)


def _no_model_type(config: Mapping[str, Any]) -> Problem:
    from plimsoll.models.other_json import what_it_is

    other = what_it_is(config)
    if other is not None:
        return _problem(*other)
    return _problem("model_type", "key 'model_type' is missing", "give the whole published config.json")


def _wrapped(
    config: Mapping[str, Any], inner: Mapping[str, Any], problems: list[Problem], name: str, path: KeyPath
) -> Architecture | None:
    """Read a multimodal config: its language model, with what only the outer object says."""
    merged = dict(inner)
    outer_type = str(config.get("model_type"))
    merged.setdefault("model_type", _inner_type(outer_type, path[-1]))
    for key in (*_OUTER, "architectures"):
        if merged.get(key) is None and config.get(key) is not None:
            merged[key] = config[key]
    if isinstance(merged.get("text_config"), dict):
        return _wrapped(merged, merged["text_config"], problems, name, (*path, "text_config"))
    if (encoder := _encoder(merged, problems, name)) is not None:
        return encoder
    return _with_senses(_decoder(merged, problems, name, path), config, problems)


def _encoder(config: Mapping[str, Any], problems: list[Problem], name: str) -> Architecture | None:
    """Read an encoder, a vision or a speech model; None if it is none of them."""
    model_type = config["model_type"]
    if model_type in FAMILIES:
        return None
    from plimsoll.models.hugging_face.encoders import ENCODERS, read_encoder  # start-up: most models generate

    return read_encoder(config, problems, name) if model_type in ENCODERS else None


def _inner_type(outer_type: str, part: object) -> str:
    """Take the class of a language model that does not name itself: the one that its wrapper assumes."""
    inner: Any = class_row(outer_type).get(str(part))
    return str(cast("dict[str, Any]", inner).get("model_type")) if isinstance(inner, dict) else outer_type


def _with_senses(
    decoder: Architecture | None, config: Mapping[str, Any], problems: list[Problem]
) -> Architecture | None:
    """Add towers and projectors of a multimodal model: they weigh, but text does not pass through them."""
    if decoder is None or not _has_senses(config):
        return decoder
    from plimsoll.models.hugging_face.quantised.declared import packs_towers
    from plimsoll.models.hugging_face.senses.senses import read_senses

    senses = read_senses(config, decoder.hidden, problems)
    if not senses.params:
        return decoder
    return replace(
        decoder,
        params=decoder.params + senses.params,
        aside_params=decoder.aside_params + senses.params,
        kept_params=decoder.kept_params + (0 if packs_towers(config) else senses.params),
        assumed=(*decoder.assumed, *(["vision_params"] if senses.estimated else [])),
    )


def _has_senses(config: Mapping[str, Any]) -> bool:
    """Say whether anything but a language model may stand in the checkpoint: plans of text start faster."""
    model_type = str(config.get("model_type"))
    family = FAMILIES.get(model_type.lower())
    parts = {**class_row(model_type), **config}
    described = any(
        isinstance(parts[key], dict) for key in parts if key.endswith("_config") and key not in _OUTER
    )
    return described or (family is not None and family.sees)


@record
class _Body:
    """The decoder between embedding and head, as far as it was read, and what had to be assumed."""

    layers: int
    hidden: int
    found: tuple[Layer, ...]
    attention: AttentionLayers
    feed: FeedForward
    storage: Storage
    assumed: tuple[str, ...]


def _decoder(
    config: Mapping[str, Any], problems: list[Problem], name: str, path: KeyPath = ()
) -> Architecture | None:
    model_type = str(config.get("model_type")).lower()
    kind = _laid_flat(config, model_type)
    family = FAMILIES.get(kind) or _by_class(config) or _unknown(config, model_type, problems)
    if family is None:
        return None
    keys = Keys(config, problems, family.defaults, path, text_defaults(model_type))
    _refuse_unreadable(keys)
    return _assemble(keys, name, family, _body(keys, family, known=kind in FAMILIES))


def _laid_flat(config: Mapping[str, Any], model_type: str) -> str:
    """Take the class of the language model where older files lay its keys flat into their wrapper."""
    flat = model_type not in FAMILIES and config.get("hidden_size") is not None
    return _inner_type(model_type, "text_config") if flat else model_type


def _by_class(config: Mapping[str, Any]) -> Family | None:
    """Find the family of a config whose own type is unknown by the class that serves it."""
    named = served_class(config)
    return FAMILIES.get(named.model_type) if named else None


def _refuse_unreadable(keys: Keys) -> None:
    for key in _UNREADABLE:
        if keys.raw(key):
            keys.note(key, f"models with {key!r} are not supported", _BY_SIZE)


def _few(keys: Keys, layers: int) -> int:
    """Note a number of layers that is a typing error: each is looked at one by one."""
    if layers <= MOST_LAYERS:
        return layers
    what = f"{layers:,} layers are more than any model has (at most {MOST_LAYERS:,} are read)"
    keys.note(
        next(name for name in _LAYERS if keys.has(name)),
        what,
        "copy the number from the published config.json",
    )
    return 1


def _body(keys: Keys, family: Family, *, known: bool) -> _Body:
    blocks = keys.items("layers_block_type")
    layers = _few(keys, keys.whole(*_LAYERS, default=len(blocks) if blocks else None))
    hidden = keys.whole(*_HIDDEN)
    found = read_layers(keys, family, layers)
    attention = read_attention(keys, family, hidden, found)
    feed = read_feed_forward(keys, family, layers, hidden)
    storage = read_storage(keys)
    doubts = {
        "model_type": not known,
        "native_precision": storage.assumed,
        "max_context_tok": not states_context(keys),
    }
    assumed = tuple(fact for fact, doubtful in doubts.items() if doubtful)
    return _Body(layers, hidden, found, attention, feed, storage, assumed)


def _unknown(config: Mapping[str, Any], model_type: str, problems: list[Problem]) -> Family | None:
    """Take an unknown type for a Llama-like decoder only if the config says everything that matters."""
    needed = (
        "num_hidden_layers",
        "hidden_size",
        "num_attention_heads",
        "num_key_value_heads",
        "intermediate_size",
        "vocab_size",
    )
    foreign = [
        key
        for key in config
        if key.startswith(("mamba", "ssm", "linear_", "rwkv", "conv_", "vision", "audio"))
    ]
    if all(config.get(key) is not None for key in needed) and not foreign:
        return Family()
    problems.append(_unknown_problem(config, model_type))
    return None


def _unknown_problem(config: Mapping[str, Any], model_type: str) -> Problem:
    elsewhere = config.get("text_model_id")
    if isinstance(elsewhere, str):  # Ultravox
        what = f"the sizes of its language model stand in the config of {shown(elsewhere)}"
        return _problem("text_model_id", what, "give that config, or put it here as text_config")
    kind = shown(config.get("model_type"))
    if config.get("is_encoder_decoder") is True:
        what = f"encoder-decoder models of type {kind} are not supported"
        return Problem(what, "vLLM 0.22 serves none of them but Whisper", _BY_SIZE, ("model_type",))
    from plimsoll.models.hugging_face.encoders import ENCODERS

    hint = nearest(model_type[:64], sorted({*FAMILIES, *ENCODERS}))
    fix = "; ".join(part for part in (hint, _BY_SIZE) if part)
    return _problem("model_type", f"unknown architecture {kind}", fix)


def _assemble(keys: Keys, name: str, family: Family, body: _Body) -> Architecture:
    hidden, attention, feed = body.hidden, body.attention, body.feed
    vocab = keys.whole("vocab_size", "padded_vocab_size")
    embedding = vocab * keys.whole("word_embed_proj_dim", default=hidden)
    head = head_params(keys, hidden, vocab, tied=keys.flag("tie_word_embeddings", family.tied))
    context = read_context(keys)
    norms = hidden * (family.norm_widths * body.layers + 1)
    positions = context * hidden if family.positions else 0
    tables = extra_tables(keys, body.layers, hidden)
    extra = tables.lookup + tables.matrices
    params = embedding + head + positions + norms + attention.params + feed.params + extra
    packed = _packed(keys, body, embedding, head)
    return Architecture(
        name=name,
        task="llm",
        params=params,
        active_params=params - feed.idle_params - tables.lookup,
        layers=body.layers,
        hidden=hidden,
        heads=attention.heads,
        ffn_dim=feed.ffn_dim,
        vocab=vocab,
        embedding_params=embedding,
        head_params=head,
        attention=attention.groups,
        experts=feed.experts,
        max_context_tok=context,
        native_precision=packed.packing.precision,
        native_bits=packed.packing.bits if packed.packing.bits < UNPACKED.bits else 0.0,
        kept_params=norms + feed.router_params + positions + tables.lookup + packed.kept,
        packed_table_params=packed.tables,
        aside_params=tables.lookup,
        left_out=tuple(fact for fact, names in _SIZES.items() if keys.taken.intersection(names)),
        replicated_params=attention.replicated,
        assumed=body.assumed,
    )


def _packed(keys: Keys, body: _Body, embedding: int, head: int) -> Packed:
    """Weigh what a quantised checkpoint packs module by module; nothing is kept where nothing is packed."""
    if body.storage.packing.bits >= UNPACKED.bits and not body.storage.only_named:
        return Packed(0, body.storage.packing)
    from plimsoll.models.hugging_face.attention.modules import attention_modules  # start-up: few are packed

    attention = attention_modules(keys, body.found, body.hidden, body.attention)
    return weigh((*attention, *body.feed.modules), body.storage, embedding, head)


def _problem(key: str, what: str, fix: str) -> Problem:
    return Problem(what=what, fix=fix, path=(key,))
