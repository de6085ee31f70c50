"""The container of one replica is what its engine starts, with the requests of its pod and their patience."""

import math
from collections.abc import Mapping
from dataclasses import field
from typing import Annotated

from plimsoll.catalog.facts import InstanceType
from plimsoll.ground.start_up import record
from plimsoll.sizing.sharing.whole import RESOURCE
from plimsoll.sizing.work.base import Work
from plimsoll.sizing.work.setup import Setup

STARTUP_PROBE_PERIOD_S = 10
"""Seconds between two startup probes: the period of vLLM's own Kubernetes guide."""

STARTUP_MARGIN = 2
"""A start may take this many times its estimate before the kubelet gives up: too small a budget kills
a model that is still loading (vLLM docs/deployment/k8s.md), too large a one only delays bad news."""

NODE_WAIT_S = 600
"""Seconds a rollout waits for a node on top of the startup budget; twice EKS's usual 60 to 120 s plus
one retry after an insufficient-capacity answer, which Karpenter caches for 3 minutes."""

HPA_WINDOW_MAX_S = 3600
"""The longest stabilisation window that autoscaling/v2 accepts."""


@record
class Container:
    """What the container needs to be told. Requests are pod requests; times are seconds."""

    engine: Annotated[str | None, "Serving engine; null for a measured service."]
    engine_version: Annotated[str | None, "Engine version."]
    image: Annotated[str | None, "Container image."]
    model: Annotated[str | None, "Model that the engine loads."]
    gated: Annotated[bool, "Whether it is downloaded with a token alone."]
    max_model_len_tok: Annotated[int | None, "Longest prompt and answer together, tokens."]
    max_num_seqs: Annotated[int | None, "Most requests decoded together."]
    gpu_memory_utilization: Annotated[float | None, "Share of device memory that the engine takes."]
    cpu_request: Annotated[float, "Pod CPU request, vCPU."]
    memory_request_gib: Annotated[float, "Pod memory request, GiB."]
    accelerators: Annotated[int, "Accelerators of one pod."]
    cold_start_s: Annotated[float, "From a missing node to the first token, seconds."]
    port: Annotated[int | None, "Port of the container; null where it takes tasks from a queue."]
    command: Annotated[tuple[str, ...], "Container command."] = ()
    args: Annotated[tuple[str, ...], "Container arguments."] = ()
    health_path: Annotated[str, "HTTP path of the probes."] = "/health"
    env: Annotated[Mapping[str, str], "Environment variables."] = field(default_factory=dict[str, str])
    grace_s: Annotated[
        int | None, "Seconds that it needs to end what it has begun; null where its capacity decides."
    ] = None
    accelerator_resource: Annotated[
        str | None, "Extended resource of which the pod asks for so many accelerators; null on CPUs alone."
    ] = None
    efa_interfaces: Annotated[int, "EFA interfaces of one pod; 0 where a replica lies on one node."] = 0

    @property
    def startup_failure_threshold(self) -> int:
        """Failed startup probes to allow: margin × cold start ÷ probe period, at least one minute."""
        return max(6, math.ceil(STARTUP_MARGIN * self.cold_start_s / STARTUP_PROBE_PERIOD_S))

    @property
    def progress_deadline_s(self) -> int:
        """Seconds a rollout may stall: the startup budget plus the wait for a node."""
        return self.startup_failure_threshold * STARTUP_PROBE_PERIOD_S + NODE_WAIT_S

    @property
    def scale_down_window_s(self) -> int:
        """Seconds of low load before a replica goes: twice what it costs to get it back, 5 min to 1 h."""
        window = math.ceil(STARTUP_MARGIN * self.cold_start_s)
        return min(HPA_WINDOW_MAX_S, max(300, window, self.grace_s or 0))


def _resource(setup: Setup) -> str | None:
    share = setup.pod.share
    if share is not None:
        return share.resource
    return RESOURCE if setup.pod.accelerators else None


def container_of(work: Work, setup: Setup, instance: InstanceType, cold_start_s: float) -> Container:
    """Put down what the kind of work starts, what sizing told its engine, and what its pod requests."""
    spec, told = work.container(setup, instance), setup.settings
    return Container(
        engine=spec.engine,
        engine_version=spec.version,
        image=spec.image,
        model=spec.model,
        gated=setup.weights is not None and setup.weights.gated,
        max_model_len_tok=told.max_model_len_tok if told else None,
        max_num_seqs=told.max_num_seqs if told else None,
        gpu_memory_utilization=told.gpu_memory_utilization if told else None,
        cpu_request=setup.pod.cpu,
        memory_request_gib=work.memory_request_gib(setup, instance),
        accelerators=setup.pod.accelerators,
        cold_start_s=cold_start_s,
        port=spec.port,
        command=spec.command,
        args=spec.args,
        health_path=spec.health_path,
        env=spec.env,
        grace_s=spec.grace_s,
        accelerator_resource=_resource(setup),
        efa_interfaces=instance.efa_interfaces if setup.stages > 1 else 0,
    )
