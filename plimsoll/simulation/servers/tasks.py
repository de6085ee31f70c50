"""Workers take tasks from one queue: first come, first served, by whichever slot is free first."""

from collections import deque
from heapq import heappop, heappush, heapreplace

from plimsoll.simulation.chance.draws import on_grid
from plimsoll.simulation.servers.stream import Outcomes, Stream
from plimsoll.simulation.servers.use import ReplicaUse


class TaskQueue:
    """All workers together: M/G/c. A slot that goes ends its task; one that comes is free from then on."""

    def __init__(self, task_s: float, stream: Stream, outcomes: Outcomes) -> None:
        self.stream, self.outcomes = stream, outcomes
        self.use = ReplicaUse()
        self._task_s = task_s
        self._free: list[float] = []
        self._queue: deque[int] = deque()

    @property
    def waiting(self) -> int:
        """Tasks that no slot has taken."""
        return len(self._queue)

    def running(self, at: float) -> int:
        """Tasks that are taken and not done at a time."""
        return sum(free > at for free in self._free)

    def add(self, slots: int, at: float) -> None:
        """Let slots begin to take tasks."""
        for _ in range(slots):
            heappush(self._free, at)

    def remove(self, slots: int) -> None:
        """Let those slots go that are free first; tasks that they have begun are done."""
        for _ in range(min(slots, len(self._free))):
            heappop(self._free)

    def offer(self, task: int) -> None:
        """Put a task into the queue."""
        self._queue.append(task)

    def run(self, until: float) -> None:
        """Let slots take every task that one of them can begin before a time."""
        stream, outcomes, queue, free = self.stream, self.outcomes, self._queue, self._free
        while queue and free:
            task = queue[0]
            start = max(free[0], stream.times[task])
            if start >= until:
                return
            queue.popleft()
            lasts = on_grid(self._task_s * stream.sizes[task])
            heapreplace(free, start + lasts)
            self.use.add(start, lasts, 1.0)
            outcomes.began[task] = outcomes.first[task] = start
            outcomes.done[task] = start + lasts
