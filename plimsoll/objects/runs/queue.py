"""A run is admitted by Kueue: a flavor for each pool, a queue that holds as much as the run has, a priority.

Source: Kueue v0.19, kueue.x-k8s.io/v1beta2. Flavors are tried in order. The flavor of on-demand nodes behind
spot has no quota until the switch gives it the spot flavor's, so that a run stays on spot until then and two
runs never stand beside each other.
"""

from collections.abc import Mapping

from plimsoll.ground.tree import mapping_at
from plimsoll.objects.cluster import ClusterFacts, Object
from plimsoll.objects.nodes.marks import POOL_LABEL, pool_taints
from plimsoll.objects.runs.jobs import queue_of
from plimsoll.objects.tags import WORKLOAD_LABEL
from plimsoll.plan.runs.plan import RunPlan
from plimsoll.sizing.pool import Pool

API = "kueue.x-k8s.io/v1beta2"

PRIORITIES = {"low": 100, "normal": 1_000, "high": 10_000}
"""Values of Plimsoll's three classes; only their order matters."""


def queue_objects(plan: RunPlan, cluster: ClusterFacts) -> tuple[Object, ...]:
    """Write the flavors, the ClusterQueue, the LocalQueue and the priority of a queued run."""
    if not plan.container.queued:
        return ()
    flavors = tuple(_flavor(pool, cluster) for pool in plan.chosen.pools)
    return (*flavors, cluster_queue(plan, cluster), _local_queue(plan, cluster), _priority(plan, cluster))


def _flavor(pool: Pool, cluster: ClusterFacts) -> Object:
    return {
        "apiVersion": API,
        "kind": "ResourceFlavor",
        "metadata": {"name": cluster.name_of(pool), "labels": cluster.tags.labels()},
        "spec": {
            "nodeLabels": {WORKLOAD_LABEL: cluster.workload, POOL_LABEL: pool.name},
            "tolerations": [taint | {"operator": "Equal"} for taint in pool_taints(pool, cluster.workload)],
        },
    }


def cluster_queue(plan: RunPlan, cluster: ClusterFacts) -> Object:
    """Hold the accelerators of whole runs, as many as the budget buys, in the flavor that it starts on."""
    pools = plan.chosen.pools
    all_of_it = quotas(plan)
    flavors = [_of_flavor(cluster.name_of(pool), all_of_it, first=pool is pools[0]) for pool in pools]
    return {
        "apiVersion": API,
        "kind": "ClusterQueue",
        "metadata": {"name": cluster.workload, "labels": cluster.tags.labels()},
        "spec": {
            "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": cluster.workload}},
            "queueingStrategy": "BestEffortFIFO",
            "resourceGroups": [{"coveredResources": list(all_of_it), "flavors": flavors}],
        },
    }


def quotas(plan: RunPlan) -> dict[str, str]:
    """List what the queue holds of all that pods request: Kueue admits nothing that it does not cover."""
    return dict(plan.container.requested(plan.queued_pods))


def _of_flavor(name: str, all_of_it: Mapping[str, str], *, first: bool) -> Object:
    resources = [{"name": key, "nominalQuota": amount if first else "0"} for key, amount in all_of_it.items()]
    return {"name": name, "resources": resources}


def _local_queue(plan: RunPlan, cluster: ClusterFacts) -> Object:
    name = queue_of(plan, cluster)
    return {
        "apiVersion": API,
        "kind": "LocalQueue",
        "metadata": {"name": name, "namespace": cluster.workload, "labels": cluster.tags.labels()},
        "spec": {"clusterQueue": cluster.workload},
    }


def _priority(plan: RunPlan, cluster: ClusterFacts) -> Object:
    asked = str(mapping_at(plan.workload, "queue").get("priority") or "normal")
    return {
        "apiVersion": API,
        "kind": "WorkloadPriorityClass",
        "metadata": {"name": cluster.workload, "labels": cluster.tags.labels()},
        "value": PRIORITIES[asked],
        "description": "Who gives way to whom in a queue of runs",
    }
