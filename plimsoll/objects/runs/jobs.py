"""A run is one Job, a gang of them (JobSet), or a TrainJob where Kubeflow's trainer makes the gang.

Sources: Kubernetes batch/v1 (podFailurePolicy needs restartPolicy Never; `activeDeadlineSeconds` covers all
retries), JobSet v1alpha2, Kubeflow Trainer v1alpha1; Kueue v0.19 admits what is created suspended.
"""

from plimsoll.ground.tree import mapping_at
from plimsoll.objects.cluster import ClusterFacts, Object
from plimsoll.objects.container import image_of_run
from plimsoll.objects.runs.batch import batch_template, in_window, indexed
from plimsoll.objects.runs.lustre import claim_policies, saves_to_lustre
from plimsoll.objects.runs.names import GROUP, MAX_EXEC_TIME, PRIORITY, QUEUE_NAME, RUNS_PER_MONTH
from plimsoll.objects.runs.pods import environment, pod_template, resources
from plimsoll.plan.runs.container import TRAINER
from plimsoll.plan.runs.plan import RunPlan

RETRIES = 6
"""Failures of the program itself after which it gives up (batch/v1's default). Disruptions do not count."""

RESTARTS = 100
"""Restarts of a gang: without number for any real run, since its time in all is what ends it."""

KEPT_S = 86_400
"""Seconds that a finished job is kept, so that somebody can read why it ended."""

MANAGER = "plimsoll.dev/run"
"""Who a patch of the runtime is by."""

RUNTIME = "torch-distributed"
"""The ClusterTrainingRuntime that Kubeflow Trainer ships for PyTorch."""


def job_of(plan: RunPlan, cluster: ClusterFacts) -> Object:
    """Write what starts the pods of a run."""
    if plan.container.server is not None:
        return in_window(job(plan, cluster), plan)
    if plan.container.engine == TRAINER:
        return train_job(plan, cluster)
    gang = plan.container.nodes > 1 or saves_to_lustre(plan)
    return job_set(plan, cluster) if gang else job(plan, cluster)


def job(plan: RunPlan, cluster: ClusterFacts) -> Object:
    """Run on one node: the deadline ends it, whatever was retried."""
    spec = _job_spec(plan, cluster, RETRIES) | {"ttlSecondsAfterFinished": KEPT_S}
    if plan.container.queued:
        spec["suspend"] = True
    return {"apiVersion": "batch/v1", "kind": "Job", "metadata": _metadata(plan, cluster), "spec": spec}


def job_set(plan: RunPlan, cluster: ClusterFacts) -> Object:
    """Run on several nodes that start, fail and start again together, or on one beside its file system.

    One node retries by itself; several are started anew, as often as it takes.
    """
    several = plan.container.nodes > 1
    workers = {
        "name": GROUP,
        "replicas": 1,
        "template": {
            "metadata": {"labels": cluster.tags.labels()},
            "spec": _job_spec(plan, cluster, 0 if several else RETRIES)
            | {"completionMode": "Indexed", "completions": plan.container.nodes},
        },
    }
    spec: Object = {
        "network": {"enableDNSHostnames": True, "subdomain": cluster.workload},
        "successPolicy": {"operator": "All"},
        "failurePolicy": {"maxRestarts": RESTARTS if several else 0, "restartStrategy": "Recreate"},
        "replicatedJobs": [workers],
        "ttlSecondsAfterFinished": KEPT_S,
    }
    if plan.container.queued:
        spec["suspend"] = True
    if saves_to_lustre(plan):
        spec["volumeClaimPolicies"] = claim_policies(plan, cluster)
    return {
        "apiVersion": "jobset.x-k8s.io/v1alpha2",
        "kind": "JobSet",
        "metadata": _metadata(plan, cluster),
        "spec": spec,
    }


def train_job(plan: RunPlan, cluster: ClusterFacts) -> Object:
    """Let Kubeflow's trainer make the gang; Kueue says which pool, and ends it."""
    run = plan.container
    trainer: Object = {
        "numNodes": run.nodes,
        "numProcPerNode": run.accelerators,
        "image": image_of_run(plan.container.image, cluster),
        "env": [each for each in environment(plan, cluster) if "value" in each],
        "resourcesPerNode": resources(plan),
    }
    if run.command:
        trainer["command"] = list(run.command)
    spec: Object = {
        "suspend": True,
        "runtimeRef": {"apiGroup": "trainer.kubeflow.org", "kind": "ClusterTrainingRuntime", "name": RUNTIME},
        "trainer": trainer,
        "runtimePatches": [_runtime_patch(plan, cluster)],
        "activeDeadlineSeconds": run.enforced_s,
    }
    return {
        "apiVersion": "trainer.kubeflow.org/v1alpha1",
        "kind": "TrainJob",
        "metadata": _metadata(plan, cluster),
        "spec": spec,
    }


def _runtime_patch(plan: RunPlan, cluster: ClusterFacts) -> Object:
    """Say of the pods what a TrainJob has no field for: who they are, where they run, how they end."""
    own = pod_template(plan, cluster)
    kept = ("serviceAccountName", "terminationGracePeriodSeconds", "nodeSelector", "tolerations", "volumes")
    mounts = own["spec"]["containers"][0]["volumeMounts"]
    spec = {key: own["spec"][key] for key in kept} | {"containers": [{"name": GROUP, "volumeMounts": mounts}]}
    pods = {"name": GROUP, "template": {"spec": {"template": {"metadata": own["metadata"], "spec": spec}}}}
    return {
        "manager": MANAGER,
        "trainingRuntimeSpec": {"template": {"spec": {"replicatedJobs": [pods]}}},
    }


def _job_spec(plan: RunPlan, cluster: ClusterFacts, retries: int) -> Object:
    """Let disruptions of nodes pass uncounted on one node; in a gang every failure starts all anew."""
    spec: Object = {
        "parallelism": plan.container.nodes,
        "backoffLimit": retries,
        "activeDeadlineSeconds": plan.container.enforced_s,
        "podReplacementPolicy": "Failed",
        "template": pod_template(plan, cluster),
    }
    if retries:
        disrupted = [{"type": "DisruptionTarget", "status": "True"}]
        spec["completions"] = 1
        spec["podFailurePolicy"] = {"rules": [{"action": "Ignore", "onPodConditions": disrupted}]}
    server = plan.container.server
    if server is None:
        return spec
    return indexed(spec | {"template": batch_template(plan, server, cluster)}, plan)


def _metadata(plan: RunPlan, cluster: ClusterFacts) -> Object:
    labels = cluster.tags.labels()
    if plan.container.queued:
        labels |= {
            QUEUE_NAME: queue_of(plan, cluster),
            PRIORITY: cluster.workload,
            MAX_EXEC_TIME: str(plan.container.enforced_s),
        }
    metadata: Object = {
        "name": cluster.workload,
        "namespace": cluster.workload,
        "labels": dict(sorted(labels.items())),
    }
    if plan.workload.get("runs_per_month") is not None:
        metadata["annotations"] = {RUNS_PER_MONTH: str(plan.starts_a_month)}
    return metadata


def queue_of(plan: RunPlan, cluster: ClusterFacts) -> str:
    """Name the LocalQueue of a run: the spec's, else the workload's own."""
    return str(mapping_at(plan.workload, "queue").get("name") or cluster.workload)
