"""One resource graph in a form that the engine's preview and the one in process can be compared in."""

from collections.abc import Mapping
from typing import Any

SECRET = "[secret]"
SECRET_MARK = "4dabf18193072939515e22adb298388d"
STACK = "pulumi:pulumi:Stack"

Node = dict[str, Any]


def of_engine(digest: Mapping[str, Any]) -> dict[str, Node]:
    """The graph of a `preview --json` digest, without what the providers' Check put in."""
    found = {}
    for step in digest["steps"]:
        state = step.get("newState")
        if state is None:
            continue
        provider = state.get("provider", "").rpartition("::")[0]
        inputs = dict(state.get("inputs") or {})
        made_up = {*inputs.pop("__defaults", ()), "__defaults"}
        if state["type"].startswith("pulumi:providers:"):
            made_up |= {"version", "__internal"}
        found[state["urn"]] = _node(state, {k: v for k, v in inputs.items() if k not in made_up}, provider)
    return found


def of_preview(document: Mapping[str, Any]) -> dict[str, Node]:
    """The graph of a `plimsoll preview --format json` document."""
    return {
        each["urn"]: _node(each, each["inputs"], each["provider"] or "") for each in document["resources"]
    }


def _node(of: Mapping[str, Any], inputs: Mapping[str, Any], provider: str) -> Node:
    return {
        "type": of["type"],
        "name": of["urn"].rsplit("::", 1)[-1],
        "parent": of.get("parent") or "",
        "provider": provider,
        "inputs": _hidden(inputs),
        "dependencies": sorted(of.get("dependencies") or ()),
    }


def _hidden(value: Any) -> Any:
    if isinstance(value, Mapping):
        if SECRET_MARK in value:
            return SECRET
        return {key: _hidden(item) for key, item in value.items()}
    return [_hidden(item) for item in value] if isinstance(value, list) else value


def differences(left: Mapping[str, Node], right: Mapping[str, Node]) -> list[str]:
    """What differs between two graphs, a line each; the stack's own node counts as any other."""
    lines = [f"only in the first: {urn}" for urn in sorted(left.keys() - right.keys())]
    lines += [f"only in the second: {urn}" for urn in sorted(right.keys() - left.keys())]
    for urn in sorted(left.keys() & right.keys()):
        lines += [
            f"{urn}: {key}: {left[urn][key]!r} against {right[urn][key]!r}"
            for key in left[urn]
            if left[urn][key] != right[urn][key]
        ]
    return lines
