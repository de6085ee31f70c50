"""Dollars of a simulated fleet: the node-hours of its leases at the plan's prices."""

from collections.abc import Iterator
from decimal import Decimal

from plimsoll.candidates.candidate import Candidate
from plimsoll.ground.start_up import record
from plimsoll.simulation.fleet.leases import ServingFleet
from plimsoll.sizing.pool import Packing

_HOUR_S = Decimal(3600)


@record
class NodePrices:
    """Prices of a node-hour with its fee, on demand and on spot (its fallback included); and the packing."""

    on_demand: Decimal
    spot: Decimal
    packing: Packing

    def usd(self, fleet: ServingFleet) -> Decimal:
        """Add up what the nodes of a fleet cost from its start until its last request is done."""
        spent = Decimal(0)
        for spot, price in ((False, self.on_demand), (True, self.spot)):
            spent += Decimal(round(sum(self._node_s(fleet, spot=spot)))) / _HOUR_S * price
        return spent

    def _node_s(self, fleet: ServingFleet, *, spot: bool) -> Iterator[float]:
        """Yield the node-seconds between two changes of the number of replicas."""
        changes: dict[float, int] = {0.0: 0}
        for lease in fleet.leases:
            if lease.spot == spot:
                until = fleet.ended if lease.until is None else min(lease.until, fleet.ended)
                changes[lease.since] = changes.get(lease.since, 0) + 1
                changes[until] = changes.get(until, 0) - 1
        replicas, since = 0, 0.0
        for at in sorted(changes):
            if replicas:
                yield (at - since) * self.packing.nodes(replicas)
            replicas, since = replicas + changes[at], at


def node_prices(best: Candidate) -> NodePrices:
    """Take the prices of a choice's nodes, as its bill does."""
    sized = best.must_be_sized()
    rates, pool = sized.rates, sized.fleet.pools[-1]
    fee = rates.fee.usd if rates.fee is not None else Decimal(0)
    on_demand, spot = rates.on_demand.usd, rates.on_demand.usd
    if rates.spot is not None:
        spot = rates.spot.usd * (1 - rates.fallback_share) + on_demand * rates.fallback_share
    return NodePrices(on_demand + fee, spot + fee, pool.packing)
