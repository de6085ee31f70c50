"""The container of a replica is told what the plan says: image, arguments, probes, requests."""

from collections.abc import Mapping
from typing import Any

from plimsoll.ground.problems import Problem, SpecError
from plimsoll.objects.cluster import ClusterFacts, Object
from plimsoll.objects.namespace import TOKEN_SECRET
from plimsoll.objects.nodes.marks import GPU
from plimsoll.plan.container import STARTUP_PROBE_PERIOD_S, Container
from plimsoll.plan.plan import Plan

UNSET_IMAGE = "image-not-set.invalid/{workload}:unset"
"""What a preview shows where nobody named an image; an update refuses."""

PRE_STOP_S = 15
"""Time for the Service to forget a pod that is going."""


def container(serving: Container, cluster: ClusterFacts) -> Object:
    """Write the one container of a pod.

    Raises:
        SpecError: The engine loads weights by name and the spec gave only a shape.
    """
    made: dict[str, Any] = {
        "name": "server",
        "image": _image(serving, cluster) or UNSET_IMAGE.replace("{workload}", cluster.workload),
        "resources": _resources(serving),
        "securityContext": {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}},
        "volumeMounts": [
            {"name": "cache", "mountPath": "/cache"},
            {"name": "shm", "mountPath": "/dev/shm"},  # noqa: S108 - the container's own
        ],
        "env": _environment(serving, cluster),
    }
    if serving.port is not None:
        made |= _reached(serving, serving.port)
    if serving.command:
        made["command"] = list(serving.command)
    if arguments := _arguments(serving, cluster.workload):
        made["args"] = arguments
    return made


def _reached(serving: Container, port: int) -> Object:
    """Say where it listens, how it is asked whether it serves, and that its Service has to forget it."""
    return {
        "ports": [{"name": "http", "containerPort": port}],
        "startupProbe": probe(serving.health_path, STARTUP_PROBE_PERIOD_S, serving.startup_failure_threshold),
        "readinessProbe": probe(serving.health_path, 5, 2),
        "livenessProbe": probe(serving.health_path, 10, 6),
        "lifecycle": {"preStop": {"sleep": {"seconds": PRE_STOP_S}}},
    }


def missing_image(plan: Plan, cluster: ClusterFacts) -> Problem | None:
    """Say why the pods have no image to run, and who may name one; None if they have one."""
    workload = cluster.workload
    servings = [plan.serving_of(pool) for pool in plan.chosen.pools]
    serving = next((each for each in servings if not _image(each, cluster)), None)
    if serving is None:
        return None
    if plan.by_ray:
        what, path = "nobody knows an image with Ray and this vLLM", f"{workload}.engine.run_by"
        fix = f"set images.{workload} in the stack to one with Ray and vLLM {serving.engine_version}"
    elif serving.engine:
        what, path = "there are no weights to serve", f"{workload}.model"
        fix = "name the model as its hub repository, or give weights"
    elif serving.model:
        what, path = f"no engine is known for {serving.model}", f"{workload}.model"
        fix = f"set images.{workload} in the stack"
    else:
        what, path = "the measured service names no image", f"{workload}.measured.image"
        fix = f"set measured.image in the spec, or images.{workload} in the stack"
    return Problem(
        what=what,
        why="it can be sized and priced without one, but not run",
        fix=fix,
        path=path,
    )


def image_of_run(image: str | None, cluster: ClusterFacts) -> str:
    """Take the cluster's own choice before the spec's; without one say so in the image itself."""
    named = cluster.images.get(cluster.workload) or image
    return named or UNSET_IMAGE.replace("{workload}", cluster.workload)


def missing_image_of_run(
    image: str | None, cluster: ClusterFacts, key: str = "engine.image"
) -> Problem | None:
    """Say why a run has no image, and who may name one, by the spec's `key`; None if it has one."""
    if cluster.images.get(cluster.workload) or image:
        return None
    return Problem(
        what="the run names no image",
        why="it can be planned and priced without one, but not run",
        fix=f"set {key} in the spec, or images.{cluster.workload} in the stack",
        path=f"{cluster.workload}.{key}",
    )


def _image(serving: Container, cluster: ClusterFacts) -> str | None:
    """Take the cluster's own choice before the plan's."""
    return cluster.images.get(cluster.workload) or serving.image


def _arguments(serving: Container, workload: str) -> list[str]:
    if serving.engine and not serving.model:
        raise SpecError(
            Problem(
                what="there are no weights to serve",
                why="the model is given by its shape alone, which can be sized but not run",
                fix="name the model as its hub repository, or point to its config.json",
                path=f"{workload}.model",
            )
        )
    return list(serving.args)


def _environment(serving: Container, cluster: ClusterFacts) -> list[Object]:
    variables: list[Object] = [{"name": "HF_HOME", "value": "/cache"}]
    variables += [{"name": key, "value": value} for key, value in sorted(_told(serving).items())]
    if serving.model and (cluster.token is not None or serving.gated):
        token: Object = {"name": TOKEN_SECRET, "key": "token"}
        if cluster.token is None:
            # Whoever applies these objects by other means may put the Secret there.
            token["optional"] = True
        variables.append({"name": "HF_TOKEN", "valueFrom": {"secretKeyRef": token}})
    return variables


def _told(serving: Container) -> Mapping[str, str]:
    if not serving.efa_interfaces:
        return serving.env
    from plimsoll.plan.runs.container import WITHOUT_HUGE_PAGES  # start-up: few span nodes

    return {**WITHOUT_HUGE_PAGES, **serving.env}


def _resources(serving: Container) -> Object:
    memory = f"{serving.memory_request_gib:g}Gi"
    requests = {"cpu": f"{serving.cpu_request:g}", "memory": memory}
    limits = {"memory": memory}
    if serving.accelerators:
        # An extended resource must be limited to exactly what is requested.
        resource = serving.accelerator_resource or GPU
        requests[resource] = limits[resource] = str(serving.accelerators)
    if serving.efa_interfaces:
        from plimsoll.plan.runs.container import EFA  # start-up: few span nodes

        requests[EFA] = limits[EFA] = str(serving.efa_interfaces)
    return {"requests": requests, "limits": limits}


def probe(path: str, period_s: int, failures: int) -> Object:
    """Ask a container over HTTP whether it serves, so often, until so many times it did not."""
    return {
        "httpGet": {"path": path, "port": "http"},
        "periodSeconds": period_s,
        "timeoutSeconds": 5,
        "failureThreshold": failures,
    }
