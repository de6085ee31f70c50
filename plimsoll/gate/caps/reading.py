"""The hard caps that a resource graph puts on its own growth: what each is, and the graph without it.

A cap is one number in one object that bounds how many nodes there can be, or what a node has: a NodePool's
limits, a node group's maximum size, the quota of a namespace, the maximum of an autoscaler, the replicas of
a Deployment that none scales, the disk of a node class. `plimsoll.gate.caps.bill` says what they permit.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Literal, cast

from plimsoll.graph.resource import Graph, Resource
from plimsoll.ground.units import exact_text
from plimsoll.pricing.quantity import parse_quantity

NODE_POOL = "kubernetes:karpenter.sh/v1:NodePool"
NODE_GROUP = "aws:eks/nodeGroup:NodeGroup"
EC2_NODE_CLASS = "kubernetes:karpenter.k8s.aws/v1:EC2NodeClass"
AUTO_NODE_CLASS = "kubernetes:eks.amazonaws.com/v1:NodeClass"
QUOTA = "kubernetes:core/v1:ResourceQuota"
AUTOSCALER = "kubernetes:autoscaling/v2:HorizontalPodAutoscaler"
SCALED_OBJECT = "kubernetes:keda.sh/v1alpha1:ScaledObject"
DEPLOYMENT = "kubernetes:apps/v1:Deployment"
GROUPED = "kubernetes:leaderworkerset.x-k8s.io/v1:LeaderWorkerSet"

Kind = Literal["limit", "quota", "replicas", "disk"]
Path = tuple[str | int, ...]

_GIB = "Gi"


@dataclass(frozen=True, slots=True)
class Cap:
    """One number that bounds money. `path` leads to it in the inputs of the resource `urn`.

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
    """Pods that one object may have: at most so many, each asking for `requests`, on nodes with `selector`.

    `most` is None where nothing bounds them.
    """

    urn: str
    namespace: str
    selector: Mapping[str, str]
    requests: Mapping[str, Decimal]
    most: int | None


def caps_of(graph: Graph) -> tuple[Cap, ...]:
    """List every cap of a graph, in its order."""
    return tuple(cap for resource in graph.resources for cap in _caps_in(resource))


def _caps_in(resource: Resource) -> Iterator[Cap]:
    for kind, path in _places(resource):
        value = _number(at(resource.inputs, path))
        if value is not None:
            label = f"{resource.type.rpartition(':')[2]} {_named(resource)}"
            yield Cap(resource.urn, label, kind, path, value)


_FIXED: Mapping[str, tuple[Kind, Path]] = {
    NODE_GROUP: ("limit", ("scalingConfig", "maxSize")),
    AUTOSCALER: ("replicas", ("spec", "maxReplicas")),
    SCALED_OBJECT: ("replicas", ("spec", "maxReplicaCount")),
    DEPLOYMENT: ("replicas", ("spec", "replicas")),
    GROUPED: ("replicas", ("spec", "replicas")),
    AUTO_NODE_CLASS: ("disk", ("spec", "ephemeralStorage", "size")),
}
"""The types that have one cap, and where."""

_KEYED: Mapping[str, tuple[Kind, Path]] = {
    NODE_POOL: ("limit", ("spec", "limits")),
    QUOTA: ("quota", ("spec", "hard")),
}
"""The types that have a cap under every key of an object, and which."""


def _places(resource: Resource) -> Iterator[tuple[Kind, Path]]:
    """Where an object of this type keeps its caps."""
    if resource.type in _FIXED:
        yield _FIXED[resource.type]
    if resource.type in _KEYED:
        kind, path = _KEYED[resource.type]
        for key in sorted(mapping_at(resource.inputs, path)):
            yield kind, (*path, key)
    if resource.type == EC2_NODE_CLASS:
        disks: Path = ("spec", "blockDeviceMappings")
        for index in range(len(list_at(resource.inputs, disks))):
            yield "disk", (*disks, index, "ebs", "volumeSize")


def _number(value: object) -> Decimal | None:
    if isinstance(value, int):
        return Decimal(value)
    if not isinstance(value, str):
        return None
    return parse_quantity(value.removesuffix(_GIB))


def _named(resource: Resource) -> str:
    return str(at(resource.inputs, ("metadata", "name")) or resource.name)


def at(inputs: object, path: Path) -> Any:  # noqa: ANN401 - inputs of any shape
    """What is at a path, or None."""
    for step in path:
        if isinstance(inputs, Mapping):
            inputs = cast("Mapping[Any, Any]", inputs).get(step)
        elif isinstance(inputs, Sequence) and not isinstance(inputs, str) and isinstance(step, int):
            items = cast("Sequence[Any]", inputs)
            inputs = items[step] if step < len(items) else None
        else:
            return None
    return inputs


def mapping_at(inputs: object, path: Path) -> Mapping[str, Any]:
    """The object at a path; empty if there is none."""
    found = at(inputs, path)
    return cast("Mapping[str, Any]", found) if isinstance(found, Mapping) else {}


def list_at(inputs: object, path: Path) -> Sequence[Any]:
    """The list at a path; empty if there is none."""
    found = at(inputs, path)
    return cast("Sequence[Any]", found) if isinstance(found, list | tuple) else ()


def changed(graph: Graph, cap: Cap, value: Decimal | None) -> Graph:
    """The graph with another number in place of a cap; None takes the cap away."""

    def written(old: object) -> object:
        if value is None:
            return None
        if isinstance(old, str):
            return exact_text(value) + (_GIB if old.endswith(_GIB) else "")
        return int(value)

    def apply(resource: Resource) -> Resource:
        if resource.urn != cap.urn:
            return resource
        return replace(
            resource, inputs=_with(resource.inputs, cap.path, written(at(resource.inputs, cap.path)))
        )

    return replace(graph, resources=tuple(apply(resource) for resource in graph.resources))


def lifted(graph: Graph, caps: Sequence[Cap]) -> Graph:
    """The graph without some of its caps."""
    for cap in caps:
        graph = changed(graph, cap, None)
    return graph


def _with(inputs: Any, path: Path, value: object) -> Any:  # noqa: ANN401 - inputs of any shape
    """A copy of inputs with one value put in, or its key taken out."""
    first, rest = path[0], path[1:]
    if isinstance(inputs, Mapping):
        copy: dict[Any, Any] = dict(cast("Mapping[Any, Any]", inputs))
        if rest:
            copy[first] = _with(copy.get(first, {}), rest, value)
        elif value is None:
            copy.pop(first, None)
        else:
            copy[first] = value
        return copy
    items = list(cast("Sequence[Any]", inputs))
    items[cast("int", first)] = _with(items[cast("int", first)], rest, value)
    return items


def with_node_limit(pool: Resource, nodes: int) -> Resource:
    """A NodePool with no more than so many nodes, whatever else limits it."""
    own = _number(at(pool.inputs, ("spec", "limits", "nodes")))
    most = Decimal(nodes) if own is None else min(own, Decimal(nodes))
    return replace(pool, inputs=_with(pool.inputs, ("spec", "limits", "nodes"), exact_text(most)))


def pods_of(graph: Graph) -> tuple[Pods, ...]:
    """What may run: each Deployment and LeaderWorkerSet at the maximum of what scales it."""
    scaled = dict(_scaled(graph))
    found = [resource for resource in graph.resources if resource.type in (DEPLOYMENT, GROUPED)]
    return tuple(_pods(resource, scaled) for resource in found)


def _scaled(graph: Graph) -> Iterator[tuple[tuple[str, str], int | None]]:
    """The maximum of each autoscaler by what it scales; None where it has none."""
    for resource in graph.resources:
        if resource.type not in (AUTOSCALER, SCALED_OBJECT):
            continue
        field = "maxReplicas" if resource.type == AUTOSCALER else "maxReplicaCount"
        most = at(resource.inputs, ("spec", field))
        target = at(resource.inputs, ("spec", "scaleTargetRef", "name"))
        yield (_namespace(resource), str(target)), most if isinstance(most, int) else None


def _namespace(resource: Resource) -> str:
    return str(at(resource.inputs, ("metadata", "namespace")) or "default")


def _pods(resource: Resource, scaled: Mapping[tuple[str, str], int | None]) -> Pods:
    spec = at(resource.inputs, ("spec",))
    template, size = at(spec, ("template",)), 1
    if resource.type == GROUPED:
        group = at(spec, ("leaderWorkerTemplate",))
        template, size = at(group, ("workerTemplate",)), int(at(group, ("size",)) or 1)
    key = (_namespace(resource), _named(resource))
    replicas: int | None = scaled[key] if key in scaled else at(spec, ("replicas",))
    selector = mapping_at(template, ("spec", "nodeSelector"))
    requests: dict[str, Decimal] = {}
    for container in list_at(template, ("spec", "containers")):
        for name, amount in mapping_at(container, ("resources", "requests")).items():
            requests[name] = requests.get(name, Decimal(0)) + (parse_quantity(str(amount)) or Decimal(0))
    return Pods(resource.urn, key[0], dict(selector), requests, None if replicas is None else replicas * size)
