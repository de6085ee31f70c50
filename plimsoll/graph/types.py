"""Type tokens are written here, once each."""

from plimsoll.graph.resource import Resource


def is_kind(resource: Resource, *kinds: str) -> bool:
    """Tell whether a resource is a Kubernetes object of one of some kinds, of any group and version."""
    return resource.type.startswith("kubernetes:") and resource.type.rpartition(":")[2] in kinds
