"""A pod runs one container of its workload, on nodes of its own pool alone, or of its group."""

from plimsoll.objects.cluster import ClusterFacts, Object
from plimsoll.objects.container import container
from plimsoll.objects.nodes.marks import NAME_LABEL, POOL_LABEL, pod_labels, pool_taints
from plimsoll.objects.tags import WORKLOAD_LABEL
from plimsoll.plan.container import Container
from plimsoll.plan.plan import Pool

GRACE_S = {"on-demand": 300, "spot": 100}
"""Spot gives 120 s of warning in all; elsewhere a long generation may finish."""


UNDISTURBED = {"karpenter.sh/do-not-disrupt": "30m"}
"""A fresh replica is left alone until it has paid for its cold start. Never on spot: Karpenter would not
drain the pod on the two-minute warning, and its requests would be cut off (karpenter.sh, disruption)."""


def pod_template(pool: Pool, serving: Container, cluster: ClusterFacts) -> Object:
    """Write the template of a pool's pods."""
    labels = cluster.tags.labels() | pod_labels(pool, cluster.workload)
    metadata: Object = {"labels": dict(sorted(labels.items()))}
    if pool.capacity_type != "spot":
        metadata["annotations"] = dict(UNDISTURBED)
    return {"metadata": metadata, "spec": _pod_spec(pool, serving, cluster)}


def _pod_spec(pool: Pool, serving: Container, cluster: ClusterFacts) -> Object:
    workload, host = cluster.workload, cluster.whose_nodes(pool)
    taints = pool_taints(pool, host)
    # The pools of a group differ in how they are cut: what a pod asks for says which of them it fits.
    selector = {WORKLOAD_LABEL: host} | ({POOL_LABEL: pool.name} if host == workload else {})
    spread = {
        "maxSkew": 1,
        "topologyKey": "topology.kubernetes.io/zone",
        # Soft, since a hard spread left replicas pending when one zone had no capacity (measured); hard where
        # the plan promises that a zone may fail: a soft one packs two replicas on one node.
        "whenUnsatisfiable": "DoNotSchedule" if pool.zones > 1 else "ScheduleAnyway",
        "labelSelector": {"matchLabels": {NAME_LABEL: workload}},
    }
    return {
        "automountServiceAccountToken": False,
        "enableServiceLinks": False,
        "priorityClassName": workload,
        "terminationGracePeriodSeconds": serving.grace_s or GRACE_S[pool.capacity_type],
        "nodeSelector": selector,
        "tolerations": [taint | {"operator": "Equal"} for taint in taints],
        "topologySpreadConstraints": [spread],
        "containers": [container(serving, cluster)],
        "volumes": [
            {"name": "cache", "emptyDir": {}},
            {"name": "shm", "emptyDir": {"medium": "Memory", "sizeLimit": "2Gi"}},
        ],
    }
