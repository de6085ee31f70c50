"""A use is hours of one instance type on one line of a bill, and how many run at once, hour by hour."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction

from plimsoll.catalog.discounts.terms import Discounts
from plimsoll.catalog.facts import Price
from plimsoll.ground.start_up import record
from plimsoll.ground.units import HOURS_PER_MONTH
from plimsoll.money.bill import HOURS_OF_WEEK
from plimsoll.money.line import Line
from plimsoll.money.net import NetPrices
from plimsoll.money.terms import Rates
from plimsoll.sizing.pool import Pool


@record
class Use:
    """Hours of one line at its list price, and the `net` price of those that no commitment covers.

    `hourly` counts the instances that run on demand in each hour of the load's profile; it is empty where no
    commitment may cover them: spot, and what is in flight above a limit at hours that nobody knows.
    """

    workload: str
    region: str
    line: Line
    net: Price
    hourly: tuple[Fraction, ...]

    @property
    def order(self) -> tuple[bool, str, str]:
        """Hours are covered by name of the workload, then pool; what a cluster shares comes last."""
        return self.line.kind == "fixed", self.workload, self.line.pool

    def twice(self) -> "Use":
        """The same of twice as many nodes, at the same hours."""
        line = replace(self.line, quantity=2 * self.line.quantity)
        return replace(self, line=line, hourly=tuple(2 * each for each in self.hourly))


@record
class Billed:
    """Lines of one workload's bill become uses; every other line keeps its price."""

    workload: str
    region: str
    discounts: Discounts

    def of_cluster(self, line: Line) -> Use:
        """Use of system nodes: whole ones run all month, a fraction of one is in flight at unknown hours."""
        running = Fraction(line.quantity) / Fraction(HOURS_PER_MONTH)
        hourly = (running,) if running.denominator == 1 else ()
        return Use("", self.region, line, self._net(line).on_demand(line.price), hourly)

    def of_pool(self, pool: Pool, rates: Rates, nodes: Sequence[int], lines: Sequence[Line]) -> Iterator[Use]:
        """Uses of the instance-hours of one pool."""
        spot = rates.of(pool.capacity_type) is rates.spot
        share = Fraction(rates.fallback_share) if spot else Fraction(1)
        for line in lines:
            net = self._net(line)
            if line.price is rates.spot:
                yield self._use(line, net.spot(line.price))
            elif line.kind == "overshoot" or (spot and line.of == "ceiling"):
                yield self._use(line, (net.at_most if spot else net.on_demand)(line.price))
            else:
                yield self._use(line, net.on_demand(line.price), *_running(line, pool, share, nodes))

    def _use(self, line: Line, net: Price, *hourly: Fraction) -> Use:
        return Use(self.workload, self.region, line, net, hourly)

    def _net(self, line: Line) -> NetPrices:
        return NetPrices(self.discounts, line.instance_type, self.region)


def _running(line: Line, pool: Pool, share: Fraction, nodes: Sequence[int]) -> Iterator[Fraction]:
    """Count what runs on demand in each hour; `share` of a spot pool falls back to it."""
    if line.of == "floor":
        yield from map(Fraction, _least(pool))
    elif line.of == "ceiling":
        yield Fraction(pool.max_nodes)
    else:
        products = {count: count * share for count in set(nodes)}  # a year of hours has few counts
        yield from map(products.__getitem__, nodes)


def _least(pool: Pool) -> Iterator[int]:
    """Count the nodes that run without traffic: in every hour, or in each hour of a schedule's week."""
    if not pool.scheduled_nodes:
        yield pool.min_nodes
        return
    for hour in range(HOURS_OF_WEEK):
        inside = hour < pool.scheduled_h_per_week
        yield max(pool.scheduled_nodes, pool.min_nodes) if inside else pool.min_nodes
