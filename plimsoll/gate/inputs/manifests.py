"""Read Kubernetes manifests; objects of several files are one graph."""

from plimsoll.gate.inputs.reader import Contents, Json, Reader
from plimsoll.graph.from_manifests import is_manifest, resources_of
from plimsoll.ground.problems import Problem


def _contents(document: Json, file: str, problems: list[Problem]) -> Contents:
    return Contents(objects=tuple(resources_of(document, file, problems)))


READER = Reader(is_manifest, _contents)
