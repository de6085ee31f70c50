"""A fleet: routing, cold starts, leases that end, spot that is taken back."""

import math

import pytest

from plimsoll.simulation.fleet.autoscaler import ScalingRule
from plimsoll.simulation.fleet.leases import NOTICE_S, ReplicaFleet, WorkerFleet
from plimsoll.simulation.fleet.rented import RentedReplicas
from plimsoll.simulation.servers.batches import BatchServer
from plimsoll.simulation.servers.stream import Stream

COLD_S = 60.0


def stream_of(count: int, gap_s: float) -> Stream:
    return Stream([gap_s * number for number in range(count)], [1] * count, [1] * count, [1.0] * count)


def fleet_of(rented: RentedReplicas, stream: Stream, lasts_s: float) -> ReplicaFleet:
    fleet = ReplicaFleet(
        rented, lambda stream, outcomes: BatchServer(lambda _: lasts_s, 1, stream, outcomes), stream, 1
    )
    fleet.serve()
    return fleet


def test_a_fleet_that_never_changes_serves_everything_at_once() -> None:
    fleet = fleet_of(RentedReplicas(3, 3, 3, None, COLD_S), stream_of(300, 1.0), 1.0)
    assert min(fleet.outcomes.done) > 0
    assert fleet.ended == max(fleet.outcomes.done)
    counts = [sum(use.busy_s.values()) for use in fleet.uses]
    assert sum(counts) == 300
    assert min(counts) > 70, "each of three by chance"


def test_an_autoscaler_starts_replicas_that_serve_after_their_cold_start() -> None:
    rule = ScalingRule("requests_in_flight", 2.0, 1, 4, 300.0)
    fleet = fleet_of(RentedReplicas(1, 1, 4, rule, COLD_S), stream_of(400, 0.5), 1.0)
    assert fleet.cold_starts >= 1
    first = next(lease for lease in fleet.leases if lease.since > 0)
    assert first.ready == first.since + COLD_S
    assert min(fleet.outcomes.done) > 0


def test_a_replica_that_is_not_needed_goes_when_its_work_is_done() -> None:
    rule = ScalingRule("requests_per_second", 1.0, 1, 3, 30.0)
    fleet = fleet_of(RentedReplicas(1, 3, 3, rule, COLD_S), stream_of(60, 10.0), 1.0)
    ended = [lease for lease in fleet.leases if lease.until is not None]
    assert len(ended) == 2
    assert fleet.leases[0].until is None, "who came last goes first"


def test_requests_wait_at_the_gateway_until_the_first_of_none_is_ready() -> None:
    rule = ScalingRule("requests_in_flight", 2.0, 0, 2, 300.0)
    fleet = fleet_of(RentedReplicas(0, 0, 2, rule, COLD_S), stream_of(3, 1.0), 1.0)
    assert min(fleet.outcomes.done) >= COLD_S
    assert fleet.outcomes.done[0] < 2 * COLD_S


def test_spot_is_taken_back_with_notice_and_what_is_not_done_is_sent_again() -> None:
    often = RentedReplicas(2, 2, 2, None, COLD_S, spot=True, taken_per_hour=20.0)
    fleet = fleet_of(often, stream_of(40, 60.0), 200.0)
    assert fleet.taken_back > 0
    assert fleet.sent_again > 0
    assert min(fleet.outcomes.done) > 0, "nothing is lost for good"
    taken = [lease for lease in fleet.leases if lease.deadline is not None]
    gone = [lease.until - lease.deadline for lease in taken if lease.until is not None and lease.deadline]
    assert len(gone) >= len(taken) - 1, "the last may outlive the last request"
    assert max(gone) <= 15, "at the next look after its deadline"
    assert NOTICE_S == 120


def test_the_base_on_demand_is_never_taken_back() -> None:
    rented = RentedReplicas(2, 2, 2, None, COLD_S, base=1, spot=True, taken_per_hour=60.0)
    fleet = fleet_of(rented, stream_of(100, 30.0), 1.0)
    assert [lease.spot for lease in fleet.leases][:2] == [False, True]
    assert fleet.leases[0].until is None


@pytest.mark.parametrize("counted", [True, False])
def test_workers_are_counted_by_what_lies_in_the_queue(counted: bool) -> None:
    rule = ScalingRule("queue_tasks", 4.0, 1, 5, 60.0, counted)
    fleet = WorkerFleet(RentedReplicas(1, 1, 5, rule, COLD_S), 2, 10.0, stream_of(200, 1.5), 1)
    fleet.serve()
    assert fleet.cold_starts > 0
    assert all(math.isfinite(done) and done > 0 for done in fleet.outcomes.done)
