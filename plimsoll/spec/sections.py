"""The model of the spec says which mappings it has, and what each key of them holds."""

from collections.abc import Iterator, Mapping
from typing import Any, cast, get_args

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


def without_defaults(
    value: Mapping[str, Any], path: KeyPath = (), kept: frozenset[str] = frozenset()
) -> dict[str, Any]:
    """Leave out of a spec what is null, and what equals the default of its key; `kept` names keys that stay.

    A plan writes every key of its spec; read so, it says what the spec said.
    """
    found: dict[str, Any] = {}
    for key, item in value.items():
        here = (*path, key)
        if here in SECTIONS and isinstance(item, dict):
            item = without_defaults(cast("dict[str, Any]", item), here, kept)
        if dotted(here) in kept or not _is_default(item, here):
            found[key] = item
    return found


def _is_default(value: object, path: KeyPath) -> bool:
    if value is None or (value == {} and path in SECTIONS):
        return True
    field = field_at(path)
    default: object = None if field is None else field.get_default()
    plain: object = tuple(cast("list[object]", value)) if isinstance(value, list) else value
    return type(plain) is type(default) and plain == default


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
