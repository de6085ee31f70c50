"""A batch is an Indexed Job: each worker has an engine beside it and takes its shards in turn.

Worker i of n takes the shards i, i + n, i + 2n …; a shard whose object is there is done, so that a worker
which starts again loses at most the one that it was at. Sources: Kubernetes batch/v1 (Indexed Jobs, sidecar
containers since v1.29).
"""

from plimsoll.engines.base import ContainerSpec
from plimsoll.objects.cluster import ClusterFacts, Object
from plimsoll.objects.container import image_of_run, probe
from plimsoll.objects.namespace import TOKEN_SECRET
from plimsoll.objects.runs.pods import pod_template, resources
from plimsoll.plan.container import STARTUP_PROBE_PERIOD_S
from plimsoll.plan.runs.container import CLIENT_CPU, CLIENT_MEMORY_GIB
from plimsoll.plan.runs.plan import RunPlan

START_PROBES = 180
"""Probes that an engine may fail while it loads: half an hour, since its node may be new. Assumption."""

LATE_S = 600
"""Seconds that a window's start may be missed by; later the window is left out, for its end stays."""


_TOKEN = {"name": TOKEN_SECRET, "key": "token", "optional": True}
"""What opens gated weights; whoever applies these objects puts the Secret there."""


def indexed(spec: Object, plan: RunPlan) -> Object:
    """Count the workers of a batch's job by their index; a failure of one is its own."""
    nodes, retries = plan.container.nodes, spec.pop("backoffLimit")
    return spec | {"completionMode": "Indexed", "completions": nodes, "backoffLimitPerIndex": retries}


def in_window(job: Object, plan: RunPlan) -> Object:
    """Start a job every day where its window begins, if it may run every day; one at a time, in UTC."""
    window = plan.workload.get("window")
    if not window or not _daily(plan):
        return job
    hour, _, minute = str(window["start"]).partition(":")
    spec: Object = {
        "schedule": f"{int(minute)} {int(hour)} * * *",
        "timeZone": "Etc/UTC",
        "concurrencyPolicy": "Forbid",
        "startingDeadlineSeconds": LATE_S,
        "jobTemplate": {
            "metadata": {"labels": job["metadata"]["labels"]},
            "spec": job["spec"],
        },
    }
    metadata = {key: value for key, value in job["metadata"].items() if key != "annotations"}
    return {"apiVersion": "batch/v1", "kind": "CronJob", "metadata": metadata, "spec": spec}


def _daily(plan: RunPlan) -> bool:
    """A window comes 31 times in the longest month; fewer runs are started by their owner."""
    runs = plan.workload.get("runs_per_month")
    return runs is None or runs >= DAYS


DAYS = 31
"""Days of the longest month, in each of which a window comes once."""


def batch_template(plan: RunPlan, server: ContainerSpec, cluster: ClusterFacts) -> Object:
    """Write the pod of a worker: its engine as a sidecar, and who reads requests and writes answers."""
    template = pod_template(plan, cluster)
    spec = template["spec"]
    spec["initContainers"] = [_engine(plan, server)]
    spec["containers"] = [_client(plan, server, cluster)]
    spec["volumes"].append({"name": "cache", "emptyDir": {}})
    return template


def _engine(plan: RunPlan, server: ContainerSpec) -> Object:
    """Start the engine first, and keep it until the worker is through."""
    engine: Object = {
        "name": "engine",
        "image": server.image,
        "restartPolicy": "Always",
        "args": list(server.args),
        "env": [
            {"name": "HF_HOME", "value": "/cache"},
            {"name": "HF_TOKEN", "valueFrom": {"secretKeyRef": _TOKEN}},
            *({"name": key, "value": value} for key, value in sorted(server.env.items())),
        ],
        "resources": resources(plan),
        "startupProbe": probe(server.health_path, STARTUP_PROBE_PERIOD_S, START_PROBES),
        "ports": [{"name": "http", "containerPort": server.port}],
        "volumeMounts": [
            {"name": "cache", "mountPath": "/cache"},
            {"name": "shm", "mountPath": "/dev/shm"},  # noqa: S108 - the container's own
        ],
    }
    return engine | ({"command": list(server.command)} if server.command else {})


def _client(plan: RunPlan, server: ContainerSpec, cluster: ClusterFacts) -> Object:
    run = plan.run
    told = {
        "PLIMSOLL_DEADLINE_SECONDS": str(plan.container.enforced_s),
        "PLIMSOLL_ENGINE_URL": f"http://127.0.0.1:{server.port}/v1",
        "PLIMSOLL_SHARDS": str(run.shards),
        "PLIMSOLL_SHARD_REQUESTS": str(plan.container.shard_requests),
        "PLIMSOLL_WORKERS": str(plan.container.nodes),
        "PLIMSOLL_REQUESTS_IN_FLIGHT": str(plan.container.in_flight),
    }
    client: Object = {
        "name": "run",
        "image": image_of_run(plan.container.image, cluster),
        "env": [{"name": name, "value": told[name]} for name in sorted(told)],
        "resources": {
            "requests": {"cpu": f"{CLIENT_CPU:g}", "memory": f"{CLIENT_MEMORY_GIB:g}Gi"},
            "limits": {"memory": f"{CLIENT_MEMORY_GIB:g}Gi"},
        },
    }
    return client | ({"command": list(plan.container.command)} if plan.container.command else {})
