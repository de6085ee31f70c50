"""A LeaderWorkerSet runs replicas that span nodes: groups of pods that start, fail and scale as one."""

from collections.abc import Mapping

from plimsoll.engines.base import GroupCommands
from plimsoll.engines.registry import group_commands, titles_over_nodes
from plimsoll.ground.problems import Problem, SpecError
from plimsoll.objects.cluster import ClusterFacts, Object
from plimsoll.objects.nodes.marks import NAME_LABEL, POOL_LABEL
from plimsoll.objects.pod import pod_template
from plimsoll.objects.tags import WORKLOAD_LABEL
from plimsoll.plan.container import Container
from plimsoll.plan.plan import Pool


def leader_worker_set(pool: Pool, serving: Container, cluster: ClusterFacts, *, scaled: bool) -> Object:
    """Group `nodes_per_replica` pods to each replica of a pool.

    Raises:
        SpecError: The engine is not one that we know to run over several nodes.
    """
    tags, commands = cluster.tags, _commands(pool, serving, cluster.workload)
    group = {
        "size": pool.nodes_per_replica,
        "restartPolicy": "RecreateGroupOnPodRestart",
        "leaderTemplate": _leader(pod_template(pool, serving, cluster), commands),
        "workerTemplate": _worker(pod_template(pool, serving, cluster), commands),
    }
    spec: Object = {
        "leaderWorkerTemplate": group,
        "rolloutStrategy": {
            "type": "RollingUpdate",
            "rollingUpdateConfiguration": {"maxSurge": 0, "maxUnavailable": 1},
        },
        "startupPolicy": "LeaderCreated",
    }
    if not scaled:
        spec["replicas"] = pool.max_replicas
    return {
        "apiVersion": "leaderworkerset.x-k8s.io/v1",
        "kind": "LeaderWorkerSet",
        "metadata": {"name": cluster.name_of(pool), "namespace": tags.workload, "labels": tags.labels()},
        "spec": spec,
    }


def _commands(pool: Pool, serving: Container, workload: str) -> GroupCommands:
    commands = group_commands(serving.engine)
    if commands is None:
        known = titles_over_nodes()
        raise SpecError(
            Problem(
                what=f"a replica of {workload} spans {pool.nodes_per_replica} nodes",
                why=f"only {' and '.join(known)} {'is' if len(known) == 1 else 'are'} known to run that way",
                fix="pin an instance type that holds a whole replica",
                path=f"{workload}.pin.instance_type",
            )
        )
    return commands


def _leader(template: Object, commands: GroupCommands) -> Object:
    def start(container: Object) -> Object:
        return container | {"command": ["bash", "-c"], "args": [commands.of_leader(container["args"])]}

    containers = [start(container) for container in template["spec"]["containers"]]
    near = _in_one_zone(template["metadata"]["labels"])
    return template | {"spec": template["spec"] | {"containers": containers, "affinity": near}}


def _worker(template: Object, commands: GroupCommands) -> Object:
    """Only the leader answers: a worker has no port, no probe and not the label that the Service selects."""

    def start(container: Object) -> Object:
        kept = {key: value for key, value in container.items() if not key.endswith("Probe")}
        del kept["ports"]
        return kept | {"command": ["bash", "-c"], "args": [commands.worker]}

    labels = dict(template["metadata"]["labels"])
    spec = {key: value for key, value in template["spec"].items() if key != "topologySpreadConstraints"}
    del labels[NAME_LABEL]
    containers = [start(container) for container in template["spec"]["containers"]]
    return {
        "metadata": template["metadata"] | {"labels": labels},
        "spec": spec | {"containers": containers, "affinity": _in_one_zone(labels)},
    }


GROUP = "leaderworkerset.sigs.k8s.io/group-key"
"""Label that LeaderWorkerSet puts on all pods of one group."""


def _in_one_zone(labels: Mapping[str, str]) -> Object:
    """Keep a group in one zone: its stages hand every token on, and AWS bills what crosses zones.

    Leader and workers ask for it alike, whichever comes first; that their pool admits one zone alone keeps
    Karpenter from renting in two at once (`plimsoll.objects.nodes.zone`).
    """
    term = {
        "topologyKey": "topology.kubernetes.io/zone",
        "labelSelector": {
            "matchLabels": {POOL_LABEL: labels[POOL_LABEL], WORKLOAD_LABEL: labels[WORKLOAD_LABEL]}
        },
        "matchLabelKeys": [GROUP],
    }
    return {"podAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [term]}}
