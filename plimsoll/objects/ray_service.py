"""A RayService runs the replicas of a workload as one Ray cluster: the first on its head, others on workers.

An upgrade makes a second cluster and moves requests over when it answers (KubeRay 1.7, upgradeStrategy
NewCluster): the pool's limits hold both, and so does the ceiling.
"""

from collections.abc import Iterator

from plimsoll.objects.cluster import ClusterFacts, Object
from plimsoll.objects.pod import pod_template
from plimsoll.plan.container import Container
from plimsoll.plan.plan import Plan, Pool
from plimsoll.text.documents import yaml_text

PORTS = {"gcs": 6379, "dashboard": 8265, "client": 10001}
"""Ports of a head beside that of Ray Serve (KubeRay's samples, v1.7)."""

APP = "ray.serve.llm:build_openai_app"
"""What builds an OpenAI-compatible application of one engine (Ray 2.57, Serve LLM API)."""


def ray_service(pool: Pool, plan: Plan, cluster: ClusterFacts) -> Object:
    """Write the RayService of a pool; Ray's own autoscaler changes its workers."""
    tags, serving = cluster.tags, plan.serving_of(pool)
    head = _template(pool, serving, cluster, "ray-head")
    groups = [_workers(pool, serving, cluster)] if pool.max_replicas > 1 else []
    return {
        "apiVersion": "ray.io/v1",
        "kind": "RayService",
        "metadata": {"name": cluster.name_of(pool), "namespace": tags.workload, "labels": tags.labels()},
        "spec": {
            "upgradeStrategy": {"type": "NewCluster"},
            "serveConfigV2": yaml_text(_application(pool, plan, cluster)),
            "rayClusterConfig": {
                "enableInTreeAutoscaling": pool.autoscaled,
                "headGroupSpec": {"rayStartParams": {"dashboard-host": "0.0.0.0"}, "template": head},  # noqa: S104
                "workerGroupSpecs": groups,
            },
        },
    }


def _workers(pool: Pool, serving: Container, cluster: ClusterFacts) -> Object:
    least, most = pool.beside_the_first
    return {
        "groupName": "replicas",
        "replicas": least,
        "minReplicas": least,
        "maxReplicas": most,
        "rayStartParams": {},
        "template": _template(pool, serving, cluster, "ray-worker"),
    }


def _template(pool: Pool, serving: Container, cluster: ClusterFacts, name: str) -> Object:
    """Write a pod that Ray starts: KubeRay gives it its command and its probes."""
    template = pod_template(pool, serving, cluster)
    (server,) = template["spec"]["containers"]
    given = ("command", "args")
    kept = {key: value for key, value in server.items() if not key.endswith("Probe") and key not in given}
    if name == "ray-head":
        more = [{"name": port, "containerPort": number} for port, number in PORTS.items()]
        kept["ports"] = [*kept["ports"], *more]
    return template | {"spec": template["spec"] | {"containers": [kept | {"name": name}]}}


def _application(pool: Pool, plan: Plan, cluster: ClusterFacts) -> Object:
    """Tell Ray Serve the engine, what sizing told it, and how many replicas there are at which load."""
    serving = plan.serving_of(pool)
    model = {
        "model_loading_config": {"model_id": serving.model, "model_source": serving.model},
        "deployment_config": {
            "autoscaling_config": {
                "min_replicas": max(pool.min_replicas, 1),
                "max_replicas": pool.max_replicas,
                "target_ongoing_requests": plan.autoscaling.target,
                "downscale_delay_s": serving.scale_down_window_s,
            }
        },
        "engine_kwargs": dict(_engine(serving.args)),
    }
    application = {
        "name": cluster.workload,
        "route_prefix": "/",
        "import_path": APP,
        "args": {"llm_configs": [model]},
    }
    return {"applications": [application]}


def _engine(args: tuple[str, ...]) -> Iterator[tuple[str, bool | int | float | str]]:
    """Turn the engine's arguments into its keywords: the same names with underscores."""
    for each in args:
        name, _, value = each.removeprefix("--").partition("=")
        if name != "model":
            yield name.replace("-", "_"), _value(value)


def _value(text: str) -> bool | int | float | str:
    if not text:
        return True
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text
