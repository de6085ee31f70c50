"""A run on spot that must keep its hours leaves spot in time: something in the cluster looks every minute.

Nothing else does it: Kueue gives the same flavor again and Karpenter falls back on stock alone, never by a
clock (kubernetes-sigs/kueue issue 2560, open).
"""

import json

from plimsoll.files.package import data_text
from plimsoll.objects.cluster import ClusterFacts, Object
from plimsoll.objects.runs.queue import quotas
from plimsoll.plan.runs.plan import RunPlan

IMAGE = "public.ecr.aws/docker/library/python:3.13-slim"
"""Any image with Python does; `images.<workload>-switch` of a stack names another."""

PROGRAM = "switch_to_on_demand.py"
_TIME_LIMIT_S = 50
"""Ends before the next look begins."""


def switch_objects(plan: RunPlan, cluster: ClusterFacts) -> tuple[Object, ...]:
    """Write what moves a run from spot to on-demand; nothing where it stays where it starts."""
    if plan.container.switch_after_s is None or len(plan.chosen.pools) < 2:
        return ()
    program = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": _metadata(cluster)} | {
        "data": {PROGRAM: data_text("programs", PROGRAM)}
    }
    account = {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": _metadata(cluster)}
    return (program, account, *_rights(cluster), _every_minute(plan, cluster))


def _name(cluster: ClusterFacts) -> str:
    return f"{cluster.workload}-switch"


def _metadata(cluster: ClusterFacts, *, namespaced: bool = True) -> Object:
    where = {"namespace": cluster.workload} if namespaced else {}
    return {"name": _name(cluster), "labels": cluster.tags.labels()} | where


def _rights(cluster: ClusterFacts) -> tuple[Object, ...]:
    """Let it see and evict the workloads of its namespace, and share out the quota of its own queue."""
    api, group = "rbac.authorization.k8s.io/v1", ["kueue.x-k8s.io"]
    workloads = {"apiGroups": group, "resources": ["workloads"], "verbs": ["get", "list", "patch"]}
    queue = {
        "apiGroups": group,
        "resources": ["clusterqueues"],
        "resourceNames": [cluster.workload],
        "verbs": ["get", "patch"],
    }
    subject = {"kind": "ServiceAccount", "name": _name(cluster), "namespace": cluster.workload}
    made: list[Object] = []
    for scope, rule in (("", workloads), ("Cluster", queue)):
        metadata = _metadata(cluster, namespaced=not scope)
        reference = {"apiGroup": "rbac.authorization.k8s.io", "kind": f"{scope}Role", "name": _name(cluster)}
        made += [
            {"apiVersion": api, "kind": f"{scope}Role", "metadata": metadata, "rules": [rule]},
            {
                "apiVersion": api,
                "kind": f"{scope}RoleBinding",
                "metadata": metadata,
                "roleRef": reference,
                "subjects": [subject],
            },
        ]
    return tuple(made)


def _every_minute(plan: RunPlan, cluster: ClusterFacts) -> Object:
    job = {
        "backoffLimit": 0,
        "activeDeadlineSeconds": _TIME_LIMIT_S,
        "ttlSecondsAfterFinished": 600,
        "template": {"metadata": {"labels": cluster.tags.labels()}, "spec": _pod(plan, cluster)},
    }
    return {
        "apiVersion": "batch/v1",
        "kind": "CronJob",
        "metadata": _metadata(cluster),
        "spec": {
            "schedule": "* * * * *",
            "concurrencyPolicy": "Forbid",
            "successfulJobsHistoryLimit": 1,
            "failedJobsHistoryLimit": 3,
            "jobTemplate": {"metadata": {"labels": cluster.tags.labels()}, "spec": job},
        },
    }


def _pod(plan: RunPlan, cluster: ClusterFacts) -> Object:
    container = {
        "name": "switch",
        "image": cluster.images.get(_name(cluster)) or IMAGE,
        "command": ["python3", f"/programs/{PROGRAM}"],
        "env": [{"name": name, "value": value} for name, value in sorted(_told(plan, cluster).items())],
        "resources": {"requests": {"cpu": "10m", "memory": "64Mi"}, "limits": {"memory": "64Mi"}},
        "securityContext": {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}},
        "volumeMounts": [{"name": "program", "mountPath": "/programs"}],
    }
    return {
        "restartPolicy": "Never",
        "serviceAccountName": _name(cluster),
        "containers": [container],
        "volumes": [{"name": "program", "configMap": {"name": _name(cluster)}}],
    }


def _told(plan: RunPlan, cluster: ClusterFacts) -> dict[str, str]:
    spot, on_demand = plan.chosen.pools
    return {
        "PLIMSOLL_NAMESPACE": cluster.workload,
        "PLIMSOLL_QUEUE": cluster.workload,
        "PLIMSOLL_SPOT_FLAVOR": cluster.name_of(spot),
        "PLIMSOLL_ON_DEMAND_FLAVOR": cluster.name_of(on_demand),
        "PLIMSOLL_SWITCH_AFTER_S": str(plan.container.switch_after_s),
        "PLIMSOLL_QUOTAS": json.dumps(quotas(plan), sort_keys=True),
    }
