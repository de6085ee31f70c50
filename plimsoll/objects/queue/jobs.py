"""Long tasks run as jobs of their own: what begins is never cut off because fewer workers are wanted."""

from plimsoll.objects.cluster import ClusterFacts, Object
from plimsoll.objects.pod import pod_template
from plimsoll.objects.queue.trigger import trigger
from plimsoll.plan.plan import Plan, Pool
from plimsoll.sizing.work.base import Queueing

POLL_S = 15
"""Seconds between two looks at the queue."""

_RETRIES = 2
"""Times that a job is begun again when its pod is lost; the task itself comes back through the broker."""

_KEPT = 5
"""Jobs that are kept for whoever looks at them, of those that ended well and of those that did not."""

_TTL_S = 3600
"""Seconds that an ended job stays."""


def scaled_job(pool: Pool, plan: Plan, queue: Queueing, cluster: ClusterFacts) -> Object:
    """Write KEDA's ScaledJob: one job for each task, or for as many as a worker takes at once.

    Its maximum counts the minimum already (KEDA 2.20, `MaxReplicaCount`). A pod that waits for a node is
    pending until it is ready, so that no task gets two jobs (keda#6157).
    """
    template = pod_template(pool, plan.serving, cluster)
    template["spec"]["restartPolicy"] = "Never"
    asked = trigger(plan, queue, cluster)
    return {
        "apiVersion": "keda.sh/v1alpha1",
        "kind": "ScaledJob",
        "metadata": {
            "name": cluster.name_of(pool),
            "namespace": cluster.workload,
            "labels": cluster.tags.labels(),
        },
        "spec": {
            "jobTargetRef": {
                "parallelism": 1,
                "completions": 1,
                "backoffLimit": _RETRIES,
                "ttlSecondsAfterFinished": _TTL_S,
                # Until the node is there, and for as long as the broker leaves the task with it.
                "activeDeadlineSeconds": plan.serving.progress_deadline_s + queue.visibility_timeout_s,
                "template": template,
            },
            "pollingInterval": POLL_S,
            "successfulJobsHistoryLimit": _KEPT,
            "failedJobsHistoryLimit": _KEPT,
            "minReplicaCount": pool.min_replicas,
            "maxReplicaCount": pool.max_replicas,
            "rollout": {"strategy": "gradual"},
            "scalingStrategy": {
                "strategy": "default" if queue.in_flight_counted else "accurate",
                "pendingPodConditions": ["Ready", "PodScheduled"],
            },
            # KEDA refuses metricType here: a job's metric is always tasks for each.
            "triggers": [{key: value for key, value in asked.items() if key != "metricType"}],
        },
    }
