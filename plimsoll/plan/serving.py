"""What the container of one replica is told."""

import math
from collections.abc import Mapping
from dataclasses import field

from plimsoll.ground.start_up import record

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
class Serving:
    """What the container needs to be told. Requests are pod requests; times are seconds."""

    engine: str | None
    engine_version: str | None
    image: str | None
    model: str | None
    max_model_len_tok: int | None
    max_num_seqs: int | None
    gpu_memory_utilization: float | None
    cpu_request: float
    memory_request_gib: float
    accelerators: int
    cold_start_s: float
    port: int
    command: tuple[str, ...] = ()
    args: tuple[str, ...] = ()
    health_path: str = "/health"
    env: Mapping[str, str] = field(default_factory=dict[str, str])

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
        return min(HPA_WINDOW_MAX_S, max(300, math.ceil(STARTUP_MARGIN * self.cold_start_s)))
