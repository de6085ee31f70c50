"""The pods of one pool: a Deployment, or a LeaderWorkerSet where a replica spans nodes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from components.engines import container_arguments, container_image
from components.nodes.node_pool import GPU, POOL_LABEL, WORKLOAD_LABEL, pool_taints
from components.tags import CostTags
from plimsoll.ground.problems import Problem, SpecError
from plimsoll.plan.serving import STARTUP_PROBE_PERIOD_S, Serving
from plimsoll.sizing.pool import Pool

NAME_LABEL = "app.kubernetes.io/name"
TOKEN_SECRET = "hugging-face"  # noqa: S105 - the name of a Secret, not its content
PRE_STOP_S = 15
"""Time for the Service to forget a pod that is going."""

GRACE_S = {"on-demand": 300, "spot": 100}
"""Spot gives 120 s of warning in all; elsewhere a long generation may finish."""


@dataclass(frozen=True, slots=True)
class Extras:
    """What a stack adds to a plan's pods: images by workload, and whether there is a token for weights."""

    images: Mapping[str, str] = field(default_factory=dict[str, str])
    token: bool = False


def selector(workload: str, pool: Pool) -> dict[str, str]:
    """The immutable selector of a pool's pods: names alone, so that no other change replaces anything."""
    return {NAME_LABEL: workload, POOL_LABEL: pool.name}


def _probe(path: str, period_s: int, failures: int) -> dict[str, Any]:
    return {
        "httpGet": {"path": path, "port": "http"},
        "periodSeconds": period_s,
        "timeoutSeconds": 5,
        "failureThreshold": failures,
    }


def _resources(serving: Serving) -> dict[str, Any]:
    memory = f"{serving.memory_request_gib:g}Gi"
    requests = {"cpu": f"{serving.cpu_request:g}", "memory": memory}
    limits = {"memory": memory}
    if serving.accelerators:
        # An extended resource must be limited to exactly what is requested.
        requests[GPU] = limits[GPU] = str(serving.accelerators)
    return {"requests": requests, "limits": limits}


def _container(workload: str, serving: Serving, extras: Extras) -> dict[str, Any]:
    container: dict[str, Any] = {
        "name": "server",
        "image": container_image(workload, serving, extras.images),
        "ports": [{"name": "http", "containerPort": serving.port}],
        "resources": _resources(serving),
        "startupProbe": _probe(
            serving.health_path, STARTUP_PROBE_PERIOD_S, serving.startup_failure_threshold
        ),
        "readinessProbe": _probe(serving.health_path, 5, 2),
        "livenessProbe": _probe(serving.health_path, 10, 6),
        "lifecycle": {"preStop": {"sleep": {"seconds": PRE_STOP_S}}},
        "securityContext": {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}},
        "volumeMounts": [
            {"name": "cache", "mountPath": "/cache"},
            {"name": "shm", "mountPath": "/dev/shm"},  # noqa: S108 - the container's own
        ],
        "env": [{"name": "HF_HOME", "value": "/cache"}]
        + [{"name": key, "value": value} for key, value in sorted(serving.env.items())],
    }
    if serving.command:
        container["command"] = list(serving.command)
    if arguments := container_arguments(workload, serving):
        container["args"] = arguments
    if extras.token and serving.model:
        source = {"secretKeyRef": {"name": TOKEN_SECRET, "key": "token"}}
        container["env"].append({"name": "HF_TOKEN", "valueFrom": source})
    return container


def _pod_spec(workload: str, pool: Pool, serving: Serving, extras: Extras) -> dict[str, Any]:
    taints = pool_taints(pool, workload)
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
        "terminationGracePeriodSeconds": GRACE_S[pool.capacity_type],
        "nodeSelector": {WORKLOAD_LABEL: workload, POOL_LABEL: pool.name},
        "tolerations": [taint | {"operator": "Equal"} for taint in taints],
        "topologySpreadConstraints": [spread],
        "containers": [_container(workload, serving, extras)],
        "volumes": [
            {"name": "cache", "emptyDir": {}},
            {"name": "shm", "emptyDir": {"medium": "Memory", "sizeLimit": "2Gi"}},
        ],
    }


def _pod_template(pool: Pool, serving: Serving, tags: CostTags, extras: Extras) -> dict[str, Any]:
    return {
        "metadata": {
            "labels": dict(sorted((tags.labels() | selector(tags.workload, pool)).items())),
            # A fresh replica is left alone until it has paid for its cold start.
            "annotations": {"karpenter.sh/do-not-disrupt": "30m"},
        },
        "spec": _pod_spec(tags.workload, pool, serving, extras),
    }


def deployment(name: str, pool: Pool, serving: Serving, tags: CostTags, extras: Extras) -> dict[str, Any]:
    """The Deployment of a pool. `replicas` is absent where an autoscaler owns it.

    Rollouts take a replica away before they add one: a surge would need a node above the limits.
    """
    spec: dict[str, Any] = {
        "progressDeadlineSeconds": serving.progress_deadline_s,
        "revisionHistoryLimit": 5,
        "strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 0, "maxUnavailable": 1}},
        "selector": {"matchLabels": selector(tags.workload, pool)},
        "template": _pod_template(pool, serving, tags, extras),
    }
    if not pool.autoscaled:
        spec["replicas"] = pool.max_replicas
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name, "namespace": tags.workload, "labels": tags.labels()},
        "spec": spec,
    }


def _group_command(container: dict[str, Any], role: str) -> dict[str, Any]:
    """Run vLLM over several nodes: Ray first, by the script that its image carries for LeaderWorkerSet."""
    script = "bash /vllm-workspace/examples/online_serving/multi-node-serving.sh"
    if role == "leader":
        serve = " ".join(["python3 -m vllm.entrypoints.openai.api_server", *container["args"]])
        text = f"{script} leader --ray_cluster_size=$(LWS_GROUP_SIZE) && exec {serve}"
        return container | {"command": ["bash", "-c"], "args": [text]}
    text = f"{script} worker --ray_address=$(LWS_LEADER_ADDRESS)"
    kept = {key: value for key, value in container.items() if not key.endswith("Probe") and key != "ports"}
    return kept | {"command": ["bash", "-c"], "args": [text]}


def _group_template(template: dict[str, Any], role: str) -> dict[str, Any]:
    """The template of one role; only the leader answers, so only it carries the Service's label."""
    labels = dict(template["metadata"]["labels"])
    if role == "worker":
        del labels[NAME_LABEL]
    containers = [_group_command(container, role) for container in template["spec"]["containers"]]
    return {
        "metadata": template["metadata"] | {"labels": labels},
        "spec": template["spec"] | {"containers": containers},
    }


def leader_worker_set(
    name: str, pool: Pool, serving: Serving, tags: CostTags, extras: Extras
) -> dict[str, Any]:
    """A LeaderWorkerSet: groups of `nodes_per_replica` pods that start, fail and scale as one replica.

    Raises:
        SpecError: The engine is not one that we know to run over several nodes.
    """
    if serving.engine != "vllm":
        raise SpecError(
            Problem(
                what=f"a replica of {tags.workload} spans {pool.nodes_per_replica} nodes",
                why="only vLLM is known to run that way",
                fix="pin an instance type that holds a whole replica",
                path=f"{tags.workload}.pin.instance_type",
            )
        )
    template = _pod_template(pool, serving, tags, extras)
    group = {
        "size": pool.nodes_per_replica,
        "restartPolicy": "RecreateGroupOnPodRestart",
        "leaderTemplate": _group_template(template, "leader"),
        "workerTemplate": _group_template(template, "worker"),
    }
    spec: dict[str, Any] = {
        "leaderWorkerTemplate": group,
        "rolloutStrategy": {
            "type": "RollingUpdate",
            "rollingUpdateConfiguration": {"maxSurge": 0, "maxUnavailable": 1},
        },
        "startupPolicy": "LeaderCreated",
    }
    if not pool.autoscaled:
        spec["replicas"] = pool.max_replicas
    return {
        "apiVersion": "leaderworkerset.x-k8s.io/v1",
        "kind": "LeaderWorkerSet",
        "metadata": {"name": name, "namespace": tags.workload, "labels": tags.labels()},
        "spec": spec,
    }
