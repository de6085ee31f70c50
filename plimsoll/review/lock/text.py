"""The text of a lock has its keys in the order of the schema, one a line; small objects are a line too."""

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any, cast

from plimsoll.ground.canonical import canonical, keys
from plimsoll.review.lock.record import SEAL, Lock
from plimsoll.text.sealed import sealed

Data = Mapping[str, Any]

LAST = ("document_sha256", SEAL)
"""Keys that this release does not know stand before these two."""

_OURS = frozenset({"rows", "plan", "work"})
"""Keys whose values are written anew, whatever a later release may have put there."""


SMALL = 3
"""An object of so few plain values is one line: an estimate with its interval, three amounts."""


def lock_text(lock: Lock) -> str:
    """Write a lock with its seal; `lock_sha256` of the record is not read."""
    data = _with(as_data(lock), lock.more)
    last = {key: data.pop(key) for key in LAST}
    data["document_sha256"] = last["document_sha256"]
    return sealed("{\n" + "".join(f"{_member(key, data[key], 1)},\n" for key in data), SEAL)


def as_data(lock: Lock) -> dict[str, Any]:
    """Turn a lock into plain data; its plan is data already, and keeps every digit of the spec."""
    apart = keys(Lock)
    return {key: lock.plan if key == "plan" else canonical(getattr(lock, name)) for key, name, _ in apart}


def unknown_to(known: Data, document: Data) -> dict[str, Any]:
    """Keep of a document what is not among the keys that this release knows, at its place."""
    found: dict[str, Any] = {}
    for key in sorted(document):
        ours, theirs = known.get(key), document[key]
        if key not in known:
            found[key] = theirs
        elif key not in _OURS and isinstance(ours, dict) and isinstance(theirs, Mapping):
            inner = unknown_to(cast("Data", ours), cast("Data", theirs))
            found |= {key: inner} if inner else {}
    return found


def _with(data: Data, more: Data) -> dict[str, Any]:
    both = {key: _with(data[key], more[key]) for key in more if key in data and isinstance(data[key], dict)}
    return {**data, **both, **{key: more[key] for key in more if key not in data}}


def digest_of(value: object) -> str:
    """Digest data in one form: compact JSON, keys sorted, UTF-8."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _member(key: str, value: object, depth: int) -> str:
    return f"{' ' * depth}{_scalar(key)}: {_value(value, depth)}"


def _value(value: object, depth: int) -> str:
    if isinstance(value, Mapping) and value:
        members = cast("Mapping[str, object]", value)
        if len(members) <= SMALL and not any(_has_parts(item) for item in members.values()):
            return _scalar(members)
        inner = ",\n".join(_member(key, item, depth + 1) for key, item in members.items())
        return f"{{\n{inner}\n{' ' * depth}}}"
    if isinstance(value, list | tuple):
        items = cast("list[Mapping[str, object] | list[object] | str]", value)
        if any(_has_parts(item) for item in items):
            inner = ",\n".join(f"{' ' * (depth + 1)}{_item(item, depth + 1)}" for item in items)
            return f"[\n{inner}\n{' ' * depth}]"
    return _scalar(cast("object", value))


def _item(item: Mapping[str, object] | list[object] | str, depth: int) -> str:
    """Put an object of a list on one line, unless it holds others."""
    inner = item.values() if isinstance(item, Mapping) else ()
    return _value(item, depth) if any(_has_parts(each) for each in inner) else _scalar(item)


def _has_parts(value: object) -> bool:
    return isinstance(value, Mapping | list | tuple)


def _scalar(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
