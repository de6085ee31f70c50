"""What objects of load tests share: names, labels, annotations with the prediction, and where they run."""

from collections.abc import Mapping
from typing import Any

from plimsoll.ground.units import figure
from plimsoll.loadtest.drive import Drive
from plimsoll.objects.cluster import ClusterFacts, Object
from plimsoll.objects.namespace import TOKEN_SECRET
from plimsoll.objects.tags import WORKLOAD_LABEL

TARGET_LABEL = "plimsoll.dev/loadtest"
"""Marks the one pod that is tested alone: `kubectl label pod POD plimsoll.dev/loadtest=NAME`."""

CLIENT = {"cpu": "2", "memory": "4Gi"}
"""What a client asks for: one core sends some hundred requests per second, one counts tokens. Assumption."""

PLAN_MARK, PREDICTED = "plimsoll.dev/plan-sha256", "plimsoll.dev/predicted"


def name_of(drive: Drive) -> str:
    """Name the objects of a test."""
    return f"{drive.name}-loadtest"


def target_url(drive: Drive) -> str:
    """Say whom to ask: the workload's own Service, or the one of the pod that is tested alone."""
    service = name_of(drive) if alone(drive) else drive.name
    return f"http://{service}.{drive.name}.svc:80"


def alone(drive: Drive) -> bool:
    """Say whether one of several replicas is tested, which the workload's Service would not single out."""
    return not drive.fleet and drive.plan.chosen.replicas.peak > 1


def metadata(drive: Drive, cluster: ClusterFacts, name: str = "") -> Object:
    """Name and label an object, and put the prediction beside it."""
    return {
        "name": name or name_of(drive),
        "namespace": drive.name,
        "labels": cluster.tags.labels(),
        "annotations": {PLAN_MARK: drive.plan_sha256, PREDICTED: predicted_text(drive)},
    }


def predicted_text(drive: Drive) -> str:
    """Say what the plan predicts, with the interval of each estimate."""
    named = (
        f"{key} {figure(each.estimate)} ({figure(each.low)} to {figure(each.high)})"
        for key, each in drive.predicted.items()
    )
    return f"{'; '.join(named)}; at {drive.qps:g} req/s on {drive.replicas} replica{_s(drive.replicas)}"


def _s(count: int) -> str:
    return "" if count == 1 else "s"


def tested_service(drive: Drive, cluster: ClusterFacts) -> list[Object]:
    """Stand a Service over the pod that is tested alone; none where the workload's own does."""
    if not alone(drive):
        return []
    ports = [{"name": "http", "port": 80, "targetPort": "http", "protocol": "TCP"}]
    spec = {"type": "ClusterIP", "selector": {TARGET_LABEL: drive.name}, "ports": ports}
    return [{"apiVersion": "v1", "kind": "Service", "metadata": metadata(drive, cluster), "spec": spec}]


def off_the_pools() -> Object:
    """Keep a client off the nodes that it tests: on any other, which have CPUs alone."""
    term = {"matchExpressions": [{"key": WORKLOAD_LABEL, "operator": "DoesNotExist"}]}
    wanted = {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": [term]}}
    return {"nodeAffinity": wanted}


def job(drive: Drive, cluster: ClusterFacts, container: Object, volumes: list[Object]) -> Object:
    """Run one client once: a second try would meet a warm cache, and its deadline ends it."""
    spec: Object = {
        "restartPolicy": "Never",
        "automountServiceAccountToken": False,
        "enableServiceLinks": False,
        "affinity": off_the_pools(),
        "containers": [container],
        "volumes": [{"name": "results", "emptyDir": {}}, *volumes],
    }
    template = {"metadata": {"labels": cluster.tags.labels()}, "spec": spec}
    return {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": metadata(drive, cluster),
        "spec": {
            "parallelism": 1,
            "completions": 1,
            "backoffLimit": 0,
            "activeDeadlineSeconds": drive.deadline_s,
            "ttlSecondsAfterFinished": 86_400,
            "template": template,
        },
    }


def client(name: str, image: str, script: str, env: Mapping[str, str], token: bool) -> Object:
    """Write the container of a client: a shell that runs the tool and then prints its result."""
    variables: list[Object] = [{"name": key, "value": value} for key, value in env.items()]
    if token:
        secret: dict[str, Any] = {"name": TOKEN_SECRET, "key": "token", "optional": True}
        variables.append({"name": "HF_TOKEN", "valueFrom": {"secretKeyRef": secret}})
    return {
        "name": name,
        "image": image,
        "command": ["/bin/sh", "-c", script],
        "env": variables,
        "resources": {"requests": dict(CLIENT), "limits": {"memory": CLIENT["memory"]}},
        "securityContext": {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}},
        "volumeMounts": [{"name": "results", "mountPath": "/results"}],
    }


def config_map(drive: Drive, cluster: ClusterFacts, files: Mapping[str, str]) -> Object:
    """Carry files to a client."""
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": metadata(drive, cluster),
        "data": dict(files),
    }
