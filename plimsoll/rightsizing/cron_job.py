"""A weekly CronJob writes the report from inside the cluster: it reads Prometheus, and may change nothing."""

from typing import Any

SCHEDULE = "0 6 * * 1"
"""Monday 06:00 UTC: before the week's reviews."""

PROMETHEUS = "http://prometheus-operated.monitoring:9090"
"""The service that the Prometheus operator makes."""

IMAGE = "registry.example.com/plimsoll:unset"
"""Whoever builds the Containerfile of this project names its image."""


def cron_job(workload: str, lock: str) -> tuple[dict[str, Any], ...]:
    """Write the objects: an account without any right, the lock, and the job.

    The metrics are fetched by the steps of `--queries`, in a container that has curl; the report goes to the
    job's log.
    """
    from plimsoll.rightsizing.queries import saving_script

    name = f"{workload}-rightsize"
    meta = {"name": name, "namespace": workload, "labels": {"plimsoll.dev/workload": workload}}
    account = {
        "apiVersion": "v1",
        "kind": "ServiceAccount",
        "metadata": meta,
        "automountServiceAccountToken": False,
    }
    held = {
        "apiVersion": "v1", "kind": "ConfigMap", "metadata": meta,
        "data": {f"{workload}.lock.json": lock, "save.sh": saving_script(workload)},
    }  # fmt: skip
    job = {
        "apiVersion": "batch/v1", "kind": "CronJob", "metadata": meta,
        "spec": {
            "schedule": SCHEDULE, "timeZone": "Etc/UTC", "concurrencyPolicy": "Forbid",
            "successfulJobsHistoryLimit": 4, "failedJobsHistoryLimit": 2,
            "jobTemplate": {
                "spec": {"backoffLimit": 1, "activeDeadlineSeconds": 1800, "template": _pod(name, workload)},
            },
        },
    }  # fmt: skip
    return account, held, job


def _pod(name: str, workload: str) -> dict[str, Any]:
    mounts = [
        {"name": "held", "mountPath": "/held", "readOnly": True},
        {"name": "work", "mountPath": "/work"},
    ]
    confined = {
        "allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True, "capabilities": {"drop": ["ALL"]},
    }  # fmt: skip
    asked = {"requests": {"cpu": "500m", "memory": "1Gi"}, "limits": {"memory": "1Gi"}}
    shared = {"volumeMounts": mounts, "securityContext": confined, "workingDir": "/work", "resources": asked}
    command = [
        "plimsoll",
        "rightsize",
        "--lock",
        f"/held/{workload}.lock.json",
        "--metrics",
        "metrics",
        "--format",
        "md",
    ]
    return {
        "metadata": {"labels": {"plimsoll.dev/workload": workload, "app.kubernetes.io/name": name}},
        "spec": {
            "serviceAccountName": name, "automountServiceAccountToken": False, "restartPolicy": "Never",
            "securityContext": {
                "runAsNonRoot": True, "runAsUser": 65532, "fsGroup": 65532,
                "seccompProfile": {"type": "RuntimeDefault"},
            },
            "initContainers": [{
                "name": "save", "image": "curlimages/curl:8.11.0", "command": ["sh", "/held/save.sh"],
                "env": [{"name": "PROMETHEUS", "value": PROMETHEUS}], **shared,
            }],
            "containers": [{"name": "rightsize", "image": IMAGE, "command": command, **shared}],
            "volumes": [{"name": "held", "configMap": {"name": name}}, {"name": "work", "emptyDir": {}}],
        },
    }  # fmt: skip
