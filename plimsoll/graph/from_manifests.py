"""Kubernetes manifests as a resource graph: YAML with several documents, JSON, and List kinds."""

from collections.abc import Iterator, Mapping
from typing import Any, cast

import yaml

from plimsoll.graph.resource import Resource
from plimsoll.ground.problems import Problem

MAX_BYTES = 32 << 20
MAX_NODES = 2_000_000
"""Values that one file may unfold to, anchors followed: no real manifest has so many."""


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """Refuses a key given twice, as the API server's strict decoding does; a date stays text."""

    def construct_mapping(self, node: Any, deep: bool = False) -> Any:  # noqa: ANN401 - PyYAML's signature
        seen: set[Any] = set()
        for key_node, _ in node.value:
            if key_node.tag == "tag:yaml.org,2002:merge":
                continue
            key = self.construct_object(key_node, deep=True)  # pyright: ignore
            if not isinstance(key, str | int | float | bool | None):
                raise yaml.constructor.ConstructorError(
                    None, None, "a key is not a word", key_node.start_mark
                )
            if key in seen:
                text = f"key {ascii(key)[:60]} is given twice"
                raise yaml.constructor.ConstructorError(None, None, text, key_node.start_mark)
            seen.add(key)
        return super().construct_mapping(node, deep)  # pyright: ignore


_Loader.add_constructor("tag:yaml.org,2002:timestamp", lambda loader, node: loader.construct_scalar(node))  # pyright: ignore


def documents_of(text: str, file: str, problems: list[Problem]) -> list[Any]:
    """Read the documents of a YAML (or JSON) file; what cannot be read is a problem with its place."""
    try:
        found = [d for d in yaml.load_all(text, Loader=_Loader) if d is not None]
        if sum(1 for document in found for _ in _nodes(document)) >= MAX_NODES:
            problems.append(Problem("unfolds to too many values", "", "write anchors out", file=file))
            return []
    except yaml.MarkedYAMLError as error:
        problems.append(_syntax(error, text, file))
        return []
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        problems.append(Problem("not YAML", str(error).splitlines()[0][:200], "check the file", file=file))
        return []
    return found


def _nodes(document: Any) -> Iterator[None]:  # noqa: ANN401 - foreign data
    """Walk a document without recursion, up to the bound; aliases count each time they are met."""
    stack, count = [document], 0
    while stack and count < MAX_NODES:
        item = stack.pop()
        count += 1
        yield None
        if isinstance(item, Mapping):
            stack.extend(cast("Mapping[Any, Any]", item).values())
        elif isinstance(item, list):
            stack.extend(cast("list[Any]", item))


def _syntax(error: yaml.MarkedYAMLError, text: str, file: str) -> Problem:
    mark = error.problem_mark or error.context_mark
    line, column = (mark.line + 1, mark.column + 1) if mark else (0, 0)
    if "{{" in text:
        fix = "render the template first: helm template … | plimsoll check -"
        return Problem("a template, not a manifest", "it holds {{ … }}", fix, "", file, line, column)
    return Problem("not YAML", error.problem or "", "check this line", "", file, line, column)


def is_manifest(document: object) -> bool:
    """Whether a document is a Kubernetes object or a list of them."""
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
    """A kustomization that only lists files is no object; one that changes or fetches them must be built."""
    listed = cast("list[object]", document.get("resources") or [])
    makes = [key for key in _KUSTOMIZE_BUILDS if document.get(key)]
    if makes or any("://" in str(item) or str(item).startswith("github.com") for item in listed):
        why = (
            f"it has {', '.join(makes) or 'remote resources'}, so the objects differ from the files beside it"
        )
        fix = "build it: kustomize build … | plimsoll check -"
        yield Problem("a kustomization that is not built", why, fix, path, file)
