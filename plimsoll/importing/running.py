"""What runs is found in a graph: every Deployment and the like whose pods serve, with its replicas."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field
from typing import Any

from plimsoll.graph.resource import Graph, Resource
from plimsoll.graph.types import is_kind
from plimsoll.ground.start_up import record
from plimsoll.ground.tree import list_at, mapping_at, step
from plimsoll.importing.server import Server, server_of

KINDS = ("Deployment", "StatefulSet", "LeaderWorkerSet", "InferenceService", "ReplicaSet", "Rollout")
"""Objects that keep replicas of a server: Kubernetes' own, LeaderWorkerSet, KServe's, Argo's."""

SCALERS = ("HorizontalPodAutoscaler", "ScaledObject")

WORKLOAD = "plimsoll.dev/workload"
"""The label by which two pools of one workload belong together."""

GPU = "nvidia.com/gpu"
_NEURON = ("aws.amazon.com/neuron", "aws.amazon.com/neuroncore", "aws.amazon.com/neurondevice")


@record
class ReplicaBounds:
    """Replicas that an autoscaler keeps; both the same where there is none. `scaler` is what it is told."""

    least: int
    most: int
    said: bool
    scaler: Mapping[str, Any] = field(default_factory=dict[str, Any])


@record
class Running:
    """One object that keeps replicas of a server.

    `accelerators` is what one replica's pod asks for; `nodes` how many pods one replica is.
    """

    resource: Resource
    name: str
    workload: str
    server: Server
    container: Mapping[str, Any]
    pod: Mapping[str, Any]
    accelerators: int
    nodes: int
    bounds: ReplicaBounds


def running_in(graph: Graph) -> list[Running]:
    """Find what serves in a graph: pods with an accelerator, and servers that are known without one."""
    scalers = [each for each in graph.resources if is_kind(each, *SCALERS)]
    found = [one for each in graph.resources if is_kind(each, *KINDS) for one in _running(each, scalers)]
    return [each for each in found if each.accelerators or each.server.engine]


def _running(resource: Resource, scalers: Sequence[Resource]) -> Iterator[Running]:
    pod, nodes = _pod(resource)
    containers: list[Any] = [each for each in list_at(pod, "spec", "containers") if isinstance(each, Mapping)]
    served: list[tuple[Mapping[str, Any], Server]] = [(each, server_of(each)) for each in containers]
    if not served:
        return
    # A pod may carry proxies and exporters beside its server: the one that holds the accelerator serves.
    container, server = max(served, key=lambda pair: (_accelerators(pair[0]), pair[1].engine is not None))
    name = str(step(resource.inputs, "metadata", "name") or resource.name.rpartition("/")[2])
    label = step(pod, "metadata", "labels", WORKLOAD) or step(resource.inputs, "metadata", "labels", WORKLOAD)
    yield Running(
        resource,
        name,
        label if isinstance(label, str) else name,
        server,
        container,
        pod,
        _accelerators(container),
        nodes,
        _bounds(resource, name, scalers),
    )


def _pod(resource: Resource) -> tuple[Mapping[str, Any], int]:
    """Find the pod of one replica, and of how many nodes a replica is."""
    spec = mapping_at(resource.inputs, "spec")
    if group := mapping_at(spec, "leaderWorkerTemplate"):
        size = step(group, "size")
        pod = mapping_at(group, "leaderTemplate") or mapping_at(group, "workerTemplate")
        return pod, size if isinstance(size, int) else 1
    if predictor := mapping_at(spec, "predictor"):
        model = mapping_at(predictor, "model")
        containers = list_at(predictor, "containers") or ([model] if model else [])
        return {"spec": {**predictor, "containers": containers}}, 1
    return mapping_at(spec, "template"), 1


def _accelerators(container: Mapping[str, Any]) -> int:
    for name in (GPU, *_NEURON):
        for part in ("limits", "requests"):
            value = step(container, "resources", part, name)
            if isinstance(value, int | str) and str(value).isdigit():
                return int(value)
    return 0


def _bounds(resource: Resource, name: str, scalers: Sequence[Resource]) -> ReplicaBounds:
    spec = mapping_at(resource.inputs, "spec")
    namespace = step(resource.inputs, "metadata", "namespace")
    for each in scalers:
        target = step(each.inputs, "spec", "scaleTargetRef", "name")
        if target == name and step(each.inputs, "metadata", "namespace") == namespace:
            return _scaled(mapping_at(each.inputs, "spec"))
    predictor = mapping_at(spec, "predictor")
    if predictor:
        least, most = _whole(predictor, "minReplicas", 1), _whole(predictor, "maxReplicas", 0)
        return ReplicaBounds(least, max(most, least, 1), said=True)
    replicas = _whole(spec, "replicas", 1)
    return ReplicaBounds(replicas, max(replicas, 1), said=isinstance(step(spec, "replicas"), int))


def _scaled(spec: Mapping[str, Any]) -> ReplicaBounds:
    """Read an HPA's bounds or a ScaledObject's, whose defaults are 0 and 100 (KEDA's documentation)."""
    if "maxReplicas" in spec:
        return ReplicaBounds(
            _whole(spec, "minReplicas", 1), max(_whole(spec, "maxReplicas", 1), 1), said=True
        )
    return ReplicaBounds(
        _whole(spec, "minReplicaCount", 0),
        max(_whole(spec, "maxReplicaCount", 100), 1),
        said=True,
        scaler=spec,
    )


def _whole(spec: Mapping[str, Any], key: str, default: int) -> int:
    value = step(spec, key)
    if isinstance(value, float) and value.is_integer():
        value = int(value)  # the engine of a state hands numbers over as floats
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else default
