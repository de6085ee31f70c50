"""Pulumi's JSON documents as a resource graph: a preview's digest, a stack's state, Plimsoll's preview."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, cast

from plimsoll.graph.resource import Graph, Resource
from plimsoll.graph.values import decoded
from plimsoll.ground.problems import Problem

UNSEEN = "plimsoll:unseen"
"""Stands for resources that an input leaves out; its `why` says which."""

PREVIEW_SCHEMA = "plimsoll.dev/preview/v1"

GONE = frozenset({"delete", "delete-replaced", "discard", "discard-replaced", "remove-pending-replace"})
"""Operations of a digest after which the resource is no longer there."""
READ = frozenset({"read", "read-replacement", "read-discard"})
STAYS = frozenset({"same", "create", "update", "replace", "create-replacement", "refresh", "import"})
KNOWN_OPERATIONS = GONE | READ | STAYS | {"import-replacement"}

Json = Mapping[str, Any]


def is_digest(document: Json) -> bool:
    """Whether a document is what `pulumi preview --json` prints."""
    return isinstance(document.get("steps"), list) or ("changeSummary" in document and "config" in document)


def is_preview(document: Json) -> bool:
    """Whether a document is what `plimsoll preview --format json` prints."""
    return document.get("schema") == PREVIEW_SCHEMA


def is_state(document: Json) -> bool:
    """Whether a document is an exported state, or the file of a self-managed backend."""
    return _deployment(document) is not None


def graph_of_digest(document: Json, file: str, problems: list[Problem]) -> Graph:
    """Read a digest: what the graph holds after the operation."""
    found: dict[str, Resource] = {}
    shown_same = 0
    for index, step in enumerate(_list(document, "steps", file, problems)):
        path = f"steps[{index}]"
        if not isinstance(step, Mapping):
            problems.append(_problem("not an object", file, path))
            continue
        entry = cast("Json", step)
        operation = entry.get("op")
        if not isinstance(operation, str) or operation not in KNOWN_OPERATIONS:
            problems.append(_problem(f"unknown operation {ascii(operation)[:40]}", file, f"{path}.op"))
            continue
        shown_same += operation == "same"
        if operation in GONE:
            continue
        resource = _resource(entry.get("newState"), file, f"{path}.newState", problems)
        if resource is not None:
            external = resource.external or operation in READ
            found[resource.urn] = replace(resource, external=external)
    hidden = _hidden(document, shown_same)
    if hidden:
        why = f"{hidden} unchanged resources are left out of the digest, so what they cost is not known"
        found["urn:unchanged"] = _unseen(why)
    region = _config_region(document)
    return _graph(list(found.values()), region)


def graph_of_state(document: Json, file: str, problems: list[Problem]) -> Graph:
    """Read a state: what there is, with what is still to be deleted, without what is pending replacement."""
    deployment = _deployment(document) or {}
    resources: list[Resource] = []
    urns: dict[str, int] = {}
    for index, entry in enumerate(_list(deployment, "resources", file, problems)):
        path = f"deployment.resources[{index}]"
        resource = _resource(entry, file, path, problems)
        if resource is None or cast("Json", entry).get("pendingReplacement") is True:
            continue
        resources.append(_distinct(resource, urns))
    for index, pending in enumerate(_list(deployment, "pending_operations", file, problems)):
        path = f"deployment.pending_operations[{index}]"
        operation: Json = cast("Json", pending) if isinstance(pending, Mapping) else {}
        if operation.get("type") in ("creating", "importing"):
            resource = _resource(operation.get("resource"), file, f"{path}.resource", problems)
            if resource is not None and resource.urn not in urns:
                resources.append(_distinct(resource, urns))
    return _graph(resources, None)


def graph_of_preview(document: Json, file: str, problems: list[Problem]) -> Graph:
    """Read the document of `plimsoll preview --format json`."""
    entries = _list(document, "resources", file, problems)
    read = [_resource(entry, file, f"resources[{i}]", problems) for i, entry in enumerate(entries)]
    region = document.get("region")
    graph = _graph([r for r in read if r is not None], region if isinstance(region, str) else None)
    return replace(graph, stack=str(document.get("stack") or graph.stack))


def _deployment(document: Json) -> Json | None:
    """Find the deployment in an export, a backend's file, or a bare deployment."""
    checkpoint = document.get("checkpoint")
    if isinstance(checkpoint, Mapping):
        latest = cast("Json", checkpoint).get("latest")
        return cast("Json", latest) if isinstance(latest, Mapping) else {}
    deployment = document.get("deployment")
    if isinstance(deployment, Mapping):
        return cast("Json", deployment)
    return document if "manifest" in document and "resources" in document else None


def _list(document: Json, key: str, file: str, problems: list[Problem]) -> list[Any]:
    """Read a list that Pulumi leaves out where it is empty."""
    found = document.get(key)
    if found is not None and not isinstance(found, list):
        problems.append(_problem("not a list", file, key))
        return []
    return cast("list[Any]", found or [])


def _hidden(document: Json, shown: int) -> int:
    """Count the unchanged resources that a digest without --show-sames does not show."""
    summary = document.get("changeSummary")
    same = cast("Json", summary).get("same", 0) if isinstance(summary, Mapping) else 0
    return same - shown if isinstance(same, int) and same > shown else 0


def _unseen(why: str) -> Resource:
    return Resource("urn:unchanged", UNSEEN, "unchanged", {"why": why})


def _distinct(resource: Resource, urns: dict[str, int]) -> Resource:
    """Tell copies of one URN apart: a copy that is still to be deleted costs beside its replacement."""
    count = urns[resource.urn] = urns.get(resource.urn, 0) + 1
    return resource if count == 1 else replace(resource, urn=f"{resource.urn}#{count}")


def _resource(entry: object, file: str, path: str, problems: list[Problem]) -> Resource | None:
    if not isinstance(entry, Mapping):
        problems.append(_problem("not an object", file, path))
        return None
    data = cast("Json", entry)
    urn, kind = data.get("urn"), data.get("type")
    if not (isinstance(urn, str) and urn and isinstance(kind, str) and kind):
        problems.append(_problem("has no urn or no type", file, path))
        return None
    inputs = data.get("inputs", {})
    if not isinstance(inputs, Mapping):
        problems.append(_problem("inputs is not an object", file, f"{path}.inputs"))
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
    )


def _is_stack(kind: str) -> bool:
    return kind == "pulumi:pulumi:Stack"


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, list):
        yield from (item for item in cast("list[object]", value) if isinstance(item, str))


def _items(value: object) -> Iterator[tuple[object, object]]:
    if isinstance(value, Mapping):
        yield from cast("Mapping[object, object]", value).items()


def _graph(resources: list[Resource], region: str | None) -> Graph:
    """Give every resource the region of its provider, and the graph the names in its URNs."""
    regions = {
        resource.urn: resource.inputs.get("region")
        for resource in resources
        if resource.type == "pulumi:providers:aws"
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


def _config_region(document: Json) -> str | None:
    config = document.get("config")
    region = cast("Json", config).get("aws:region") if isinstance(config, Mapping) else None
    return region if isinstance(region, str) and region != "[secret]" else None


def _problem(what: str, file: str, path: str) -> Problem:
    return Problem(what, "", "export the document again", path=path, file=file)
