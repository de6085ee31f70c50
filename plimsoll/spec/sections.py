"""The model of the spec says which mappings it has, and what each key of them holds."""

from collections.abc import Iterator
from typing import get_args

from pydantic import BaseModel, BeforeValidator
from pydantic.fields import FieldInfo

from plimsoll.ground.paths import KeyPath, dotted
from plimsoll.spec.values import Unit
from plimsoll.spec.workload import Workload


def parts(annotation: object) -> Iterator[object]:
    """Walk everything that a type is made of: its alternatives, its items, and what is noted beside them."""
    yield annotation
    for part in get_args(annotation):
        yield from parts(part)


def _sections(model: type[BaseModel], path: KeyPath = ()) -> Iterator[tuple[KeyPath, type[BaseModel]]]:
    yield path, model
    for key, field in model.model_fields.items():
        for part in parts(field.annotation):
            if isinstance(part, type) and issubclass(part, BaseModel):
                yield from _sections(part, (*path, key))


SECTIONS: dict[KeyPath, type[BaseModel]] = dict(_sections(Workload))
"""Every mapping of the spec, by its path."""

KEYS = {dotted(path): list(model.model_fields) for path, model in SECTIONS.items()}
"""The keys of every mapping of the spec, by its dotted name."""


def field_at(path: KeyPath) -> FieldInfo | None:
    """Find the field of the model behind a path; None where there is none."""
    section = SECTIONS.get(path[:-1])
    return section.model_fields.get(str(path[-1])) if section is not None and path else None


def may_be_number(path: KeyPath) -> bool:
    """Say whether one number may stand for a mapping of the spec."""
    field = field_at(path) if path in SECTIONS else None
    return field is not None and any(isinstance(part, BeforeValidator) for part in parts(field.annotation))


def unit_of(path: KeyPath) -> str:
    """Name the unit of a number of the spec; empty for a plain count."""
    while path and isinstance(path[-1], int):
        path = path[:-1]
    if path in SECTIONS:
        path = (*path, next(iter(SECTIONS[path].model_fields)))
    field = field_at(path)
    if field is None:
        return ""
    noted = (*field.metadata, *parts(field.annotation))
    return next((part.name for part in noted if isinstance(part, Unit)), "")
