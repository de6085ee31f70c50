"""A replica is loaded as far as its limits hold at the confidence that the spec asks for."""

from collections.abc import Sequence
from dataclasses import dataclass

import pytest

from plimsoll.sizing.latency_limits import LatencyLimits, margin
from plimsoll.sizing.replica import batch_at
from plimsoll.sizing.work.setup import most_load

INTERVALS = {"tpot": (0.7, 1.4), "ttft": (0.5, 2.0)}
TOKENS = 100


@dataclass(frozen=True)
class Steps:
    """Steps of `base` seconds, a hundredth of that more for each request in them, all `slower` times over."""

    base: float = 0.02
    slower: float = 1.0
    top_batch: float = 50.0
    full_batch: float = 60.0
    most_qps: float = 100.0

    def step_s(self, batch: float) -> float:
        return self.slower * self.base * (1 + batch / 100)

    def qps_of(self, batch: float) -> float:
        return batch / (TOKENS * self.step_s(batch))

    def latencies_s(self, batch: float, keys: Sequence[str]) -> list[float]:
        return [self.step_s(batch) for _ in keys]

    def in_flight(self, batch: float) -> float:
        return batch


@pytest.mark.parametrize("confidence", [0.5, 0.7, 0.9, 0.95])
@pytest.mark.parametrize("limit_s", [0.035, 0.1])
def test_the_limit_holds_at_the_rate_where_work_takes_as_long_as_the_confidence_says(confidence, limit_s):
    """Bound by the limit or by slots: more requests are in flight at one rate where each takes longer."""
    loaded, broken = most_load(Steps(), LatencyLimits({"tpot_p95": limit_s}, confidence), INTERVALS)
    assert loaded is not None
    assert not broken
    slow = Steps(slower=margin(INTERVALS, "tpot_p95", confidence))
    running = batch_at(slow, loaded.qps, slow.full_batch)
    assert running == pytest.approx(loaded.batch, rel=1e-3)
    assert slow.step_s(running) <= limit_s * 1.001


def test_a_load_in_flight_is_what_it_is_however_long_work_takes():
    limits = {"tpot_p95": 0.1}
    sure, plain = (most_load(Steps(), LatencyLimits(limits, each), INTERVALS)[0] for each in (0.9, 0.5))
    assert sure is not None
    assert plain is not None
    assert sure.in_flight == plain.in_flight
    assert sure.qps == pytest.approx(plain.qps / 1.4)


def test_a_limit_that_an_idle_replica_breaks_is_named_with_the_confidence():
    loaded, (reason,) = most_load(Steps(), LatencyLimits({"tpot_p95": 0.025}, 0.9), INTERVALS)
    assert loaded is None
    assert "at sla.confidence 0.9" in reason.message
