"""Every candidate of a workload is tried, and each keeps every limit that it breaks.

Nothing is short-circuited: a candidate that cannot hold the weights is still checked against the
deny list, the spot rule and the latency limits, so that "why not" has the full answer.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from plimsoll.candidates.candidate import Candidate, Option, Sized
from plimsoll.candidates.checks import forbidden, no_price, over_budget
from plimsoll.catalog.facts import Catalog, Offering
from plimsoll.ground.start_up import record
from plimsoll.money.bill import Bill, pool_lines
from plimsoll.money.cluster import cluster_bill
from plimsoll.money.line import Line
from plimsoll.money.terms import Rates, rates_of
from plimsoll.sizing.fleet import Fleet, Fleets
from plimsoll.sizing.limits import NO_PRICE, NOT_OFFERED, Reason
from plimsoll.sizing.nodes import replicas_per_node, too_small
from plimsoll.sizing.spares import monthly_interruption
from plimsoll.sizing.traffic import Traffic
from plimsoll.sizing.work.base import Work
from plimsoll.sizing.work.setup import Setup
from plimsoll.spec.workload import Workload

if TYPE_CHECKING:  # start-up: only a plan with a discounts file reads one, or with a cache
    from plimsoll.catalog.discounts.terms import Discounts
    from plimsoll.money.cache import CacheNodes
    from plimsoll.money.purchase import Purchase

CAPACITY_TYPES = ("on-demand", "spot")

NO_MONEY = frozenset({NO_PRICE.code, NOT_OFFERED.code})
"""Codes that already say why there is no bill."""


@record
class SearchSpace:
    """The candidates of one workload share the spec, the work that it asks for, the facts, the terms."""

    workload: Workload
    work: Work
    catalog: Catalog
    discounts: "Discounts | None" = None


def every_candidate(space: SearchSpace) -> Iterator[Candidate]:
    """Try every option, and keep every limit that it breaks."""
    trial = _Trial(space)
    return (trial.judged(option) for option in _options(space))


def every_holding(space: SearchSpace) -> Iterator[Candidate]:
    """Try for the candidates that hold alone: no reasons are collected, no losing bill is added up."""
    trial = _Trial(space)
    for option in _options(space):
        if option.setup.reasons or any(forbidden(option, space.workload)):
            continue
        candidate = trial.judged(option)
        if candidate.holds:
            yield candidate


def _options(space: SearchSpace) -> Iterator[Option]:
    catalog = space.catalog
    for region in sorted(set(space.workload.region_names)):
        for name in sorted(catalog.planned):
            instance = catalog.instance_types[name]
            if not space.work.concerns(instance):
                continue
            offering = catalog.offering(name, region)
            if offering is not None and offering.zones == 0:
                offering = None  # it has a price there, and no zone offers it
            for setup in space.work.on(instance):
                for capacity_type in CAPACITY_TYPES:
                    yield Option(instance, region, setup, capacity_type, offering)


class _Trial:
    """Sizes and prices options; what several of them share is worked out once."""

    def __init__(self, space: SearchSpace) -> None:
        self._workload = space.workload
        self._catalog = space.catalog
        self._discounts = space.discounts
        self._fleets = Fleets(space.workload, space.work)
        self._per_node: dict[tuple[str, Setup], int] = {}
        self._cluster: dict[str, Bill | None] = {}
        self._caches: dict[str, CacheNodes | None] = {}
        self._priced: dict[tuple[str, str, str], tuple[Rates | None, tuple[Reason, ...]]] = {}

    def judged(self, option: Option) -> Candidate:
        """Size an option, price it, and say everything that it breaks."""
        fleet, unfit = self._fleet(option)
        rates, unpriced = self._rates(option)
        cluster = self._cluster_bill(option.region)
        reasons = [*forbidden(option, self._workload), *option.setup.reasons, *unfit, *unpriced]
        cache = self._cache_nodes(option.region)
        if cache is None and (asked := self._workload.load.cache) is not None:
            node = "ElastiCache node" if asked.kept_in == "elasticache" else "node without accelerators"
            missing = f"no {node} that holds load.cache has a price in {option.region}"
            reasons.append(NO_PRICE.broken(missing))
        if cluster is None and not any(reason.code in NO_MONEY for reason in reasons):
            reasons.append(NO_PRICE.broken(f"a price of the cluster itself is missing in {option.region}"))
        sized = None
        if option.offering is not None and fleet is not None and rates is not None and cluster is not None:
            sized = self._sized(option.offering, fleet, rates, cluster)
            if cache is not None and cache.own is None:
                sized = replace(sized, bill=sized.bill.with_lines(self._cache_lines(cache)), cache=cache)
            reasons += over_budget(self._workload, sized.bill, fleet)
        return Candidate(option, tuple(reasons), sized)

    def _sized(self, offering: Offering, fleet: Fleet, rates: Rates, cluster: Bill) -> Sized:
        """Add up the bill: at list prices, or on the organisation's own terms."""
        cache = self._cache_nodes(offering.region)
        if cache is not None and cache.own is not None:
            from plimsoll.money.cache_pool import as_cache  # start-up: few specs have one in the cluster

            bill, purchase = self._billed(offering, *cache.own.beside(fleet, rates), cluster)
            return Sized(offering, fleet, rates, as_cache(bill), purchase, cache)
        if self._discounts is None:
            return Sized(offering, fleet, rates, _bill(cluster, fleet, rates))
        prices = dict.fromkeys((pool.name for pool in fleet.pools), rates)
        return Sized(offering, fleet, rates, *self._billed(offering, fleet, prices, cluster))

    def _billed(
        self, offering: Offering, fleet: Fleet, prices: Mapping[str, Rates], cluster: Bill
    ) -> "tuple[Bill, Purchase | None]":
        """Bill pools at the prices of each."""
        if self._discounts is None:
            pools = zip(fleet.pools, fleet.hourly_nodes, strict=True)
            lines = [line for pool, nodes in pools for line in pool_lines(pool, prices[pool.name], nodes)]
            return cluster.with_lines(lines), None
        from plimsoll.money.own_bill import own_bill
        from plimsoll.money.use import Billed

        billed = Billed(self._workload.name, offering.region, self._discounts)
        return own_bill(cluster, fleet, prices, billed, self._catalog.priced_on)

    def _cache_nodes(self, region: str) -> "CacheNodes | None":
        """The nodes of the cache that the spec asks for; None without one, or without a price there."""
        cache = self._workload.load.cache
        if cache is None:
            return None
        if region not in self._caches:
            from plimsoll.money.cache_pool import kept_on  # start-up: few specs have one

            self._caches[region] = kept_on(cache, self._catalog, region)
        return self._caches[region]

    def _cache_lines(self, cache: "CacheNodes") -> list[Line]:
        """The lines of a cache, which no discount touches."""
        own = self._discounts is not None
        return [replace(line, list_usd=line.price.usd) if own else line for line in cache.lines()]

    def _fleet(self, option: Option) -> tuple[Fleet | None, tuple[Reason, ...]]:
        instance, setup = option.instance, option.setup
        per_node = self._per_node.get((instance.name, setup))
        if per_node is None:
            per_node = self._per_node[instance.name, setup] = replicas_per_node(setup.pod, instance)
        if per_node == 0:
            return None, (too_small(option.setup.pod, option.setup.tensor_parallel, option.instance),)
        if setup.loaded is None:
            return None, ()
        return self._fleets.fleet(instance, option.offering, setup, option.capacity_type, per_node)

    def _rates(self, option: Option) -> tuple[Rates | None, tuple[Reason, ...]]:
        """The unit prices, or which of them is missing; the same whatever the setup."""
        key = (option.region, option.instance.name, option.capacity_type)
        found = self._priced.get(key)
        if found is None:
            found = self._priced[key] = self._looked_up(option)
        return found

    def _looked_up(self, option: Option) -> tuple[Rates | None, tuple[Reason, ...]]:
        """What is not offered has no price, and lacks none."""
        offering = option.offering
        if offering is None:
            return None, ()
        volume = self._catalog.service("ebs-gp3-storage", option.region)
        rates = None
        unpublished = self._catalog.auto_mode and offering.node_fee is None
        if volume is not None and not unpublished:
            share = monthly_interruption(offering.interruption_per_month)
            spot = option.capacity_type == "spot"
            rates = rates_of(offering, volume.price, spot=spot, fallback_share=share)
        return rates, () if rates is not None else (
            no_price(option, volume=volume is not None, fee=not unpublished),
        )

    def _cluster_bill(self, region: str) -> Bill | None:
        if region not in self._cluster:
            self._cluster[region] = cluster_bill(self._catalog, region)
        return self._cluster[region]


def with_mix(space: SearchSpace, traffic: Traffic, candidates: Sequence[Candidate]) -> tuple[Candidate, ...]:
    """Put the cheapest mix of two types beside the candidates, where a spec allows one and it is worth it."""
    if space.workload.capacity.mix == 1:
        return tuple(candidates)
    from plimsoll.candidates.mixed.mix import mix_of  # start-up: few specs allow a second type

    found = mix_of(space, traffic, candidates).candidate
    return tuple(candidates) if found is None else (*candidates, found)


def _bill(cluster: Bill, fleet: Fleet, rates: Rates) -> Bill:
    pools = zip(fleet.pools, fleet.hourly_nodes, strict=True)
    return cluster.with_lines([line for pool, nodes in pools for line in pool_lines(pool, rates, nodes)])
