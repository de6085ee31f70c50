"""What was measured of the tasks of one variant of a worker, and what follows from it for all its workers."""

import math
from functools import cached_property

from plimsoll.sizing.waits.tasks import Arrivals
from plimsoll.spec import defaults
from plimsoll.spec.measured.queue import Queue
from plimsoll.spec.measured.queue_rules import SQS_MOST_S, longest_s
from plimsoll.spec.workload import Measured

LEAST_GRACE_S = 30
"""Kubernetes' own grace period; shorter tasks have it too."""


class VariantTasks:
    """Tasks of a queue as one variant takes them; `wait_s` and `drain_s` are the limits, None without one."""

    def __init__(
        self, measured: Measured, queue: Queue, *, wait_s: float | None, drain_s: float | None
    ) -> None:
        self.measured, self._queue = measured, queue
        self._wait_s, self._drain_s = wait_s, drain_s

    @cached_property
    def slots(self) -> int:
        """Tasks that one worker takes at once."""
        return self.measured.tasks_at_once or defaults.TASKS_AT_ONCE

    @cached_property
    def arrivals(self) -> Arrivals:
        """The tasks of the peak."""
        cv, given = self.measured.task_cv, self.measured.task_mean_ms
        rate = self._queue.tasks_per_s.peak
        return Arrivals(rate, (given or 0.0) / 1000, cv if cv is not None else float(defaults.TASK_CV))

    @cached_property
    def longest_s(self) -> float:
        """The longest that a task may take."""
        said = self._queue.longest_task_s
        return said if said is not None else longest_s(self.arrivals.task_s, self.arrivals.cv)

    @cached_property
    def fewest(self) -> int:
        """The workers that hold the wait and drain the backlog in time."""
        return self.arrivals.workers(self.slots, self._wait_s, self._queue.backlog or 0.0, self._drain_s)

    @cached_property
    def for_wait(self) -> int:
        """The workers that the tasks which come need: those for a backlog start when it lies there."""
        return self.arrivals.workers(self.slots, self._wait_s, 0.0, None)

    @property
    def grace_s(self) -> int:
        """What a worker that is ending needs."""
        return max(math.ceil(self.longest_s), LEAST_GRACE_S)

    @property
    def visibility_s(self) -> int:
        """The longest task and the grace of a worker that is ending: sooner, a task is done twice."""
        wanted = math.ceil(self.longest_s) + self.grace_s
        return min(wanted, int(SQS_MOST_S)) if self._queue.type == "sqs" else wanted

    def usual(self, serving: int) -> int:
        """Count the workers that are there without a backlog, of those that serve the peak with one."""
        return max(serving - (self.fewest - self.for_wait), 1)
