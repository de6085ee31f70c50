"""Pairs of types are tried exactly: every count of the base, and the least burst that carries the rest.

One Service spreads requests evenly by connection, so a replica of either type gets as many as the slower one
carries; behind a gateway that asks for the load of each replica, each carries its own (breadth of the field:
aibrix, random routing breaks the limit, routing by load holds it).
"""

from collections.abc import Iterator, Sequence
from itertools import groupby

from plimsoll.candidates.mixed.server import TypeServer, alone
from plimsoll.ground.start_up import record
from plimsoll.sizing.fleet import Fleets
from plimsoll.sizing.nodes import round_up
from plimsoll.sizing.work.base import Work
from plimsoll.spec.workload import Workload

NEAR_USD = 0.001
"""Pairs this close in USD per hour are compared to the cent: floats choose among the others."""


_HAIR = 1e-9


@record
class TypePair:
    """A base of so many replicas and a burst of so many; `base_qps` and `burst_qps` are what each carries.

    `base` and `burst` carry the peak, `base_all` and `burst_all` have their spares; `hourly` are the replicas
    of the burst in each hour. `usd_per_hour` is expected.
    """

    base_on: TypeServer
    burst_on: TypeServer
    base: int
    burst: int
    base_all: int
    burst_all: int
    base_qps: float
    burst_qps: float
    hourly: tuple[int, ...]
    usd_per_hour: float


class TypePairs:
    """Tries the pairs of one workload; what several of them share is worked out once."""

    def __init__(self, workload: Workload, work: Work, peak_qps: float, *, evenly: bool) -> None:
        self._workload = workload
        self._peak = peak_qps
        self._loads = [fraction * peak_qps for fraction in work.hourly]
        self._evenly = evenly
        self._fleets: Fleets = alone(workload, work)
        self._spared: dict[tuple[int, str, str], int | None] = {}

    def best(self, servers: Sequence[TypeServer]) -> list[TypePair]:
        """List the cheapest pairs, those within a hair of the cheapest; none where there is no pair."""
        mean = sum(self._loads) / len(self._loads)
        found: list[TypePair] = []
        least = float("inf")
        for base, burst in self._couples(servers):
            if mean * min(base.least_usd, burst.least_usd) > least + NEAR_USD:
                break  # sorted: no later couple can carry the mean for less
            for pair in self.of(base, burst):
                if pair.usd_per_hour <= least + NEAR_USD:
                    found.append(pair)
                    least = min(least, pair.usd_per_hour)
        return [pair for pair in found if pair.usd_per_hour <= least + NEAR_USD]

    def every(self, servers: Sequence[TypeServer]) -> Iterator[TypePair]:
        """Yield every count of every couple, whatever it costs."""
        for base, burst in self._couples(servers):
            yield from self.of(base, burst)

    def _couples(self, servers: Sequence[TypeServer]) -> list[tuple[TypeServer, TypeServer]]:
        """List who goes with whom, those with the cheapest request of one type first."""
        bases = [each for each in servers if not each.spot]
        couples = [(base, burst) for base in bases for burst in servers if base.goes_with(burst)]
        return sorted(couples, key=lambda two: min(two[0].least_usd, two[1].least_usd))

    def of(self, base_on: TypeServer, burst_on: TypeServer) -> Iterator[TypePair]:
        """Yield one pair for each count of the base that leaves something to the burst."""
        base_qps, burst_qps = base_on.qps, burst_on.qps
        if self._evenly:
            base_qps = burst_qps = min(base_qps, burst_qps)
        for base in range(1, round_up(self._peak / base_qps)):
            burst = round_up((self._peak - base * base_qps) / burst_qps)
            base_all = self._with_spares(base, base_on)
            burst_all = self._with_spares(burst, burst_on)
            if base_all is None or burst_all is None:
                continue
            if burst_on.spot and not self._kept(base_all, base_all * base_qps, burst_all * burst_qps):
                continue
            hourly = tuple(self._hourly(base * base_qps, base_all, burst_all))
            usd = self._usd_per_hour(base_on, base_all, burst_on, hourly)
            yield TypePair(
                base_on, burst_on, base, burst, base_all, burst_all, base_qps, burst_qps, hourly, usd
            )

    def least_burst(self, base_all: int) -> int:
        """Count the fewest replicas of the burst: what the spec keeps beyond the base."""
        return max(self._workload.scale.min_replicas - base_all, 0)

    def _hourly(self, carried: float, base_all: int, burst_all: int) -> Iterator[int]:
        """Count the burst of each hour: the share of the peak's that is left for it, spares alike."""
        least, left = min(self.least_burst(base_all), burst_all), self._peak - carried
        for load in self._loads:
            wanted = round_up(max(load - carried, 0.0) / left * burst_all)
            yield min(max(wanted, least), burst_all)

    def _usd_per_hour(
        self, base_on: TypeServer, base_all: int, burst_on: TypeServer, hourly: Sequence[int]
    ) -> float:
        always = base_on.packing.nodes(base_all) * base_on.usd_per_hour
        nodes = sum(
            burst_on.packing.nodes(count) * len(list(same)) for count, same in groupby(sorted(hourly))
        )
        return always + nodes / len(hourly) * burst_on.usd_per_hour

    def _kept(self, base_all: int, base_qps: float, burst_qps: float) -> bool:
        """Say whether a base is what the spec keeps on demand: replicas, or the share that they carry."""
        wanted = self._workload.capacity.on_demand_base
        if isinstance(wanted, float):
            return base_qps / (base_qps + burst_qps) >= wanted - _HAIR
        return base_all >= wanted

    def _with_spares(self, count: int, server: TypeServer) -> int | None:
        key = (count, server.name, server.option.capacity_type)
        if key not in self._spared:
            self._spared[key] = self._fleets.spared(count, server.rental)
        return self._spared[key]
