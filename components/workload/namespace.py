"""What stands around a workload's pods: namespace, quota, priority, Service, disruption budget, scrape."""

from collections.abc import Mapping
from typing import Any

from components.tags import CostTags
from components.workload.pods import NAME_LABEL
from plimsoll.plan.serving import Serving

PRIORITY = 100_000
"""Above everything that is not serving (0) and far below the system classes (2 × 10^9)."""


def namespace(tags: CostTags) -> dict[str, Any]:
    """A namespace of its own: quotas, cost allocation and names stay with the workload."""
    return {
        "apiVersion": "v1",
        "kind": "Namespace",
        "metadata": {"name": tags.workload, "labels": tags.labels()},
    }


def priority_class(tags: CostTags) -> dict[str, Any]:
    """Serving goes before batch when nodes are short."""
    return {
        "apiVersion": "scheduling.k8s.io/v1",
        "kind": "PriorityClass",
        "metadata": {"name": tags.workload, "labels": tags.labels()},
        "value": PRIORITY,
        "globalDefault": False,
        "description": f"Serving of {tags.workload}",
    }


def resource_quota(tags: CostTags, hard: Mapping[str, str]) -> dict[str, Any]:
    """What the namespace may ask for: NodePool limits are eventual, a quota is not."""
    return {
        "apiVersion": "v1",
        "kind": "ResourceQuota",
        "metadata": {"name": tags.workload, "namespace": tags.workload, "labels": tags.labels()},
        "spec": {"hard": dict(hard)},
    }


def service(tags: CostTags) -> dict[str, Any]:
    """One ClusterIP Service over the pods of every pool."""
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": tags.workload, "namespace": tags.workload, "labels": tags.labels()},
        "spec": {
            "type": "ClusterIP",
            "selector": {NAME_LABEL: tags.workload},
            "ports": [{"name": "http", "port": 80, "targetPort": "http", "protocol": "TCP"}],
        },
    }


def disruption_budget(tags: CostTags) -> dict[str, Any]:
    """One replica at a time, over all pools; a crash-looping one never blocks a drain."""
    return {
        "apiVersion": "policy/v1",
        "kind": "PodDisruptionBudget",
        "metadata": {"name": tags.workload, "namespace": tags.workload, "labels": tags.labels()},
        "spec": {
            "maxUnavailable": 1,
            "unhealthyPodEvictionPolicy": "AlwaysAllow",
            "selector": {"matchLabels": {NAME_LABEL: tags.workload}},
        },
    }


def pod_monitor(tags: CostTags, _serving: Serving) -> dict[str, Any]:
    """Scrape every replica; its series carry the namespace that the autoscaler selects by."""
    return {
        "apiVersion": "monitoring.coreos.com/v1",
        "kind": "PodMonitor",
        "metadata": {"name": tags.workload, "namespace": tags.workload, "labels": tags.labels()},
        "spec": {
            "selector": {"matchLabels": {NAME_LABEL: tags.workload}},
            "podMetricsEndpoints": [{"port": "http", "path": "/metrics", "interval": "15s"}],
        },
    }
