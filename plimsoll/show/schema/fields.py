"""Read what the fields of a document mean, from the annotations that stand beside them."""

from collections.abc import Iterator
from dataclasses import is_dataclass
from typing import Annotated, Any, get_args, get_origin, get_type_hints

from plimsoll.ground.meaning import NOT_PROMISED, Example
from plimsoll.show.schema.json_nodes import Schema

Told = dict[str, dict[str, Schema | None]]
"""Record and field to what its schema says besides the type; None for a field that it leaves out."""


def told(document: type) -> Told:
    """Collect the meanings of a document's records, by class name."""
    return {kind.__name__: _fields(kind) for kind in _records(document, set())}


def _fields(kind: type) -> dict[str, Schema | None]:
    hints = get_type_hints(kind, include_extras=True)
    return {name.rstrip("_"): _said(hint) for name, hint in hints.items()}


def _said(hint: object) -> Schema | None:
    if get_origin(hint) is not Annotated:
        return {}
    said: Schema = {}
    for extra in get_args(hint)[1:]:
        if extra is NOT_PROMISED:
            return None
        if isinstance(extra, str):
            said["description"] = extra
        elif isinstance(extra, Example):
            said["examples"] = [extra.value]
    return said


def _records(kind: Any, seen: set[type]) -> Iterator[type]:  # noqa: ANN401 - any annotation
    """Name every record that a document holds, at whatever depth."""
    for part in get_args(kind):
        yield from _records(part, seen)
    if isinstance(kind, type) and is_dataclass(kind) and kind not in seen:
        seen.add(kind)
        yield kind
        for hint in get_type_hints(kind).values():
            yield from _records(hint, seen)
