"""Kubernetes manifests become a resource graph: YAML with several documents, JSON, and List kinds."""

from collections.abc import Iterator, Mapping
from typing import Any, cast

from plimsoll.graph.resource import Resource
from plimsoll.ground.problems import Problem

MAX_BYTES = 32 << 20


def is_manifest(document: object) -> bool:
    """Tell whether a document is a Kubernetes object or a list of them."""
    if not isinstance(document, Mapping):
        return False
    mapping = cast("Mapping[str, Any]", document)
    return isinstance(mapping.get("kind"), str) and isinstance(mapping.get("apiVersion"), str)


def resources_of(document: Any, file: str, problems: list[Problem], path: str = "") -> Iterator[Resource]:  # noqa: ANN401
    """Turn one document into resources; a List kind into one for each item."""
    if not is_manifest(document):
        why = "a manifest has apiVersion and kind"
        problems.append(Problem("not a Kubernetes manifest", why, "leave the file out", path, file))
        return
    kind, version = document["kind"], document["apiVersion"]
    items = document.get("items")
    if kind.endswith("List") and isinstance(items, list):
        for index, item in enumerate(cast("list[Any]", items)):
            entry = item
            if isinstance(item, Mapping) and "kind" not in item and kind != "List":
                entry = {
                    "apiVersion": version,
                    "kind": kind.removesuffix("List"),
                    **cast("dict[str, Any]", item),
                }
            yield from resources_of(entry, file, problems, f"{path}items[{index}]")
        return
    if kind == "Kustomization" and version.startswith("kustomize.config.k8s.io/"):
        problems.extend(_unbuilt(document, path, file))
        return
    metadata = document.get("metadata")
    names = cast("Mapping[str, Any]", metadata if isinstance(metadata, Mapping) else {})
    name = names.get("name", names.get("generateName"))
    if not isinstance(name, str) or not name:
        problems.append(Problem(f"{kind} has no metadata.name", "", "name it", f"{path}metadata.name", file))
        return
    namespace = names.get("namespace")
    group = version if "/" in version else f"core/{version}"
    token = f"kubernetes:{group}:{kind}"
    where = f"{namespace}/{name}" if isinstance(namespace, str) else name
    yield Resource(f"urn:pulumi:manifests::kubernetes::{token}::{where}", token, where, document, file=file)


_KUSTOMIZE_BUILDS = (
    "bases",
    "components",
    "generators",
    "helmCharts",
    "patches",
    "replacements",
    "transformers",
)


def _unbuilt(document: Mapping[str, Any], path: str, file: str) -> Iterator[Problem]:
    """Refuse a kustomization that must be built; one that only lists files is no object."""
    listed = cast("list[object]", document.get("resources") or [])
    makes = [key for key in _KUSTOMIZE_BUILDS if document.get(key)]
    if makes or any("://" in str(item) or str(item).startswith("github.com") for item in listed):
        why = (
            f"it has {', '.join(makes) or 'remote resources'}, so the objects differ from the files beside it"
        )
        fix = "build it: kustomize build … | plimsoll check -"
        yield Problem("a kustomization that is not built", why, fix, path, file)
