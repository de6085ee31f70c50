"""A measured server answers as fast as was measured while requests come no faster than was measured."""

import math
from collections import deque
from collections.abc import Mapping, Sequence

from plimsoll.ground.start_up import record
from plimsoll.simulation.chance.draws import on_grid
from plimsoll.simulation.servers.stream import Outcomes, Stream
from plimsoll.simulation.servers.use import ReplicaUse


@record
class MeasuredSpeed:
    """A replica lets one request go every `1 ÷ qps` seconds; `points` (share, seconds) were measured.

    Between two percentiles that were measured the latency is drawn on a straight line; below the lowest and
    above the highest it is theirs.
    """

    qps: float
    points: tuple[tuple[float, float], ...]

    @classmethod
    def of(cls, qps: float, measured_s: Mapping[str, float]) -> "MeasuredSpeed":
        """Take the measured percentiles (`latency_p95`) in order."""
        shares = {key: float(key.rpartition("_p")[2]) / 100 for key in measured_s}
        return cls(qps, tuple(sorted((shares[key], measured_s[key]) for key in measured_s)))

    def latency_s(self, share: float) -> float:
        """The latency that a share of the requests stays below; 0 where none was measured."""
        return _on_line(self.points, share)


def _on_line(points: Sequence[tuple[float, float]], share: float) -> float:
    if not points:
        return 0.0
    at, value = points[0]
    for next_at, next_value in points:
        if share <= next_at:
            return value if next_at <= at else value + (next_value - value) * (share - at) / (next_at - at)
        at, value = next_at, next_value
    return value


class MeasuredServer:
    """One replica: the measured latency, and what an M/D/1 of the measured rate waits beyond it.

    Work that is done within the slowest measured latency was there in the measurement too, so its waits are
    in that already; what more lies before a request, it waits for besides. Where one latency of 1 ÷ qps was
    measured, this is M/D/1.
    """

    def __init__(self, speed: MeasuredSpeed, stream: Stream, outcomes: Outcomes) -> None:
        self.stream, self.outcomes = stream, outcomes
        self.use = ReplicaUse()
        self.preemptions = self.found_tok = 0
        self._speed, self._each_s = speed, on_grid(1.0 / speed.qps)
        self._slowest_s = max(on_grid(speed.latency_s(1.0)), self._each_s)
        self._clock = 0.0
        self._inbox: deque[int] = deque()
        self._open: deque[int] = deque()

    @property
    def in_flight(self) -> int:
        """Requests that were taken and are not done."""
        return len(self._inbox) + len(self._open)

    def offer(self, request: int) -> None:
        """Take a request that arrives not before any that was taken."""
        self._inbox.append(request)

    def run(self, until: float) -> None:
        """Let go all that may go by a time."""
        stream, outcomes, inbox = self.stream, self.outcomes, self._inbox
        self._open = deque(request for request in self._open if outcomes.done[request] > until)
        while inbox and max(self._clock, stream.times[inbox[0]]) < until:
            request = inbox.popleft()
            arrived = stream.times[request]
            began = max(self._clock, arrived)
            self._clock = began + self._each_s
            beyond = max(self._clock - arrived - self._slowest_s, 0.0)
            done = arrived + on_grid(self._speed.latency_s(stream.sizes[request])) + beyond
            outcomes.began[request] = began
            outcomes.first[request] = outcomes.done[request] = done
            self.use.add(began, self._each_s, 1.0)
            if done > until:
                self._open.append(request)
        if until < math.inf:
            self._clock = max(self._clock, until)

    def lost(self) -> list[int]:
        """Give up: the requests that are not done."""
        return [*self._open, *self._inbox]
