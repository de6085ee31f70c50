"""The series of a fleet, minute by minute, against sums that can be done by hand."""

import pytest

from plimsoll.simulation.answer.minutes import minutes_of
from plimsoll.simulation.fleet.rented import RentedReplicas
from plimsoll.simulation.kinds import QueueWork, TokenWork
from plimsoll.simulation.servers.stream import Stream
from plimsoll.simulation.servers.tokens import TokenSpeed
from plimsoll.sizing.traffic import Lengths, Traffic

TRAFFIC = Traffic(1.0, None, (1.0,), Lengths(10.0, 0.0), Lengths(5.0, 0.0), 0.0, False)


def test_requests_use_and_cache_are_counted_where_they_are() -> None:
    speed = TokenSpeed(lambda _: 1.0, lambda tokens, _: tokens, lambda tokens: tokens, 8, 100, 100.0)
    work = TokenWork(TRAFFIC, speed)
    fleet = work.fleet(RentedReplicas(1, 1, 1, None, 0.0), Stream([0.0, 60.0], [10, 10], [21, 21]), 1)
    fleet.serve()
    first, second = minutes_of(work, fleet)
    assert (first.requests, second.requests) == (1, 1)
    assert first.replicas == first.rented == second.replicas == 1.0
    assert first.gpu_use == pytest.approx(30 / 60)
    assert first.in_flight == pytest.approx(30 / 60)
    assert second.gpu_use == 1.0, "the last minute is as long as what happened in it"
    assert first.latency_ms["ttft_p50_ms"] == 10_000
    assert first.latency_ms["tpot_p95_ms"] == 1_000
    assert first.kv_use == pytest.approx((10 * 10 + 20 * 10) / 60 / 100)


def test_workers_are_busy_by_their_slots() -> None:
    work = QueueWork(task_s=30.0, cv=0.0, slots=2)
    fleet = work.fleet(RentedReplicas(1, 1, 1, None, 0.0), Stream([0.0] * 3, [1] * 3, [1] * 3, [1.0] * 3), 1)
    fleet.serve()
    first, _ = minutes_of(work, fleet)
    assert first.gpu_use == pytest.approx(90 / 120)
    assert first.kv_use is None
    assert first.latency_ms["wait_p99_ms"] == 30_000
