"""Resources are read as Pulumi's JSON documents write them: in digests, states and previews alike."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, cast

from plimsoll.graph.resource import Graph, Resource
from plimsoll.graph.types import AWS_PROVIDER, STACK
from plimsoll.graph.values import decoded
from plimsoll.ground.problems import Problem

Document = Mapping[str, Any]
"""One JSON document of Pulumi's, or an object inside it."""


def list_of(document: Document, key: str, file: str, problems: list[Problem]) -> list[Any]:
    """Read a list that Pulumi leaves out where it is empty; it never writes null."""
    found = document.get(key, [])
    if not isinstance(found, list):
        problems.append(problem_of("null is not a list" if found is None else "not a list", file, key))
        return []
    return cast("list[Any]", found)


def resource_of(entry: object, file: str, path: str, problems: list[Problem]) -> Resource | None:
    """Read one resource; None, and a problem, where it is none."""
    if not isinstance(entry, Mapping):
        problems.append(problem_of("not an object", file, path))
        return None
    data = cast("Document", entry)
    urn, kind = data.get("urn"), data.get("type")
    if not (isinstance(urn, str) and urn and isinstance(kind, str) and kind):
        problems.append(problem_of("has no urn or no type", file, path))
        return None
    if not _agree(urn, kind):
        what = f"its type is {kind[:80]!a}, and its URN says {_type_of(urn)[:80]!a}"
        problems.append(problem_of(what, file, f"{path}.type"))
        return None
    inputs = data.get("inputs", {})
    if not isinstance(inputs, Mapping):
        problems.append(problem_of("inputs is not an object", file, f"{path}.inputs"))
        return None
    return Resource(
        urn=urn,
        type=kind,
        name=urn.rpartition("::")[2],
        inputs=decoded(inputs),
        parent=_text(data.get("parent")),
        provider=_text(data.get("provider")),
        dependencies=tuple(_texts(data.get("dependencies"))),
        custom=data.get("custom") is not False and not _is_stack(kind),
        external=data.get("external") is True,
        id=_text(data.get("id")),
        property_dependencies={
            str(key): tuple(_texts(value)) for key, value in _items(data.get("propertyDependencies"))
        },
        outputs=_mapping(data.get("outputs")),
    )


def _agree(urn: str, kind: str) -> bool:
    """Compare a type with the one in a URN: `urn:pulumi:stack::project::parentType$type::name`."""
    return not urn.startswith("urn:pulumi:") or urn.count("::") < 3 or _type_of(urn) == kind


def _type_of(urn: str) -> str:
    parts = urn.split("::")
    return parts[2].rpartition("$")[2] if len(parts) > 2 else ""


def _is_stack(kind: str) -> bool:
    return kind == STACK


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, list):
        yield from (item for item in cast("list[object]", value) if isinstance(item, str))


def _items(value: object) -> Iterator[tuple[object, object]]:
    if isinstance(value, Mapping):
        yield from cast("Mapping[object, object]", value).items()


def _mapping(value: object) -> Document:
    return cast("Document", value) if isinstance(value, Mapping) else {}


def graph_of(resources: list[Resource], region: str | None) -> Graph:
    """Give every resource the region of its provider, and the graph the names in its URNs."""
    regions = {
        resource.urn: resource.inputs.get("region") for resource in resources if resource.type == AWS_PROVIDER
    }
    placed: list[Resource] = []
    for resource in resources:
        own = regions.get((resource.provider or "").rpartition("::")[0])
        placed.append(replace(resource, region=own) if isinstance(own, str) else resource)
    stack, project = _names(resources)
    return Graph(tuple(placed), stack, project, region)


def _names(resources: list[Resource]) -> tuple[str, str]:
    for resource in resources:
        parts = resource.urn.split("::")
        if resource.urn.startswith("urn:pulumi:") and len(parts) >= 3:
            return parts[0].removeprefix("urn:pulumi:"), parts[1]
    return "", ""


def problem_of(what: str, file: str, path: str) -> Problem:
    """Say what is wrong with an exported document."""
    return Problem(what, "", "export the document again", path=path, file=file)
