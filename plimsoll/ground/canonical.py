"""Documents as plain JSON data: same inputs, same bytes."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from decimal import Decimal
from functools import cache
from typing import Annotated, Any, cast, get_args

from plimsoll.ground.units import exact_text, usd_text

Usd = Annotated[Decimal, usd_text]
"""An amount of money in a record: documents carry it with two decimals."""

INSIDE = object()
"""Marks a field, `Annotated[T, INSIDE]`, that the documents of its record do not carry."""

_LEAVES = frozenset({str, int, bool, type(None)})
"""What JSON data already is; most values of a document are one of these."""

_AS_WRITTEN = frozenset({"workload", "from_", "to"})
"""Fields that repeat values of the spec, which are not ours to round."""


@cache
def keys(kind: type[Any]) -> tuple[tuple[str, str, Callable[[Any], Any]], ...]:
    """List JSON key, attribute and writer of each field that a record's documents carry.

    A trailing underscore of a field only dodges a Python keyword.
    """
    return tuple(
        (each.name.rstrip("_"), each.name, _writer(each.name, each.type))
        for each in fields(kind)
        if INSIDE not in _marks(each.type)
    )


def _writer(name: str, annotation: object) -> Callable[[Any], Any]:
    if name in _AS_WRITTEN:
        return _as_it_is
    return usd_or_null if usd_text in _marks(annotation) else canonical


def _marks(annotation: object) -> Iterator[object]:
    """Walk what an annotation says beside its type, in each of its alternatives."""
    yield from getattr(annotation, "__metadata__", ())
    for part in get_args(annotation):
        yield from _marks(part)


def _as_it_is(value: object) -> object:
    return dict(cast("Mapping[str, Any]", value)) if isinstance(value, Mapping) else value


def usd_or_null(amount: Decimal | None) -> str | None:
    """Write an amount with two decimals; what is not known stays null."""
    return None if amount is None else usd_text(amount)


def canonical(value: Any) -> Any:  # noqa: ANN401 - JSON data of any shape
    """Turn a document into plain JSON data: dataclasses to dicts, Decimal to text, no float noise."""
    if type(value) in _LEAVES:
        return value
    if isinstance(value, float):
        # Never coarser than the cent: an amount keeps what its message says.
        return round(value, 2) if abs(value) >= 1e4 else float(f"{value:.6g}")
    if isinstance(value, list | tuple):
        items = cast("tuple[Any, ...]", value)
        return [canonical(item) for item in items]
    if is_dataclass(value) and not isinstance(value, type):
        return {key: write(getattr(value, name)) for key, name, write in keys(type(value))}
    if isinstance(value, Decimal):
        return exact_text(value)
    if isinstance(value, Mapping):
        mapping = cast("Mapping[str, Any]", value)
        return {key: canonical(item) for key, item in mapping.items()}
    return value


def document_text(data: object) -> str:
    """Write plain data as commands print it, and as digests of documents count it."""
    return json.dumps(data, indent=2, ensure_ascii=False) + "\n"
