"""Requests that share a prefix are routed by a gateway: a pool of replicas, and the route that leads to it.

The endpoint picker that knows which replica holds what is installed by the chart of llm-d's router; nothing
of it is written here (Gateway API Inference Extension v1.6 moved it there).
"""

from plimsoll.objects.cluster import ClusterFacts, Object
from plimsoll.objects.nodes.marks import NAME_LABEL
from plimsoll.plan.plan import Plan, Routing

GATEWAY = "inference-gateway"
"""Name and namespace of the Gateway that the cluster's owner has for inference, as llm-d's guides call it."""


def inference_objects(plan: Plan, cluster: ClusterFacts) -> tuple[Object, ...]:
    """Write the InferencePool of a workload, and the HTTPRoute that sends its requests there."""
    if plan.routing is None or plan.serving.port is None:
        return ()
    return _pool(plan.routing, plan.serving.port, cluster), _route(cluster)


def _pool(routing: Routing, port: int, cluster: ClusterFacts) -> Object:
    """Stand one pool over the replicas; without its picker any of them answers."""
    return {
        "apiVersion": "inference.networking.k8s.io/v1",
        "kind": "InferencePool",
        "metadata": _metadata(cluster),
        "spec": {
            "selector": {"matchLabels": {NAME_LABEL: cluster.workload}},
            "targetPorts": [{"number": port}],
            "endpointPickerRef": {
                "name": routing.endpoint_picker,
                "port": {"number": routing.port},
                "failureMode": "FailOpen",
            },
        },
    }


def _route(cluster: ClusterFacts) -> Object:
    """Send what asks for the workload by its name to the pool."""
    name = cluster.workload
    backend = {"group": "inference.networking.k8s.io", "kind": "InferencePool", "name": name}
    return {
        "apiVersion": "gateway.networking.k8s.io/v1",
        "kind": "HTTPRoute",
        "metadata": _metadata(cluster),
        "spec": {
            "parentRefs": [{"name": GATEWAY, "namespace": GATEWAY}],
            "hostnames": [f"{name}.{name}.svc"],
            "rules": [{"backendRefs": [backend]}],
        },
    }


def _metadata(cluster: ClusterFacts) -> Object:
    return {"name": cluster.workload, "namespace": cluster.workload, "labels": cluster.tags.labels()}
