"""A server is one way to run a workload, as one of two types: what a replica carries, what a node costs."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from plimsoll.candidates.candidate import Candidate, Option
from plimsoll.ground.start_up import record
from plimsoll.ground.units import HOURS_PER_MONTH
from plimsoll.money.terms import Rates
from plimsoll.sizing.fleet import MOST_ZONES, Fleets, Rental, terms_of
from plimsoll.sizing.nodes import root_volume_gib
from plimsoll.sizing.pool import Packing
from plimsoll.sizing.spares import tolerates_zone
from plimsoll.sizing.work.base import Work
from plimsoll.spec.workload import Workload

if TYPE_CHECKING:  # start-up: only a plan with a discounts file reads one
    from plimsoll.catalog.discounts.terms import Discounts


@record
class TypeServer:
    """One candidate as one of two types; `qps` of a replica, USD per hour of a node with all that it bears.

    `metric` is what an autoscaler would hold it by.
    """

    option: Option
    rates: Rates
    packing: Packing
    rental: Rental
    qps: float
    usd_per_hour: float
    metric: str

    @property
    def spot(self) -> bool:
        """Whether it is rented on spot."""
        return self.rental.spot

    @property
    def name(self) -> str:
        """Its instance type."""
        return self.option.instance.name

    @property
    def least_usd(self) -> float:
        """The USD per hour of one request per second on full nodes: no count of replicas is cheaper."""
        return self.usd_per_hour / (self.qps * self.packing.per_node)

    def goes_with(self, burst: "TypeServer") -> bool:
        """Say whether a burst may stand beside it: another type of the same region, and the same answers."""
        mine, theirs = self.option, burst.option
        alike = (mine.region, mine.setup.precision, self.metric)
        return self.name != burst.name and alike == (theirs.region, theirs.setup.precision, burst.metric)


def servers_of(
    workload: Workload, work: Work, candidates: Sequence[Candidate], discounts: "Discounts | None" = None
) -> list[TypeServer]:
    """Take every way of whole accelerators on one node that could serve the whole load alone.

    `discounts` are what is paid in place of list prices: a node's price is net of them, commitments apart.
    """
    return [
        _server(workload, work, each, discounts)
        for each in candidates
        if each.setup.loaded is not None and each.setup.stages == 1 and each.setup.pod.share is None
    ]


def _server(
    workload: Workload, work: Work, candidate: Candidate, discounts: "Discounts | None"
) -> TypeServer:
    option, sized, setup = candidate.option, candidate.must_be_sized(), candidate.setup
    rental = Rental(*terms_of(option.instance, sized.offering, setup, option.capacity_type))
    pool, rates, loaded = sized.fleet.pools[-1], sized.rates, setup.loaded
    spread = min(rental.zones, MOST_ZONES) if tolerates_zone(workload.sla.availability) else 1
    volume = root_volume_gib(option.instance, setup.weights_bytes)
    return TypeServer(
        option=option,
        rates=rates,
        packing=Packing(pool.replicas_per_node, spread, volume),
        rental=rental,
        qps=loaded.qps if loaded is not None else 0.0,
        usd_per_hour=_usd_per_hour(_paid(rates, option, discounts), volume, spot=rental.spot),
        metric=work.scaling(setup, work.at_peak(setup, 1, 1)).metric,
    )


def _paid(rates: Rates, option: Option, discounts: "Discounts | None") -> Rates:
    if discounts is None:
        return rates
    from plimsoll.money.net import NetPrices  # start-up: only with a discounts file

    net = NetPrices(discounts, option.instance.name, option.region)
    spot = net.spot(rates.spot) if rates.spot is not None else None
    return replace(rates, on_demand=net.on_demand(rates.on_demand), spot=spot)


def _usd_per_hour(rates: Rates, volume_gib: int, *, spot: bool) -> float:
    """Add up what an hour of a node is expected to cost: its price, what falls back, its fee, its volume."""
    usd, back = float(rates.on_demand.usd), float(rates.fallback_share)
    if spot and rates.spot is not None:
        usd = usd * back + float(rates.spot.usd) * (1 - back)
    fee = float(rates.fee.usd) if rates.fee is not None else 0.0
    return usd + fee + float(rates.volume.usd) * volume_gib / float(HOURS_PER_MONTH)


def alone(workload: Workload, work: Work) -> Fleets:
    """Count the spares of one pool by itself: whatever is kept on demand stands beside it."""
    capacity = workload.capacity.model_copy(update={"on_demand_base": 0})
    return Fleets(workload.model_copy(update={"capacity": capacity}), work)
