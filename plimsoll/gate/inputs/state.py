"""Read a state: an exported stack, or the file of a self-managed backend."""

from collections.abc import Mapping
from dataclasses import replace
from typing import cast

from plimsoll.gate.inputs.reader import Contents, Json, Reader
from plimsoll.graph.from_pulumi import graph_of, list_of, problem_of, resource_of
from plimsoll.graph.resource import Graph, Resource
from plimsoll.ground.problems import Problem

OPERATIONS = ("creating", "updating", "deleting", "reading", "importing")
"""What an interrupted update may have been doing (pulumi `sdk/go/common/apitype/core.go`)."""

VERSIONS = (3, 4)
"""Versions of exported deployments: the fourth adds features that move no money."""


def is_state(document: Json) -> bool:
    """Recognise an exported state, or the file of a self-managed backend."""
    return _deployment(document) is not None


def graph_of_state(document: Json, file: str, problems: list[Problem]) -> Graph:
    """Read a state: what there is, with what is still to be deleted, without what is pending replacement."""
    deployment = _deployment(document) or {}
    _check_version(document, file, problems)
    resources: list[Resource] = []
    urns: dict[str, int] = {}
    for index, entry in enumerate(list_of(deployment, "resources", file, problems)):
        path = f"deployment.resources[{index}]"
        resource = resource_of(entry, file, path, problems)
        if resource is None or cast("Json", entry).get("pendingReplacement") is True:
            continue
        resources.append(_distinct(resource, urns))
    for index, pending in enumerate(list_of(deployment, "pending_operations", file, problems)):
        path = f"deployment.pending_operations[{index}]"
        operation: Json = cast("Json", pending) if isinstance(pending, Mapping) else {}
        if operation.get("type") not in OPERATIONS:
            problems.append(problem_of(f"is none of {', '.join(OPERATIONS)}", file, f"{path}.type"))
            continue
        resource = resource_of(operation.get("resource"), file, f"{path}.resource", problems)
        if resource is not None:
            _add_pending(str(operation["type"]), resource, resources, urns)
    return graph_of(resources, None)


def _add_pending(operation: str, resource: Resource, resources: list[Resource], urns: dict[str, int]) -> None:
    """Count what an interrupted update may have left: what it was creating, and what it was changing.

    Nobody knows whether a change was made, so the old and the new state both count.
    """
    if operation in ("creating", "importing") or (operation == "updating" and _changes(resource, resources)):
        resources.append(_distinct(resource, urns))
    elif operation == "reading" and resource.urn not in urns:
        resources.append(_distinct(replace(resource, external=True), urns))


def _changes(resource: Resource, resources: list[Resource]) -> bool:
    return all(each.inputs != resource.inputs for each in resources if each.urn == resource.urn)


def _check_version(document: Json, file: str, problems: list[Problem]) -> None:
    """Refuse a state of a version that nobody here has read: it may say what it holds in other words."""
    version = document.get("version", VERSIONS[0])
    if isinstance(version, bool) or version not in VERSIONS:
        what = f"a state of version {ascii(version)[:20]}"
        why = f"versions {' and '.join(map(str, VERSIONS))} are read"
        problems.append(Problem(what, why, "export it with `pulumi stack export`", "version", file))


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


def _distinct(resource: Resource, urns: dict[str, int]) -> Resource:
    """Tell copies of one URN apart: a copy that is still to be deleted costs beside its replacement."""
    count = urns[resource.urn] = urns.get(resource.urn, 0) + 1
    return resource if count == 1 else replace(resource, urn=f"{resource.urn}#{count}")


def _contents(document: Json, file: str, problems: list[Problem]) -> Contents:
    return Contents(graph_of_state(document, file, problems))


READER = Reader(is_state, _contents)
