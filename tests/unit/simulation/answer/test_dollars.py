"""Dollars of leases: node-hours by pool, to the second."""

from decimal import Decimal

from plimsoll.simulation.answer.dollars import NodePrices
from plimsoll.simulation.fleet.leases import WorkerFleet
from plimsoll.simulation.fleet.rented import Lease, RentedReplicas
from plimsoll.simulation.servers.stream import Stream
from plimsoll.sizing.pool import Packing

PRICES = NodePrices(Decimal("3.60"), Decimal("1.80"), Packing(per_node=2, zones=1, volume_gib=100))


def fleet_of(*leases: Lease, ended: float = 7200.0) -> WorkerFleet:
    fleet = WorkerFleet(RentedReplicas(1, 1, 1, None, 0.0), 1, 1.0, Stream([], [], []), 1)
    fleet.leases, fleet.ended = list(leases), ended
    return fleet


def test_two_replicas_share_a_node_and_a_lease_ends_with_the_simulation() -> None:
    assert PRICES.usd(fleet_of(Lease(False, 0.0, 0.0), Lease(False, 0.0, 0.0))) == Decimal("7.20")


def test_a_third_replica_takes_a_node_while_it_is_there() -> None:
    leases = [Lease(False, 0.0, 0.0), Lease(False, 0.0, 0.0), Lease(False, 3600.0, 3700.0, until=5400.0)]
    assert PRICES.usd(fleet_of(*leases)) == Decimal("7.20") + Decimal("1.80")


def test_spot_nodes_have_their_own_price() -> None:
    assert PRICES.usd(fleet_of(Lease(True, 0.0, 0.0), Lease(False, 0.0, 0.0))) == Decimal("10.80")


def test_a_replica_that_spans_nodes_costs_each_of_them() -> None:
    spanning = NodePrices(Decimal("3.60"), Decimal("1.80"), Packing(1, 1, 100, nodes_per_replica=2))
    assert spanning.usd(fleet_of(Lease(False, 0.0, 0.0))) == Decimal("14.40")
