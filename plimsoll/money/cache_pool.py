"""A cache of answers may stand in the cluster: one node without accelerators whose memory holds all of it.

It is billed as a pool of nodes is, in flight and volume included; its hours are lines of kind `cache`. There
is one pod: nothing in the cluster fails over to a second, so a failure forgets everything.
"""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from plimsoll.catalog.facts import Catalog, InstanceType
from plimsoll.ground.start_up import record
from plimsoll.money.bill import Bill
from plimsoll.money.cache import CacheNodes, cache_nodes, needed_gib
from plimsoll.money.terms import Rates, rates_of
from plimsoll.sizing.fleet import Fleet
from plimsoll.sizing.nodes import ROOT_VOLUME_GIB, free_cpu, free_memory_gib
from plimsoll.sizing.pool import Packing, Pool, Share, pool_of
from plimsoll.spec.cache.answer_cache import AnswerCache

POOL = "cache"
"""Name of the pool; its hours have this kind too."""

CPU = 1.0
"""vCPU that Valkey's pod asks for: it answers on one thread (Valkey 8 documentation, io-threads off)."""


@record
class OwnNode:
    """The node in the cluster that holds a cache, its prices and its pool."""

    instance: InstanceType
    rates: Rates
    pool: Pool

    def beside(self, fleet: Fleet, rates: Rates) -> tuple[Fleet, dict[str, Rates]]:
        """Put its pool beside those of a fleet, to be billed with them at the prices of each."""
        hours = len(fleet.hourly_nodes[0])
        prices = dict.fromkeys((pool.name for pool in fleet.pools), rates) | {POOL: self.rates}
        nodes = (*fleet.hourly_nodes, (self.pool.max_nodes,) * hours)
        return replace(fleet, pools=(*fleet.pools, self.pool), hourly_nodes=nodes), prices


def kept_on(cache: AnswerCache, catalog: Catalog, region: str) -> CacheNodes | None:
    """Find the cheapest nodes that hold a cache where it is kept; None where none has a price there."""
    if cache.kept_in == "elasticache":
        return cache_nodes(cache, catalog, region)
    fitting = _fitting(cache, catalog, region)
    return min(fitting, key=lambda each: (each.price.usd, each.node_type), default=None)


def _fitting(cache: AnswerCache, catalog: Catalog, region: str) -> Iterator[CacheNodes]:
    needed, volume = needed_gib(cache), catalog.service("ebs-gp3-storage", region)
    for name in sorted(catalog.planned):
        instance, offering = catalog.instance_types[name], catalog.offering(name, region)
        if instance.accelerator is not None or offering is None or offering.zones == 0 or volume is None:
            continue
        room = Decimal(str(free_memory_gib(instance)))
        rates = rates_of(offering, volume.price, spot=False, fallback_share=0)
        if room < needed or free_cpu(instance) < CPU or rates is None:
            continue
        if catalog.auto_mode and offering.node_fee is None:
            continue
        pool = pool_of(Share(POOL, "on-demand", 1, 1), instance, Packing(1, 1, ROOT_VOLUME_GIB))
        own = OwnNode(instance, rates, pool)
        yield CacheNodes(name, 1, 1, needed, room, rates.on_demand, own)


def as_cache(bill: Bill) -> Bill:
    """Say of the hours of the cache's node what they pay for."""
    lines = (
        replace(line, kind="cache") if line.pool == POOL and line.kind == "nodes" else line
        for line in bill.lines
    )
    return replace(bill, lines=tuple(lines))
