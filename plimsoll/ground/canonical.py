"""Documents as plain JSON data: same inputs, same bytes."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from decimal import Decimal
from functools import cache
from typing import Any, cast

from plimsoll.ground.units import exact_text

_LEAVES = frozenset({str, int, bool, type(None)})
"""What JSON data already is; most values of a document are one of these."""

_AS_WRITTEN = frozenset({"workload", "from_", "to"})
"""Fields that repeat values of the spec, which are not ours to round."""


@cache
def _keys(kind: type[Any]) -> tuple[tuple[str, str], ...]:
    """Attribute and JSON key of each field; a trailing underscore only dodges a Python keyword."""
    return tuple((each.name, each.name.rstrip("_")) for each in fields(kind))


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
        values = ((key, name, getattr(value, name)) for name, key in _keys(type(value)))
        return {key: each if name in _AS_WRITTEN else canonical(each) for key, name, each in values}
    if isinstance(value, Decimal):
        return exact_text(value)
    if isinstance(value, Mapping):
        mapping = cast("Mapping[str, Any]", value)
        return {key: canonical(item) for key, item in mapping.items()}
    return value
