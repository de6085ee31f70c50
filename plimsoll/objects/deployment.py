"""A Deployment runs the replicas of one pool, each on one node."""

from plimsoll.objects.cluster import ClusterFacts, Object
from plimsoll.objects.nodes.marks import pod_labels
from plimsoll.objects.pod import pod_template
from plimsoll.plan.container import Container
from plimsoll.plan.plan import Pool


def deployment(pool: Pool, serving: Container, cluster: ClusterFacts, *, scaled: bool) -> Object:
    """Leave `replicas` absent where an autoscaler owns it (`scaled`).

    Rollouts take a replica away before they add one: a surge would need a node above the limits.
    """
    tags = cluster.tags
    spec: Object = {
        "progressDeadlineSeconds": serving.progress_deadline_s,
        "revisionHistoryLimit": 5,
        "strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 0, "maxUnavailable": 1}},
        "selector": {"matchLabels": pod_labels(pool, tags.workload)},
        "template": pod_template(pool, serving, cluster),
    }
    if not scaled:
        spec["replicas"] = pool.max_replicas
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": cluster.name_of(pool), "namespace": tags.workload, "labels": tags.labels()},
        "spec": spec,
    }
