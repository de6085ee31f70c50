"""How many tokens a decoder takes: the length its config states, and rope scaling that it switches on.

The rules are those of vLLM 0.22 (`_get_and_verify_max_len` in vllm/config/model.py).
"""

from collections.abc import Mapping
from typing import Any, cast

from plimsoll.models.hugging_face.keys import Keys, shown

_LENGTHS = (
    "max_position_embeddings",
    "n_positions",
    "max_seq_len",
    "seq_length",
    "model_max_length",
    "max_target_positions",
    "max_sequence_length",
    "max_seq_length",
    "seq_len",
    "n_ctx",
)
"""Keys that state a length; where several stand, the shortest holds."""

_OVERRIDE = "model_max_length"
"""Command-R states its real length here, above `max_position_embeddings`."""

DEFAULT_CONTEXT_TOK = 8192
_UNSCALED = {"default", "su", "longrope", "llama3", "mrope"}
_LONG = 10**8
"""A tokenizer writes 10^30 for "no limit"; no published model takes so many tokens."""


def states_context(keys: Keys) -> bool:
    """Say whether the config states a length at all."""
    return keys.has(*_LENGTHS)


def read_context(keys: Keys) -> int:
    """Read the longest sequence, tokens: the stated length, times a rope factor that is switched on.

    Linear, dynamic and NTK scaling multiply the stated length; YaRN multiplies the original one.
    Llama 3 and longrope state the scaled length already, and so does Gemma 3.
    """
    stated = [keys.whole(name) for name in _LENGTHS if keys.has(name)]
    length = min(stated, default=DEFAULT_CONTEXT_TOK)
    if keys.has(_OVERRIDE) and keys.whole(_OVERRIDE) < _LONG:
        length = keys.whole(_OVERRIDE)
    if "gemma3" in keys.text("model_type"):
        return length
    factor = 1.0
    for scaling in _scalings(keys):
        kind = scaling.text("rope_type") or scaling.text("type", "default")
        if kind in _UNSCALED:
            continue
        factor = _factor(scaling)
        if kind == "yarn":
            length = scaling.whole("original_max_position_embeddings", default=length)
    return round(length * factor)


def _scalings(keys: Keys) -> list[Keys]:
    """List the scalings: one for all layers, or one for each kind of attention."""
    name = "rope_parameters" if keys.raw("rope_parameters") else "rope_scaling"
    found = keys.nested(name)
    if not found:
        return []
    parts = list(found.values())
    if all(isinstance(part, dict) for part in parts):
        return [_at(keys, name, cast("dict[str, Any]", part)) for part in parts]
    return [_at(keys, name, found)]


def _at(keys: Keys, name: str, values: Mapping[str, Any]) -> Keys:
    return Keys(values, keys.problems, path=(*keys.path, name))


def _factor(scaling: Keys) -> float:
    value = scaling.raw("factor")
    if value is None:
        return 1.0
    if isinstance(value, bool) or not isinstance(value, int | float) or not 1 <= value <= 10**4:
        scaling.note(
            "factor",
            f"{shown(value)} is no factor from 1 to 10,000",
            "copy it from the published config.json",
        )
        return 1.0
    return float(value)
