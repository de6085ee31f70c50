"""The autoscaler counts replicas as Kubernetes does: by a metric's sum and its target, in steps of time."""

import math
from collections import deque
from typing import Annotated

from plimsoll.ground.start_up import record

TICK_S = 15.0
"""Seconds between two looks: KEDA's polling interval in the manifests, and the HPA's own sync period."""

TOLERANCE = 0.1
"""Share by which the metric may miss its target before anything is done. Source: the HPA's default."""

PERIOD_S = 60.0
"""Seconds in which the replicas may double at most, or one of them go: what the manifests allow."""


@record
class ScalingRule:
    """A metric is held at `target` per replica, within bounds; less is only believed after `window_s`."""

    metric: Annotated[str, "requests_in_flight, requests_per_second or queue_tasks."]
    target: float
    least: int
    most: int
    window_s: float
    counts_running: bool = True
    """Whether requests that a replica has begun count."""


class Autoscaler:
    """Keeps what was wanted of late, and decides how many replicas there are next."""

    def __init__(self, rule: ScalingRule, start: int) -> None:
        self.rule = rule
        self._wanted: deque[tuple[float, int]] = deque([(0.0, start)])
        self._had: deque[tuple[float, int]] = deque()

    def decide(self, now: float, current: int, total: float) -> int:
        """Say how many replicas are wanted now, of `current` and the sum of the metric over all.

        Source: Kubernetes, Horizontal Pod Autoscaling, algorithm details; KEDA starts the first of none.
        """
        rule = self.rule
        wanted = math.ceil(total / rule.target - 1e-9)
        if current and abs(total / (rule.target * current) - 1) <= TOLERANCE:
            wanted = current
        wanted = min(max(wanted, rule.least), rule.most)
        self._wanted.append((now, wanted))
        while self._wanted[0][0] < now - rule.window_s:
            self._wanted.popleft()
        steady = max(each for _, each in self._wanted)
        return self._in_steps(now, current, wanted if wanted > current else min(steady, current))

    def _in_steps(self, now: float, current: int, wanted: int) -> int:
        """Double at most, or let one go, of what there was a minute ago."""
        self._had.append((now, current))
        while self._had[0][0] <= now - PERIOD_S:
            self._had.popleft()
        before = self._had[0][1]
        return min(wanted, max(2 * before, 1)) if wanted > current else max(wanted, before - 1)
