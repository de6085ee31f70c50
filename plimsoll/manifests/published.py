"""The package holds what the Kubernetes API says of the kinds emitted; each file is read when needed."""

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from plimsoll import manifests
from plimsoll.files.package import data_text
from plimsoll.ground.problems import Problem

UNPUBLISHED = frozenset({"eks.amazonaws.com/v1:NodeClass"})
"""EKS Auto Mode's own kind: AWS publishes no CRD for it."""


class _Custom(Mapping[str, Any]):
    """Custom schemas stand by `apiVersion:Kind`; the biggest file is read only if it is used."""

    def __init__(self) -> None:
        self._files = json.loads(data_text("crds", "index.json"))

    def __getitem__(self, kind: str) -> Any:  # noqa: ANN401 - a schema
        version = kind.split(":")[0].rsplit("/", 1)[-1]
        found = crd(self._files[kind])["spec"]["versions"]
        return next(each["schema"]["openAPIV3Schema"] for each in found if each["name"] == version)

    def __iter__(self) -> Iterator[str]:
        return iter(self._files)

    def __len__(self) -> int:
        return len(self._files)


@cache
def crd(name: str) -> dict[str, Any]:
    """Read one CustomResourceDefinition by its file name."""
    return json.loads(data_text("crds", name))


def crds() -> list[dict[str, Any]]:
    """Read every CustomResourceDefinition, to install into a cluster."""
    index: dict[str, str] = json.loads(data_text("crds", "index.json"))
    return [crd(name) for name in sorted(set(index.values()))]


@cache
def schemas() -> manifests.Schemas:
    """Read all schemas, custom and built-in."""
    builtin = crd("builtin.json")
    return manifests.Schemas(_Custom(), builtin["kinds"], builtin["definitions"], UNPUBLISHED)


def validate(objects: Sequence[Mapping[str, Any]]) -> list[Problem]:
    """List everything that is wrong with Kubernetes objects that will be created together."""
    return manifests.validate(objects, schemas())
