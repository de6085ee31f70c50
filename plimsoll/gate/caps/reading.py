"""A resource graph puts hard caps on its own growth: what each is, and the graph without it.

A cap is one number in one object that bounds how many nodes there can be, or what a node has: a NodePool's
limits, a node group's maximum size, the quota of a namespace, the maximum of an autoscaler, the replicas of
a Deployment that none scales, the disk of a node class. `plimsoll.gate.caps.bill` says what they permit.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Literal, cast

from plimsoll.graph.resource import Graph, Resource
from plimsoll.graph.types import (
    AUTO_NODE_CLASS,
    DEPLOYMENT,
    EC2_NODE_CLASS,
    LEADER_WORKER_SET,
    NODE_GROUP,
    NODE_POOL,
    POD_AUTOSCALER,
    RESOURCE_QUOTA,
    SCALED_OBJECT,
)
from plimsoll.ground.quantity import parse_quantity
from plimsoll.ground.tree import list_at, mapping_at, step
from plimsoll.ground.units import exact_text

Kind = Literal["limit", "quota", "replicas", "disk"]
Path = tuple[str | int, ...]

_GIB = "Gi"


@dataclass(frozen=True, slots=True)
class Cap:
    """A cap is one number that bounds money. `path` leads to it in the inputs of the resource `urn`.

    `value` is in the unit that the object writes it in: pieces, cores, or GiB of disk.
    """

    urn: str
    name: str
    kind: Kind
    path: Path
    value: Decimal

    def __str__(self) -> str:
        return f"{self.name} {'.'.join(str(step) for step in self.path)} = {exact_text(self.value)}"


@dataclass(frozen=True, slots=True)
class Pods:
    """One object may have so many pods, each asking for `requests`, on nodes with `selector`.

    `most` is None where nothing bounds them.
    """

    namespace: str
    selector: Mapping[str, str]
    requests: Mapping[str, Decimal]
    most: int | None


def caps_of(graph: Graph) -> tuple[Cap, ...]:
    """List every cap of a graph, in its order."""
    return tuple(cap for resource in graph.resources for cap in _caps_in(resource))


def _caps_in(resource: Resource) -> Iterator[Cap]:
    for kind, path in _places(resource):
        value = _number(step(resource.inputs, *path))
        if value is not None:
            label = f"{resource.type.rpartition(':')[2]} {named(resource)}"
            yield Cap(resource.urn, label, kind, path, value)


_FIXED: Mapping[str, tuple[Kind, Path]] = {
    NODE_GROUP: ("limit", ("scalingConfig", "maxSize")),
    POD_AUTOSCALER: ("replicas", ("spec", "maxReplicas")),
    SCALED_OBJECT: ("replicas", ("spec", "maxReplicaCount")),
    DEPLOYMENT: ("replicas", ("spec", "replicas")),
    LEADER_WORKER_SET: ("replicas", ("spec", "replicas")),
    AUTO_NODE_CLASS: ("disk", ("spec", "ephemeralStorage", "size")),
}
"""The types that have one cap, and where."""

_KEYED: Mapping[str, tuple[Kind, Path]] = {
    NODE_POOL: ("limit", ("spec", "limits")),
    RESOURCE_QUOTA: ("quota", ("spec", "hard")),
}
"""The types that have a cap under every key of an object, and which."""


def _places(resource: Resource) -> Iterator[tuple[Kind, Path]]:
    """Yield where an object of this type keeps its caps."""
    if resource.type in _FIXED:
        yield _FIXED[resource.type]
    if resource.type in _KEYED:
        kind, path = _KEYED[resource.type]
        for key in sorted(mapping_at(resource.inputs, *path)):
            yield kind, (*path, key)
    if resource.type == EC2_NODE_CLASS:
        disks: Path = ("spec", "blockDeviceMappings")
        for index in range(len(list_at(resource.inputs, *disks))):
            yield "disk", (*disks, index, "ebs", "volumeSize")


def _number(value: object) -> Decimal | None:
    if isinstance(value, int):
        return Decimal(value)
    if not isinstance(value, str):
        return None
    return parse_quantity(value.removesuffix(_GIB))


def named(resource: Resource) -> str:
    """Name a Kubernetes object as its metadata do."""
    return str(step(resource.inputs, "metadata", "name") or resource.name)


def lifted(graph: Graph, caps: Sequence[Cap]) -> Graph:
    """Take some of its caps away from a graph."""
    paths: dict[str, list[Path]] = {}
    for cap in caps:
        paths.setdefault(cap.urn, []).append(cap.path)

    def bare(resource: Resource) -> Resource:
        inputs = resource.inputs
        for path in paths.get(resource.urn, ()):
            inputs = put(inputs, path, None)
        return replace(resource, inputs=inputs)

    return replace(graph, resources=tuple(map(bare, graph.resources)))


def put(inputs: Any, path: Path, value: object) -> Any:  # noqa: ANN401 - inputs of any shape
    """Copy inputs with one value put in, or, for None, its key taken out."""
    first, rest = path[0], path[1:]
    if isinstance(inputs, Mapping):
        copy: dict[Any, Any] = dict(cast("Mapping[Any, Any]", inputs))
        if rest:
            copy[first] = put(copy.get(first, {}), rest, value)
        elif value is None:
            copy.pop(first, None)
        else:
            copy[first] = value
        return copy
    items = list(cast("Sequence[Any]", inputs))
    items[cast("int", first)] = put(items[cast("int", first)], rest, value)
    return items


def with_node_limit(pool: Resource, nodes: int) -> Resource:
    """Limit a NodePool to so many nodes, whatever else limits it."""
    own = _number(step(pool.inputs, "spec", "limits", "nodes"))
    most = Decimal(nodes) if own is None else min(own, Decimal(nodes))
    return replace(pool, inputs=put(pool.inputs, ("spec", "limits", "nodes"), exact_text(most)))


def pods_of(graph: Graph) -> tuple[Pods, ...]:
    """List what may run: each Deployment and LeaderWorkerSet at the maximum of what scales it."""
    scaled = dict(_scaled(graph))
    found = [resource for resource in graph.resources if resource.type in (DEPLOYMENT, LEADER_WORKER_SET)]
    return tuple(_pods(resource, scaled) for resource in found)


def _scaled(graph: Graph) -> Iterator[tuple[tuple[str, str], int | None]]:
    """Yield the maximum of each autoscaler by what it scales; None where it has none."""
    for resource in graph.resources:
        if resource.type not in (POD_AUTOSCALER, SCALED_OBJECT):
            continue
        field = "maxReplicas" if resource.type == POD_AUTOSCALER else "maxReplicaCount"
        most = step(resource.inputs, "spec", field)
        target = step(resource.inputs, "spec", "scaleTargetRef", "name")
        yield (_namespace(resource), str(target)), _count(most)


def _namespace(resource: Resource) -> str:
    return str(step(resource.inputs, "metadata", "namespace") or "default")


def _pods(resource: Resource, scaled: Mapping[tuple[str, str], int | None]) -> Pods:
    spec = step(resource.inputs, "spec")
    template, size = step(spec, "template"), 1
    if resource.type == LEADER_WORKER_SET:
        group = step(spec, "leaderWorkerTemplate")
        template, size = step(group, "workerTemplate"), _count(step(group, "size") or 1)
    key = (_namespace(resource), named(resource))
    replicas = scaled[key] if key in scaled else _count(step(spec, "replicas"))
    most = None if replicas is None or size is None else replicas * size
    selector = {str(k): str(v) for k, v in mapping_at(template, "spec", "nodeSelector").items()}
    requests: dict[str, Decimal] = {}
    for container in list_at(template, "spec", "containers"):
        for name, amount in mapping_at(container, "resources", "requests").items():
            requests[name] = requests.get(name, Decimal(0)) + (parse_quantity(str(amount)) or Decimal(0))
    return Pods(key[0], selector, requests, most)


def _count(value: object) -> int | None:
    """Read a count; None for what is none, which then bounds nothing."""
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None
