"""A workload's pods are reached through one Service, drained one at a time, and scraped."""

from collections.abc import Mapping

from plimsoll.objects.cluster import Object
from plimsoll.objects.nodes.marks import NAME_LABEL
from plimsoll.objects.tags import CostTags


def service(tags: CostTags) -> Object:
    """Stand one ClusterIP Service over the pods of every pool."""
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


def disruption_budget(tags: CostTags) -> Object:
    """Let one replica go at a time, over all pools; a crash-looping one never blocks a drain."""
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


def pod_monitor(tags: CostTags, labels: Mapping[str, str]) -> Object:
    """Scrape every replica; its series carry the namespace that the autoscaler selects by.

    `labels` are those by which the operator of the cluster selects monitors.
    """
    found = {**tags.labels(), **labels}
    return {
        "apiVersion": "monitoring.coreos.com/v1",
        "kind": "PodMonitor",
        "metadata": {"name": tags.workload, "namespace": tags.workload, "labels": found},
        "spec": {
            "selector": {"matchLabels": {NAME_LABEL: tags.workload}},
            "podMetricsEndpoints": [{"port": "http", "path": "/metrics", "interval": "15s"}],
        },
    }
