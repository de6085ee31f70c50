"""What the objects of a run are called, and the words by which Kueue and Plimsoll know them."""

from plimsoll.objects.cluster import ClusterFacts

QUEUE_NAME = "kueue.x-k8s.io/queue-name"
PRIORITY = "kueue.x-k8s.io/priority-class"
MAX_EXEC_TIME = "kueue.x-k8s.io/max-exec-time-seconds"
RUNS_PER_MONTH = "plimsoll.dev/runs-per-month"
"""How often a run is started in a month: the gate multiplies its bound by it."""

GROUP = "node"
"""Name of a gang's one replicated job; its first pod is `<run>-node-0-0`."""


def bucket_of(cluster: ClusterFacts) -> str:
    """Name the bucket that a run saves to: of the cluster facts, else after cluster and workload."""
    return cluster.checkpoint_bucket or f"{cluster.name}-{cluster.workload}-checkpoints"


def service_account_of(cluster: ClusterFacts) -> str:
    """Name the account by which pods of a run write to their bucket (EKS Pod Identity)."""
    return cluster.workload
