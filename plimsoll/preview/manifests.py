"""The Kubernetes objects of a graph as manifests, for those who apply them by GitOps."""

import shutil
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from plimsoll.graph.resource import Graph, Resource
from plimsoll.ground.markers import UNKNOWN, Secret
from plimsoll.ground.problems import Problem, SpecError
from plimsoll.text.documents import yaml_text

PREFIX = "kubernetes:"
CHART = "kubernetes:helm.sh/v3:Release"
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
    for found in graph.resources:
        if not found.type.startswith(PREFIX):
            continue
        if found.type == CHART:
            left_out.append(f"Helm chart {found.name}: install it as its own documentation says")
        elif _holds_secret(found.inputs):
            left_out.append(f"{found.type.rpartition(':')[2]} {found.name}: it holds a secret")
        else:
            files[_file_name(found)] = _text(found)
    return Manifests(dict(sorted(files.items())), tuple(sorted(left_out)))


def one_stream(found: Manifests) -> str:
    """All objects as one YAML stream."""
    return "".join(f"---\n{text}" for text in found.files.values())


def write_folder(found: Manifests, folder: Path) -> None:
    """Replace `folder` as a whole, with an index; nobody ever sees half of it.

    Raises:
        SpecError: The folder holds something that was not written here.
    """
    _refuse_foreign(folder)
    folder.parent.mkdir(parents=True, exist_ok=True)
    scratch = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        fresh = scratch / "new"
        for name, text in found.files.items():
            path = fresh / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        fresh.mkdir(exist_ok=True)
        (fresh / INDEX).write_text(_index(found), encoding="utf-8")
        if folder.exists():
            folder.rename(scratch / "old")
        fresh.rename(folder)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _refuse_foreign(folder: Path) -> None:
    if not folder.exists():
        return
    index = folder / INDEX
    ours = folder.is_dir() and index.is_file() and index.read_text(encoding="utf-8").startswith(HEADER)
    if ours or (folder.is_dir() and not any(folder.iterdir())):
        return
    raise SpecError(
        Problem(
            what=f"{folder} exists and was not written by this command",
            why="the folder is replaced as a whole",
            fix="name a new folder, or empty this one",
            path="--out",
        )
    )


def _index(found: Manifests) -> str:
    body = {
        "apiVersion": "kustomize.config.k8s.io/v1beta1",
        "kind": "Kustomization",
        "resources": list(found.files),
    }
    return HEADER + yaml_text(body)


def _file_name(found: Resource) -> str:
    metadata = cast("Mapping[str, str]", found.inputs.get("metadata", {}))
    folder = metadata.get("namespace", CLUSTER_SCOPED)
    kind = str(found.inputs.get("kind", "")).lower()
    return f"{folder}/{kind}-{metadata.get('name', found.name)}.yaml"


def _text(found: Resource) -> str:
    if _holds(found.inputs, lambda value: value is UNKNOWN):
        raise SpecError(
            Problem(
                what=f"{found.name} depends on a value that only the update will know",
                why="a manifest cannot wait for it",
                path=found.urn,
            )
        )
    head = {key: found.inputs[key] for key in _FIRST if key in found.inputs}
    return yaml_text(head | {key: value for key, value in found.inputs.items() if key not in _FIRST})


def _holds_secret(value: Any) -> bool:  # noqa: ANN401 - inputs of any shape
    return _holds(value, lambda item: isinstance(item, Secret))


def _holds(value: Any, test: Callable[[Any], bool]) -> bool:  # noqa: ANN401 - inputs of any shape
    if test(value):
        return True
    if isinstance(value, Mapping):
        return any(_holds(item, test) for item in cast("Mapping[str, Any]", value).values())
    return isinstance(value, list) and any(_holds(item, test) for item in cast("list[Any]", value))
