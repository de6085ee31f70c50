"""The pods of a run, and what switches it to on-demand, act by accounts of their own."""

from plimsoll.objects.cluster import ClusterFacts, Object
from plimsoll.objects.runs.names import service_account_of


def service_account(cluster: ClusterFacts) -> Object:
    """Let pods write to their bucket (EKS Pod Identity) and read nothing of the cluster."""
    return {
        "apiVersion": "v1",
        "kind": "ServiceAccount",
        "metadata": {
            "name": service_account_of(cluster),
            "namespace": cluster.workload,
            "labels": cluster.tags.labels(),
        },
        "automountServiceAccountToken": False,
    }
