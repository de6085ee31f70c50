"""Beside its language model a checkpoint may hold towers, projectors and adapters: their sum."""

from collections.abc import Iterator, Mapping
from typing import Any, cast

from plimsoll.ground.problems import Problem
from plimsoll.ground.start_up import record
from plimsoll.models.hugging_face.class_defaults import class_row
from plimsoll.models.hugging_face.keys import Keys
from plimsoll.models.hugging_face.senses.built_in import built_in
from plimsoll.models.hugging_face.senses.projectors import knows_projector, projector_params
from plimsoll.models.hugging_face.senses.towers import read_tower

_PARTS = (
    "vision_config",
    "vision_tower_config",
    "audio_config",
    "audio_encoder_config",
    "encoder_config",
    "speech_config",
    "sound_config",
)
"""Where wrappers describe their towers."""


@record
class Senses:
    """Parameters of everything that is not the language model.

    `estimated`: a part that the config describes could not be read, or its projector is of no known kind.
    """

    params: int = 0
    estimated: bool = False


def read_senses(config: Mapping[str, Any], text_width: int, problems: list[Problem]) -> Senses:
    """Count towers, their projectors, and what a family builds in without describing it."""
    outer_type = str(config.get("model_type"))
    outer = Keys(config, [], published=class_row(outer_type))
    total = built = built_in(outer, text_width)
    estimated = False
    for part, values in _described(config, outer_type):
        tower = read_tower(outer_type, part, values, problems)
        total += tower.params + projector_params(outer, part, tower, text_width)
        estimated |= not (tower.params or built) or not knows_projector(outer, part)
    return Senses(total, estimated)


def _described(config: Mapping[str, Any], outer_type: str) -> Iterator[tuple[str, Mapping[str, Any] | None]]:
    """Yield the parts that the config gives, and those that its class assumes where it is silent."""
    row = class_row(outer_type)
    for part in _PARTS:
        values = config.get(part)
        if isinstance(values, dict) and _is_tower(part, cast("dict[str, Any]", values)):
            yield part, cast("dict[str, Any]", values)
        elif part not in config and isinstance(row.get(part), dict):
            yield part, None


def _is_tower(part: str, values: Mapping[str, Any]) -> bool:
    return part != "encoder_config" or "vocab_size" not in values
