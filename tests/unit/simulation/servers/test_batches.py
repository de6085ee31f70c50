"""A server of batches: what waits makes the next batch, up to the largest."""

import math

from plimsoll.simulation.servers.batches import BatchServer
from plimsoll.simulation.servers.stream import Outcomes, Stream


def test_what_comes_during_a_batch_makes_the_next_one() -> None:
    stream = Stream([0.0, 0.5, 0.75, 5.0], [1] * 4, [1] * 4)
    outcomes = Outcomes(4)
    server = BatchServer(lambda size: 1.0 + size, 8, stream, outcomes)
    for request in range(4):
        server.offer(request)
    server.run(math.inf)
    assert outcomes.done == [2.0, 5.0, 5.0, 7.0]
    assert outcomes.began == [0.0, 2.0, 2.0, 5.0]


def test_no_batch_is_larger_than_the_largest_and_late_ones_are_in_flight() -> None:
    stream = Stream([0.0, 0.0, 0.0], [1] * 3, [1] * 3)
    outcomes = Outcomes(3)
    server = BatchServer(lambda _: 4.0, 2, stream, outcomes)
    for request in range(3):
        server.offer(request)
    server.run(1.0)
    assert server.in_flight == 3
    assert server.lost() == [0, 1, 2]
    server.run(math.inf)
    assert outcomes.done == [4.0, 4.0, 8.0]
    assert server.in_flight == 0
