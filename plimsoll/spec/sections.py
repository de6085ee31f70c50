"""The model of the spec says which mappings it has, and what each key of them holds."""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, cast, get_args

from pydantic import BaseModel, BeforeValidator
from pydantic.fields import FieldInfo

from plimsoll.ground.paths import KeyPath, dotted
from plimsoll.spec.runs.kinds import KINDS, kind_said, run_kind
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


def without_places(path: KeyPath) -> KeyPath:
    """Take the keys of a path, without the positions in lists."""
    return tuple(part for part in path if not isinstance(part, int))


class Form:
    """The form of one kind of spec: its mappings, the keys of each, and what a value there may be."""

    def __init__(self, model: type[BaseModel]) -> None:
        self.sections: dict[KeyPath, type[BaseModel]] = dict(_sections(model))
        self.keys = {dotted(path): list(each.model_fields) for path, each in self.sections.items()}

    def section(self, path: KeyPath) -> type[BaseModel] | None:
        """Find the mapping that belongs at a path, also as one of a list; None where none does."""
        return self.sections.get(without_places(path))

    def field_at(self, path: KeyPath) -> FieldInfo | None:
        """Find the field of the model behind a path; None where there is none."""
        section = self.section(path[:-1])
        return section.model_fields.get(str(path[-1])) if section is not None and path else None

    def may_be_number(self, path: KeyPath) -> bool:
        """Say whether one number may stand for a mapping of the spec."""
        field = self.field_at(path) if path in self.sections else None
        return field is not None and any(
            isinstance(part, BeforeValidator) for part in (*field.metadata, *parts(field.annotation))
        )

    def unit_of(self, path: KeyPath) -> str:
        """Name the unit of a number of the spec; empty for a plain count."""
        while path and isinstance(path[-1], int):
            path = path[:-1]
        if path in self.sections:
            path = (*path, next(iter(self.sections[path].model_fields)))
        field = self.field_at(path)
        if field is None:
            return ""
        noted = (*field.metadata, *parts(field.annotation))
        return next((part.name for part in noted if isinstance(part, Unit)), "")


INFERENCE = Form(Workload)
"""The form of a service that answers requests: of every spec that says no other kind."""

KEYS = INFERENCE.keys
"""The keys of every mapping of a service's spec, by its dotted name."""


def without_defaults(
    value: Mapping[str, Any], path: KeyPath = (), kept: frozenset[str] = frozenset(), form: Form | None = None
) -> dict[str, Any]:
    """Leave out of a spec what is null, and what equals the default of its key; `kept` names keys that stay.

    A plan writes every key of its spec; read so, it says what the spec said.
    """
    form = form if form is not None else form_of(value)
    found: dict[str, Any] = {}
    for key, item in value.items():
        here = (*path, key)
        if here in form.sections:
            if isinstance(item, dict):
                item = without_defaults(cast("dict[str, Any]", item), here, kept, form)
            elif isinstance(item, list):
                entries = cast("list[Any]", item)
                item = [
                    without_defaults(cast("dict[str, Any]", each), here, kept, form)
                    if isinstance(each, dict)
                    else each
                    for each in entries
                ]
        if dotted(here) in kept or not _is_default(item, here, form):
            found[key] = item
    return found


def _is_default(value: object, path: KeyPath, form: Form) -> bool:
    if value is None or (value == {} and path in form.sections):
        return True
    field = form.field_at(path)
    default: object = None if field is None else field.get_default()
    plain: object = tuple(cast("list[object]", value)) if isinstance(value, list) else value
    return type(plain) is type(default) and plain == default


@cache
def form_of_kind(kind: str) -> Form:
    """Find the form of a kind of spec."""
    found = run_kind(kind)
    return INFERENCE if found is None else Form(found.model)


def form_of(spec: Mapping[str, object]) -> Form:
    """Find the form that a spec is written in, by the kind that it says."""
    return form_of_kind(kind_said(spec))


def other_kinds_with(path: KeyPath, spec: Mapping[str, object]) -> list[str]:
    """Name the kinds of spec that have a key which this one has not."""
    own = kind_said(spec)
    return [kind for kind in KINDS if kind != own and form_of_kind(kind).field_at(path) is not None]


def key_of_number(path: KeyPath) -> str:
    """Name the key of a mapping that one number in its place stands for, in any kind; empty for none."""
    forms = (form_of_kind(kind) for kind in KINDS)
    return next((form.keys[dotted(path)][0] for form in forms if form.may_be_number(path)), "")
