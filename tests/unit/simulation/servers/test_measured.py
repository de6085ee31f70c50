"""A measured server: the measured latency, and waits beyond what was measured."""

import math

from plimsoll.simulation.servers.measured import MeasuredServer, MeasuredSpeed
from plimsoll.simulation.servers.stream import Outcomes, Stream

SPEED = MeasuredSpeed.of(2.0, {"latency_p50": 1.0, "latency_p95": 2.0})


def test_a_latency_lies_on_lines_between_the_measured_percentiles() -> None:
    assert [SPEED.latency_s(share) for share in (0.1, 0.5, 0.725, 0.95, 0.999)] == [1.0, 1.0, 1.5, 2.0, 2.0]
    assert MeasuredSpeed.of(2.0, {}).latency_s(0.5) == 0.0


def test_no_request_is_faster_than_measured_and_a_crowd_leaves_at_the_measured_rate() -> None:
    count = 12
    stream = Stream([0.0] * count, [1] * count, [1] * count, [0.5] * count)
    outcomes = Outcomes(count)
    server = MeasuredServer(SPEED, stream, outcomes)
    for request in range(count):
        server.offer(request)
    server.run(math.inf)
    assert outcomes.done[:4] == [1.0] * 4, "four leave within the slowest latency that was measured"
    assert [outcomes.done[request] - outcomes.done[request - 1] for request in range(5, count)] == [0.5] * 7


def test_what_is_not_answered_yet_is_in_flight() -> None:
    stream = Stream([0.0, 0.25], [1, 1], [1, 1], [0.5, 0.95])
    server = MeasuredServer(SPEED, stream, Outcomes(2))
    server.offer(0)
    server.offer(1)
    server.run(1.5)
    assert server.in_flight == 1
    assert server.lost() == [1]
