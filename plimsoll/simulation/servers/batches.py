"""A server of whole requests answers them in batches: what waits when one ends makes the next."""

import math
from collections import deque
from collections.abc import Callable

from plimsoll.simulation.chance.draws import on_grid
from plimsoll.simulation.servers.stream import Outcomes, Stream
from plimsoll.simulation.servers.use import ReplicaUse


class BatchServer:
    """One replica. A batch of b takes `forward_s(b)`; with a largest batch of one it is M/D/1."""

    def __init__(
        self, forward_s: Callable[[float], float], most: int, stream: Stream, outcomes: Outcomes
    ) -> None:
        self.stream, self.outcomes = stream, outcomes
        self.now = 0.0
        self.use = ReplicaUse()
        self.preemptions = self.found_tok = 0
        self._forward_s, self._most = forward_s, most
        self._inbox: deque[int] = deque()
        self._batch_s: dict[int, float] = {}
        self._late: deque[int] = deque()
        """Requests of a batch that ended after the time up to which was asked."""

    @property
    def in_flight(self) -> int:
        """Requests that were taken and are not done."""
        return len(self._inbox) + len(self._late)

    def offer(self, request: int) -> None:
        """Take a request that arrives not before any that was taken."""
        self._inbox.append(request)

    def run(self, until: float) -> None:
        """Serve up to a time; a batch that has begun is ended."""
        times, inbox = self.stream.times, self._inbox
        self._late.clear()
        while inbox:
            start = max(self.now, times[inbox[0]])
            if start >= until:
                break
            batch: list[int] = []
            while inbox and len(batch) < self._most and times[inbox[0]] <= start:
                batch.append(inbox.popleft())
            self._serve(batch, start, until)
        self.now = max(self.now, until) if until < math.inf else self.now

    def lost(self) -> list[int]:
        """Give up: the requests that are not done."""
        return [*self._late, *self._inbox]

    def _serve(self, batch: list[int], start: float, until: float) -> None:
        size = len(batch)
        if size not in self._batch_s:
            self._batch_s[size] = on_grid(self._forward_s(float(size)))
        lasts = self._batch_s[size]
        self.use.add(start, lasts, size)
        self.now = start + lasts
        for request in batch:
            self.outcomes.began[request] = start
            self.outcomes.first[request] = self.outcomes.done[request] = self.now
        if self.now > until:
            self._late.extend(batch)
