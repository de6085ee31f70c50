"""A resource graph puts hard caps on its own growth: what each is, and the graph without it.

A cap is one number in one object that bounds how many nodes there can be, or what a node has: a NodePool's
limits, a node group's maximum size, the quota of a namespace, the maximum of an autoscaler, the replicas of
a Deployment that none scales, the disk of a node class. `plimsoll.gate.caps.bill` says what they permit.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Literal, cast

from plimsoll.gate.caps.rollout import surge
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
    is_kind,
)
from plimsoll.ground.tree import list_at, mapping_at, step
from plimsoll.ground.units import GIB, exact_text
from plimsoll.pricing.inputs import inputs_of, view_of
from plimsoll.pricing.result import Unpriceable

Kind = Literal["limit", "quota", "replicas", "disk"]
Path = tuple[str | int, ...]

_GIB = "Gi"


@dataclass(frozen=True, slots=True)
class Cap:
    """A cap is one number that bounds money. `path` leads to it in the inputs of the resource `urn`.

    `value` is in `unit`: "GiB", or "" for pieces, cores and bytes.
    """

    urn: str
    name: str
    kind: Kind
    path: Path
    value: Decimal
    unit: str = ""

    def __str__(self) -> str:
        return f"{self.name} {'.'.join(str(step) for step in self.path)} = {exact_text(self.value)}"


@dataclass(frozen=True, slots=True)
class Pods:
    """One object may have so many pods, each asking for `requests`, on nodes with `selector`.

    `most` is None where nothing bounds them. Pods that tolerate nothing land on no planned pool.
    """

    namespace: str
    selector: Mapping[str, str]
    tolerant: bool
    requests: Mapping[str, Decimal]
    most: int | None

    def may_land(self, labels: Mapping[str, str]) -> bool:
        """Tell whether such a pod may run on nodes with these labels."""
        return (bool(self.selector) or self.tolerant) and self.selector.items() <= labels.items()


def caps_of(graph: Graph) -> tuple[Cap, ...]:
    """List every cap of a graph, in its order."""
    return tuple(cap for resource in graph.resources for cap in _caps_in(resource))


def _caps_in(resource: Resource) -> Iterator[Cap]:
    for kind, path in _places(resource):
        written = step(resource.inputs, *path)
        value = amount(written)
        if value is not None:
            label = f"{resource.type.rpartition(':')[2]} {named(resource)}"
            unit = "GiB" if kind == "disk" or str(written).endswith(_GIB) else ""
            yield Cap(resource.urn, label, kind, path, value / GIB if unit else value, unit)


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
    if resource.type in _KEYED and not _scoped(resource):
        kind, path = _KEYED[resource.type]
        for key in sorted(mapping_at(resource.inputs, *path)):
            yield kind, (*path, key)
    if resource.type == EC2_NODE_CLASS:
        disks: Path = ("spec", "blockDeviceMappings")
        for index in range(len(list_at(resource.inputs, *disks))):
            yield "disk", (*disks, index, "ebs", "volumeSize")


def _scoped(resource: Resource) -> bool:
    """Tell whether a quota counts some pods only: pods beside its scope are as many as anybody likes."""
    spec = step(resource.inputs, "spec")
    return any(step(spec, key) not in (None, [], {}) for key in ("scopes", "scopeSelector"))


def amount(value: object) -> Decimal | None:
    """Read an amount as strictly as pricing does; None for what is none, which then bounds nothing."""
    try:
        return view_of(value).quantity()
    except Unpriceable:
        return None


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
    """Limit a NodePool to so many nodes, whatever else limits it.

    Limits that cannot be read stay as they are: pricing then says so, and nothing bounds the pool.
    """
    try:
        limits = {key: view.quantity() for key, view in inputs_of(pool)["spec"]["limits"].entries()}
    except Unpriceable:
        return pool
    most = min(limits.get("nodes", Decimal(nodes)), Decimal(nodes))
    return replace(pool, inputs=put(pool.inputs, ("spec", "limits", "nodes"), exact_text(most)))


def quotas_of(graph: Graph, namespace: str) -> Iterator[tuple[str, Decimal]]:
    """Yield what the quotas of a namespace let its pods ask for, each by the name of what is asked for."""
    for quota in graph.resources:
        if quota.type != RESOURCE_QUOTA or _namespace(quota) != namespace or _scoped(quota):
            continue
        for key, written in mapping_at(quota.inputs, "spec", "hard").items():
            hard = amount(written)
            if hard is not None:
                yield key.removeprefix("requests."), hard


_REPLICATED = ("Deployment", "LeaderWorkerSet")
_OWNERS = (*_REPLICATED, "StatefulSet", "ReplicaSet", "ReplicationController", "Job", "CronJob", "Pod")
"""Kinds that pods come from; a DaemonSet's follow nodes, and make none."""

_Target = tuple[str, str, str]
"""What is scaled: namespace, kind, name."""


def pods_of(graph: Graph) -> tuple[Pods, ...]:
    """List what may run: each Deployment and LeaderWorkerSet at the maximum of what scales it."""
    scaled = _scaled(graph)
    return tuple(_pods(resource, scaled) for resource in graph.resources if is_kind(resource, *_OWNERS))


def _scaled(graph: Graph) -> dict[_Target, int | None]:
    """Read the maximum of what scales each; of several scalers the largest, None where one has none."""
    found: dict[_Target, int | None] = {}
    for resource in graph.resources:
        if not is_kind(resource, "HorizontalPodAutoscaler", "ScaledObject"):
            continue
        reference = step(resource.inputs, "spec", "scaleTargetRef")
        kind = step(reference, "kind") or "Deployment"
        target = (_namespace(resource), str(kind), str(step(reference, "name")))
        most, before = _scalers_most(resource), found.get(target, 0)
        found[target] = None if most is None or before is None else max(most, before)
    return found


def _scalers_most(scaler: Resource) -> int | None:
    """Read the maximum of one autoscaler; a number of replicas that is held while it pauses counts too."""
    spec = step(scaler.inputs, "spec")
    if is_kind(scaler, "HorizontalPodAutoscaler"):
        return _count(step(spec, "maxReplicas"), least=1)
    most = _count(step(spec, "maxReplicaCount"), least=1)
    paused = step(scaler.inputs, "metadata", "annotations", "autoscaling.keda.sh/paused-replicas")
    if paused is None or most is None:
        return most
    held = amount(paused)
    return None if held is None else max(most, math.ceil(held))


def _namespace(resource: Resource) -> str:
    return str(step(resource.inputs, "metadata", "namespace") or "default")


def _pods(resource: Resource, scaled: Mapping[_Target, int | None]) -> Pods:
    spec, kind = step(resource.inputs, "spec"), resource.type.rpartition(":")[2]
    template = step(spec, "template")
    if kind == "LeaderWorkerSet":
        template = step(spec, "leaderWorkerTemplate", "workerTemplate")
    elif kind == "Pod":
        template = resource.inputs
    elif kind == "CronJob":
        template = step(spec, "jobTemplate", "spec", "template")
    space = _namespace(resource)
    most = _most(spec, kind, scaled, (space, kind, named(resource)))
    selector = {str(k): str(v) for k, v in mapping_at(template, "spec", "nodeSelector").items()}
    tolerant = bool(step(template, "spec", "tolerations"))
    return Pods(space, selector, tolerant, _requests(template), most)


def _most(spec: object, kind: str, scaled: Mapping[_Target, int | None], key: _Target) -> int | None:
    """Bound the pods of one object; only kinds that a plan has are bounded by what they say."""
    if kind not in _REPLICATED:
        return None
    replicas = scaled[key] if key in scaled else _count(step(spec, "replicas"))
    more = None if replicas is None else surge(spec, kind, replicas)
    size = step(spec, "leaderWorkerTemplate", "size") if kind == "LeaderWorkerSet" else 1
    each = _count(1 if size is None else size, least=1)
    return None if replicas is None or more is None or each is None else (replicas + more) * each


def _requests(template: object) -> dict[str, Decimal]:
    """Add up what the containers of a pod ask for; what cannot be read is asked for by none."""
    requests: dict[str, Decimal] = {}
    for container in list_at(template, "spec", "containers"):
        for name, written in mapping_at(container, "resources", "requests").items():
            requests[name] = requests.get(name, Decimal(0)) + (amount(written) or Decimal(0))
    return requests


def _count(value: object, *, least: int = 0) -> int | None:
    """Read a count; None for what is none, which then bounds nothing."""
    try:
        return view_of(value).count(least=least)
    except Unpriceable:
        return None
