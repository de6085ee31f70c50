"""A manifest is one object as text, in a file whose name says which object it is."""

from collections.abc import Iterable, Mapping
from typing import Any, cast

from plimsoll.ground.tree import mapping_at
from plimsoll.objects.tags import WORKLOAD_LABEL
from plimsoll.text.documents import documents_of, yaml_text

INDEX = "kustomization.yaml"
CLUSTER_SCOPED = "cluster"
"""The folder of objects without a namespace."""

_FIRST = ("apiVersion", "kind", "metadata")

_BEFORE_OTHERS = ("namespace", "validatingadmissionpolicy", "validatingadmissionpolicybinding")
"""Kinds that are applied first: what all else stands in, and the caps that all else is held to."""


def file_name(made: Mapping[str, Any]) -> str:
    """Name the file of an object: the folder of its namespace, its kind and its name."""
    metadata = cast("Mapping[str, str]", made["metadata"])
    folder = metadata.get("namespace", CLUSTER_SCOPED)
    return f"{folder}/{str(made['kind']).lower()}-{metadata['name']}.yaml"


def text_of(made: Mapping[str, Any]) -> str:
    """Write an object as YAML: what it is first, then the rest; keys in order of name, as engines do."""
    names = [*(key for key in _FIRST if key in made), *sorted(key for key in made if key not in _FIRST)]
    return yaml_text({name: _sorted(made[name]) for name in names})


def _sorted(value: Any) -> Any:  # noqa: ANN401 - any part of an object
    if isinstance(value, Mapping):
        part = cast("Mapping[str, Any]", value)
        return {key: _sorted(part[key]) for key in sorted(part)}
    return [_sorted(item) for item in cast("list[Any]", value)] if isinstance(value, list) else value


def stream(files: Mapping[str, str]) -> str:
    """Write all manifests as one YAML stream that can be applied: what others stand in comes first."""
    return "".join(f"---\n{files[name]}" for name in sorted(files, key=lambda name: (_rank(name), name)))


def _rank(name: str) -> int:
    kind = name.rpartition("/")[2].partition("-")[0]
    return _BEFORE_OTHERS.index(kind) if kind in _BEFORE_OTHERS else len(_BEFORE_OTHERS)


def index_of(names: Iterable[str]) -> str:
    """Write the index that `kubectl apply -k` reads."""
    body = {
        "apiVersion": "kustomize.config.k8s.io/v1beta1",
        "kind": "Kustomization",
        "resources": list(names),
    }
    return yaml_text(body)


def workload_of(text: str) -> str | None:
    """Read which workload a manifest was written for; None for one that was not written here."""
    documents = documents_of(text, "", [])
    value = mapping_at(documents[0] if documents else None, "metadata", "labels").get(WORKLOAD_LABEL)
    return value if isinstance(value, str) else None
