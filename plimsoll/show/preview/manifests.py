"""The Kubernetes objects of a graph as manifests, for those who apply them by GitOps."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, cast

from plimsoll.graph.resource import Graph, Resource
from plimsoll.graph.types import HELM_RELEASE, is_kubernetes
from plimsoll.ground.markers import UNKNOWN, Secret
from plimsoll.ground.problems import Problem, SpecError
from plimsoll.objects.manifest import INDEX, file_name, index_of, stream, text_of
from plimsoll.preview.run import Preview
from plimsoll.show.text import PIPED, Style

HEADER = "# Written by 'plimsoll preview --format k8s'; edits are lost with the next one.\n"


@dataclass(frozen=True, slots=True)
class Manifests:
    """The objects by file name, in that order, and what was left out and why."""

    files: Mapping[str, str]
    left_out: tuple[str, ...]


def manifests(graph: Graph) -> Manifests:
    """Write every Kubernetes object that needs no secret and no Helm.

    Raises:
        SpecError: An object depends on a value that is not known before the update.
    """
    files: dict[str, str] = {}
    left_out: list[str] = []
    for resource in graph.resources:
        if not is_kubernetes(resource):
            continue
        if resource.type == HELM_RELEASE:
            left_out.append(f"Helm chart {resource.name}: install it as its own documentation says")
        elif _holds_secret(resource.inputs):
            left_out.append(f"{resource.type.rpartition(':')[2]} {resource.name}: it holds a secret")
        else:
            files[file_name(resource.inputs)] = _text(resource)
    return Manifests(dict(sorted(files.items())), tuple(sorted(left_out)))


def as_text(answer: Preview, _: Style = PIPED) -> str:
    """Write all objects as one YAML stream."""
    return stream(manifests(answer.graph).files)


def folder_of(objects: Manifests) -> dict[str, str]:
    """Put the objects together with the index that `kubectl apply -k` reads."""
    return {**objects.files, INDEX: HEADER + index_of(objects.files)}


def _text(resource: Resource) -> str:
    if _holds(resource.inputs, lambda value: value is UNKNOWN):
        raise SpecError(
            Problem(
                what=f"{resource.name} depends on a value that only the update will know",
                why="a manifest cannot wait for it",
                path=resource.urn,
            )
        )
    return text_of(resource.inputs)


def _holds_secret(value: Any) -> bool:  # noqa: ANN401 - inputs of any shape
    return _holds(value, lambda item: isinstance(item, Secret))


def _holds(value: Any, test: Callable[[Any], bool]) -> bool:  # noqa: ANN401 - inputs of any shape
    if test(value):
        return True
    if isinstance(value, Mapping):
        return any(_holds(item, test) for item in cast("Mapping[str, Any]", value).values())
    return isinstance(value, list) and any(_holds(item, test) for item in cast("list[Any]", value))
