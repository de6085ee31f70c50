"""Plain JSON data: reading it without guessing its shape."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias, TypeGuard

Json: TypeAlias = Any
"""Anything JSON can hold; also an engine's promise of a value, which is judged as unknown."""

Object: TypeAlias = "Mapping[str, Json]"


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong in a manifest: the dotted path below its root, and what is wrong there."""

    path: str
    what: str
    fix: str = ""


def is_object(value: Json) -> TypeGuard[dict[str, Json]]:
    """Whether it is a JSON object."""
    return isinstance(value, dict)


def is_list(value: Json) -> TypeGuard[list[Json]]:
    """Whether it is a JSON array."""
    return isinstance(value, list)


def is_number(value: Json) -> TypeGuard[int | float]:
    """Whether it is a number; a boolean is none."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def is_known(value: Json) -> bool:
    """Whether it is data. What the engine knows only later (an Output, an unknown) is not."""
    return value is None or isinstance(value, (str, int, float, bool, list, dict))


def at(root: Json, path: str) -> Json:
    """What is at a dotted path of field names, or None."""
    for name in path.split("."):
        root = root.get(name) if is_object(root) else None
    return root


def objects(root: Json, path: str) -> Iterator[tuple[str, dict[str, Json]]]:
    """The objects of the list at a dotted path, each with its own path."""
    found = at(root, path)
    for index, item in enumerate(found if is_list(found) else ()):
        if is_object(item):
            yield f"{path}[{index}]", item


def texts(root: Json, path: str) -> list[str]:
    """The strings of the list at a dotted path."""
    found = at(root, path)
    return [item for item in (found if is_list(found) else ()) if isinstance(item, str)]


def join(path: str, name: str) -> str:
    """A path one step deeper; names with dots or slashes are put in brackets."""
    if any(sign in name for sign in "./ "):
        return f"{path}[{name}]"
    return f"{path}.{name}" if path else name
