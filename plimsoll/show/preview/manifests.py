"""The Kubernetes objects of a graph as manifests, for those who apply them by GitOps."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, cast

from plimsoll.graph.resource import Graph, Resource
from plimsoll.graph.types import HELM_RELEASE, is_kubernetes
from plimsoll.ground.markers import UNKNOWN, Secret
from plimsoll.ground.problems import Problem, SpecError
from plimsoll.preview.run import Preview
from plimsoll.show.text import PIPED, Style
from plimsoll.text.documents import yaml_text

INDEX = "kustomization.yaml"
HEADER = "# Written by 'plimsoll preview --format k8s'; edits are lost with the next one.\n"
CLUSTER_SCOPED = "cluster"
_FIRST = ("apiVersion", "kind", "metadata")


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
            files[_file_name(resource)] = _text(resource)
    return Manifests(dict(sorted(files.items())), tuple(sorted(left_out)))


def as_text(answer: Preview, _: Style = PIPED) -> str:
    """Write all objects as one YAML stream."""
    return "".join(f"---\n{text}" for text in manifests(answer.graph).files.values())


def folder_of(objects: Manifests) -> dict[str, str]:
    """Put the objects together with the index that `kubectl apply -k` reads."""
    body = {
        "apiVersion": "kustomize.config.k8s.io/v1beta1",
        "kind": "Kustomization",
        "resources": list(objects.files),
    }
    return {**objects.files, INDEX: HEADER + yaml_text(body)}


def _file_name(resource: Resource) -> str:
    metadata = cast("Mapping[str, str]", resource.inputs.get("metadata", {}))
    folder = metadata.get("namespace", CLUSTER_SCOPED)
    kind = str(resource.inputs.get("kind", "")).lower()
    return f"{folder}/{kind}-{metadata.get('name', resource.name)}.yaml"


def _text(resource: Resource) -> str:
    if _holds(resource.inputs, lambda value: value is UNKNOWN):
        raise SpecError(
            Problem(
                what=f"{resource.name} depends on a value that only the update will know",
                why="a manifest cannot wait for it",
                path=resource.urn,
            )
        )
    head = {key: resource.inputs[key] for key in _FIRST if key in resource.inputs}
    return yaml_text(head | {key: value for key, value in resource.inputs.items() if key not in _FIRST})


def _holds_secret(value: Any) -> bool:  # noqa: ANN401 - inputs of any shape
    return _holds(value, lambda item: isinstance(item, Secret))


def _holds(value: Any, test: Callable[[Any], bool]) -> bool:  # noqa: ANN401 - inputs of any shape
    if test(value):
        return True
    if isinstance(value, Mapping):
        return any(_holds(item, test) for item in cast("Mapping[str, Any]", value).values())
    return isinstance(value, list) and any(_holds(item, test) for item in cast("list[Any]", value))
