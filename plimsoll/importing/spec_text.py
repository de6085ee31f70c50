"""An imported spec is written as YAML that a person goes on with: each part on a line, notes above it."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, cast

_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_./-]*")
_WORDS = frozenset(("true", "false", "null", "yes", "no", "on", "off", "y", "n"))
_WIDE = 104

ORDER = (
    "name", "model", "measured", "precision", "weights", "engine", "adapters", "load", "sla", "budget",
    "region", "regions", "capacity", "scale", "owner", "pin",
)  # fmt: skip
"""Parts in the order in which specs are written."""


def spec_text(keys: Mapping[str, Any], notes: Mapping[str, str], head: str) -> str:
    """Write a spec; a note stands above the part of its path, one of no part that is there at its place."""
    lines = [f"# {line}" for line in head.splitlines()]
    for part in ORDER:
        told = [(path, note) for path, note in notes.items() if re.split(r"[. (]", path)[0] == part]
        lines += [f"# {path}: {_one_line(note)}" for path, note in told]
        if part in keys:
            lines += part_lines(part, keys[part])
    return "\n".join(lines) + "\n"


def part_lines(name: str, value: object) -> Iterator[str]:
    """Write one part of a spec: on one line where it fits, else a line a key."""
    flow = f"{name}: {_flow(value)}"
    if len(flow) <= _WIDE or not isinstance(value, Mapping):
        yield flow
        return
    yield f"{name}:"
    for key, item in cast("Mapping[str, object]", value).items():
        yield from (f"  {line}" for line in _wrapped(f"{key}: {_flow(item)}"))


def _wrapped(line: str) -> Iterator[str]:
    """Break a long list of numbers behind commas."""
    while len(line) > _WIDE and ", " in line[:_WIDE]:
        head, _, _ = line[:_WIDE].rpartition(", ")
        yield f"{head},"
        line = "  " + line[len(head) + 2 :]
    yield line


def _flow(value: object) -> str:
    if isinstance(value, Mapping):
        members = cast("Mapping[str, object]", value).items()
        return "{" + ", ".join(f"{key}: {_flow(item)}" for key, item in members) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_flow(item) for item in cast("list[object]", value)) + "]"
    if isinstance(value, str):
        plain = _PLAIN.fullmatch(value) and value.lower() not in _WORDS
        return value if plain else json.dumps(value, ensure_ascii=False)
    return json.dumps(value)


def _one_line(note: str) -> str:
    return " ".join(note.split())
