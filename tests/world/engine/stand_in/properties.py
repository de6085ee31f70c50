"""Provider properties between protobuf and plain Python, unknowns and secrets included."""

from collections.abc import Mapping
from typing import Any

from google.protobuf import json_format, struct_pb2

UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
"""The engine's mark for a value that is not known before the update."""

SIGNATURE = "4dabf18193072939515e22adb298388d"
SECRET = "1b47061264138c4ac30d75fd1eb44270"


def plain(properties: struct_pb2.Struct) -> dict[str, Any]:
    """A struct as plain data: whole numbers are ints, secrets are opened."""
    return {key: _plain(value) for key, value in json_format.MessageToDict(properties).items()}


def _plain(value: Any) -> Any:
    if isinstance(value, float):
        return int(value) if value.is_integer() else value
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        if value.get(SIGNATURE) == SECRET:
            return _plain(value["value"])
        return {key: _plain(item) for key, item in value.items()}
    return value


def struct(properties: Mapping[str, Any]) -> struct_pb2.Struct:
    """Plain data as a struct, in sorted order."""
    return json_format.ParseDict(dict(sorted(properties.items())), struct_pb2.Struct())


def is_unknown(value: Any) -> bool:
    """Whether a value is, or holds anywhere, something not known yet."""
    if isinstance(value, dict):
        return any(is_unknown(item) for item in value.values())
    if isinstance(value, list):
        return any(is_unknown(item) for item in value)
    return isinstance(value, str) and UNKNOWN in value


def changed_paths(old: Any, new: Any, path: str = "") -> list[str]:
    """The dotted paths at which two values differ."""
    if isinstance(old, dict) and isinstance(new, dict):
        paths = []
        for key in sorted({*old, *new}):
            inner = f"{path}.{key}" if path else key
            if key not in old or key not in new:
                paths.append(inner)
            else:
                paths += changed_paths(old[key], new[key], inner)
        return paths
    if isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        return [
            found
            for index, pair in enumerate(zip(old, new, strict=True))
            for found in changed_paths(*pair, f"{path}[{index}]")
        ]
    return [] if old == new else [path]
