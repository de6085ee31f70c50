"""Valkey in the cluster keeps answers: one pod on a node of its own, and the Service by which it is asked."""

from plimsoll.money.cache_pool import CPU
from plimsoll.objects.cluster import ClusterFacts, Object
from plimsoll.objects.nodes.marks import NAME_LABEL, POOL_LABEL, pool_taints
from plimsoll.objects.tags import WORKLOAD_LABEL
from plimsoll.plan.plan import CacheFigures, Pool

IMAGE = "valkey/valkey:8.0"
"""Valkey's own image, at the version that ElastiCache is asked for."""

PORT = 6379


def answer_service(cluster: ClusterFacts) -> Object:
    """Name the cache inside the cluster: `NAME-answers`."""
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": _metadata(f"{cluster.workload}-answers", cluster),
        "spec": {
            "type": "ClusterIP",
            "selector": _selector(cluster),
            "ports": [{"name": "valkey", "port": PORT, "targetPort": "valkey", "protocol": "TCP"}],
        },
    }


def answer_deployment(cache: CacheFigures, pool: Pool, cluster: ClusterFacts) -> Object:
    """Run Valkey without a disk: what it forgets is asked again, the oldest answers go first."""
    asked, labels = f"{cache.memory_gib:g}Gi", cluster.tags.labels() | _selector(cluster)
    server = {
        "name": "valkey",
        "image": IMAGE,
        "args": [
            f"--maxmemory={cache.answers_mib}mb",
            "--maxmemory-policy=allkeys-lru",
            "--save=",
            "--appendonly=no",
        ],
        "ports": [{"name": "valkey", "containerPort": PORT}],
        "resources": {"requests": {"cpu": f"{CPU:g}", "memory": asked}, "limits": {"memory": asked}},
        "readinessProbe": {"tcpSocket": {"port": "valkey"}, "periodSeconds": 5},
        "securityContext": {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}},
    }
    pod = {
        "automountServiceAccountToken": False,
        "enableServiceLinks": False,
        "priorityClassName": cluster.workload,
        "nodeSelector": {WORKLOAD_LABEL: cluster.workload, POOL_LABEL: pool.name},
        "tolerations": [taint | {"operator": "Equal"} for taint in pool_taints(pool, cluster.workload)],
        "containers": [server],
    }
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": _metadata(cluster.name_of(pool), cluster),
        "spec": {
            "replicas": pool.max_replicas,
            "strategy": {"type": "Recreate"},
            "selector": {"matchLabels": _selector(cluster)},
            "template": {"metadata": {"labels": dict(sorted(labels.items()))}, "spec": pod},
        },
    }


def _selector(cluster: ClusterFacts) -> dict[str, str]:
    """Select the cache by a name of its own: the workload's Service must not."""
    return {NAME_LABEL: f"{cluster.workload}-answers"}


def _metadata(name: str, cluster: ClusterFacts) -> Object:
    return {"name": name, "namespace": cluster.workload, "labels": cluster.tags.labels()}
