"""The autoscaler of a workload: metric, target and bounds."""

from plimsoll.ground.start_up import record


@record
class Autoscaling:
    """The metric and target that the sized SLA implies, per replica, and the bounds.

    `target` is requests in flight per replica (`metric` = `requests_in_flight`), requests per second and
    replica of a measured service (`requests_per_second`), or a share of the requested CPU (`cpu…`).
    """

    metric: str
    target: float
    unit: str
    min_replicas: int
    max_replicas: int
    scale_to_zero: bool

    @property
    def by_cpu(self) -> bool:
        """Whether the target is a share of the requested CPU rather than requests in flight."""
        return self.metric.startswith("cpu")

    @property
    def target_text(self) -> str:
        """The target as autoscalers write it: whole percent of CPU, or requests per replica."""
        return f"{self.target * 100:.0f}" if self.by_cpu else f"{self.target:g}"
