"""Read a digest, which `pulumi preview --json` prints: the resources step by step."""

from collections.abc import Mapping
from dataclasses import replace
from typing import cast

from plimsoll.gate.inputs.reader import Contents, Json, Reader
from plimsoll.graph.from_pulumi import graph_of, list_of, problem_of, resource_of
from plimsoll.graph.resource import Graph, Resource
from plimsoll.graph.values import HIDDEN
from plimsoll.ground.problems import Problem

UNSEEN = "plimsoll:unseen"
"""Stands for resources that an input leaves out; its `why` says which."""

UNCHANGED = "urn:unchanged"
"""Names them in every digest."""

GONE = frozenset({"delete", "delete-replaced", "discard", "discard-replaced", "remove-pending-replace"})
"""Operations of a digest after which the resource is no longer there."""
READ = frozenset({"read", "read-replacement", "read-discard"})
STAYS = frozenset({"same", "create", "update", "replace", "create-replacement", "refresh", "import"})
KNOWN_OPERATIONS = GONE | READ | STAYS | {"import-replacement"}


def is_digest(document: Json) -> bool:
    """Recognise what `pulumi preview --json` prints."""
    return isinstance(document.get("steps"), list) or ("changeSummary" in document and "config" in document)


def graph_of_digest(document: Json, file: str, problems: list[Problem]) -> Graph:
    """Read a digest: what the graph holds after the operation."""
    found: dict[str, Resource] = {}
    shown_same = 0
    for index, step in enumerate(list_of(document, "steps", file, problems)):
        path = f"steps[{index}]"
        if not isinstance(step, Mapping):
            problems.append(problem_of("not an object", file, path))
            continue
        entry = cast("Json", step)
        operation = entry.get("op")
        if not isinstance(operation, str) or operation not in KNOWN_OPERATIONS:
            problems.append(problem_of(f"unknown operation {ascii(operation)[:40]}", file, f"{path}.op"))
            continue
        shown_same += operation == "same"
        if operation in GONE:
            continue
        resource = resource_of(entry.get("newState"), file, f"{path}.newState", problems)
        if resource is not None:
            external = resource.external or operation in READ
            found[resource.urn] = replace(resource, external=external)
    hidden = _hidden(document, shown_same)
    if hidden:
        why = f"{hidden} unchanged resources are left out of the digest, so what they cost is not known"
        found[UNCHANGED] = _unseen(why)
    region = _config_region(document)
    return graph_of(list(found.values()), region)


def _hidden(document: Json, shown: int) -> int:
    """Count the unchanged resources that a digest without --show-sames does not show."""
    summary = document.get("changeSummary")
    same = cast("Json", summary).get("same", 0) if isinstance(summary, Mapping) else 0
    return same - shown if isinstance(same, int) and same > shown else 0


def _unseen(why: str) -> Resource:
    return Resource(UNCHANGED, UNSEEN, "unchanged", {"why": why})


def _config_region(document: Json) -> str | None:
    config = document.get("config")
    region = cast("Json", config).get("aws:region") if isinstance(config, Mapping) else None
    return region if isinstance(region, str) and region != HIDDEN else None


def _contents(document: Json, file: str, problems: list[Problem]) -> Contents:
    return Contents(graph_of_digest(document, file, problems))


READER = Reader(is_digest, _contents)
