"""A run has one pod a node; it is told where to save, how often, and how long it has."""

from plimsoll.objects.cluster import ClusterFacts, Object
from plimsoll.objects.container import image_of_run
from plimsoll.objects.nodes.marks import NAME_LABEL, POOL_LABEL, pool_taints
from plimsoll.objects.runs.lustre import FOLDER, mount, saves_to_lustre
from plimsoll.objects.runs.names import GROUP, bucket_of, service_account_of
from plimsoll.objects.tags import WORKLOAD_LABEL
from plimsoll.plan.runs.container import WITHOUT_HUGE_PAGES
from plimsoll.plan.runs.plan import RunPlan

UNDISTURBED = {"karpenter.sh/do-not-disrupt": "true"}
"""A run on demand is not moved. Never on spot: it would not be drained on the two-minute warning."""


def pod_template(plan: RunPlan, cluster: ClusterFacts, *, restart: str = "Never") -> Object:
    """Write the template of a run's pods; Kueue adds the pool that a queued one was admitted to."""
    labels = cluster.tags.labels() | {NAME_LABEL: cluster.workload}
    metadata: Object = {"labels": dict(sorted(labels.items()))}
    if all(pool.capacity_type != "spot" for pool in plan.chosen.pools):
        metadata["annotations"] = dict(UNDISTURBED)
    return {"metadata": metadata, "spec": _spec(plan, cluster, restart)}


def _spec(plan: RunPlan, cluster: ClusterFacts, restart: str) -> Object:
    taints = pool_taints(plan.chosen.pools[0], cluster.workload)
    return {
        "restartPolicy": restart,
        "enableServiceLinks": False,
        "serviceAccountName": service_account_of(cluster),
        "priorityClassName": cluster.workload,
        "terminationGracePeriodSeconds": plan.container.grace_s,
        "nodeSelector": _selector(plan, cluster),
        "tolerations": [taint | {"operator": "Equal"} for taint in taints],
        "containers": [_container(plan, cluster)],
        "volumes": [{"name": "shm", "emptyDir": {"medium": "Memory"}}],
    }


def _selector(plan: RunPlan, cluster: ClusterFacts) -> dict[str, str]:
    """Pin the pods to their pool; of a queued run Kueue does, since it says which pool that is."""
    own = {WORKLOAD_LABEL: cluster.workload}
    return own if plan.container.queued else own | {POOL_LABEL: plan.chosen.pools[0].name}


def _container(plan: RunPlan, cluster: ClusterFacts) -> Object:
    container: Object = {
        "name": "run",
        "image": image_of_run(plan.container.image, cluster),
        "env": environment(plan, cluster),
        "resources": resources(plan),
        "volumeMounts": [{"name": "shm", "mountPath": "/dev/shm"}],  # noqa: S108 - shared memory of NCCL
    }
    if saves_to_lustre(plan):
        container["volumeMounts"].append(mount())
    if plan.container.command:
        container["command"] = list(plan.container.command)
    return container


def checkpoint_dir(plan: RunPlan, cluster: ClusterFacts) -> str:
    """Say where a run saves: in its bucket, or in the file system that it mounts."""
    if saves_to_lustre(plan):
        return f"{FOLDER}/{cluster.workload}"
    return f"s3://{bucket_of(cluster)}/{cluster.workload}"


def environment(plan: RunPlan, cluster: ClusterFacts) -> list[Object]:
    """List what a run is told: the contract that its own code keeps."""
    run, saves = plan.container, plan.checkpoint
    told = {"PLIMSOLL_DEADLINE_SECONDS": str(run.enforced_s)}
    if saves is not None:
        told |= {
            "CHECKPOINT_DIR": checkpoint_dir(plan, cluster),
            "CHECKPOINT_INTERVAL_SECONDS": f"{saves.interval_s:.0f}",
            "CHECKPOINT_KEEP": str(run.kept),
        }
    if run.nodes > 1:
        told |= {
            "MASTER_ADDR": f"{cluster.workload}-{GROUP}-0-0.{cluster.workload}",
            "MASTER_PORT": "29500",
            "NNODES": str(run.nodes),
        }
    told["NPROC_PER_NODE"] = str(run.accelerators)
    if run.efa_interfaces:
        told |= {"FI_PROVIDER": "efa", **WITHOUT_HUGE_PAGES}
    variables: list[Object] = [{"name": name, "value": told[name]} for name in sorted(told)]
    if run.nodes > 1:
        index = "metadata.annotations['batch.kubernetes.io/job-completion-index']"
        variables.append({"name": "NODE_RANK", "valueFrom": {"fieldRef": {"fieldPath": index}}})
    return variables


def resources(plan: RunPlan) -> Object:
    """List what one pod requests, and is limited to where it must be."""
    return {"requests": dict(plan.container.requested()), "limits": plan.container.devices()}
