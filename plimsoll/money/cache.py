"""A cache of answers is nodes of ElastiCache, which run at all hours: the cheapest that hold what is kept."""

from collections.abc import Iterator
from decimal import ROUND_CEILING, Decimal
from typing import TYPE_CHECKING

from plimsoll.catalog.facts import Catalog, Price
from plimsoll.catalog.rows import rows
from plimsoll.ground.start_up import record
from plimsoll.ground.units import GIB, HOURS_PER_MONTH
from plimsoll.money.line import Basis, Line, cost_of
from plimsoll.spec.cache.answer_cache import AnswerCache

if TYPE_CHECKING:
    from plimsoll.money.cache_pool import OwnNode

ENGINE = "valkey"
NODE_HOUR = "node-hour"

ENTRY_OVERHEAD_BYTES = 100
"""Bytes of Valkey's own beside an entry: dictionary entry, key object, expiry. An assumption, printed."""

USABLE = Decimal("0.75")
"""Share of a node's memory that may hold entries: the default parameter group reserves a quarter for
replication and failover (`reserved-memory-percent`, ElastiCache user guide)."""

MOST_NODES = 90
"""Nodes of one cluster without a raised quota. Source: ElastiCache quotas, nodes per cluster (2026)."""


@record
class CacheNodes:
    """Nodes of one type, `shards` times `copies` of them, and the memory that all of it takes."""

    node_type: str
    shards: int
    copies: int
    needed_gib: Decimal
    node_gib: Decimal
    price: Price
    own: "OwnNode | None" = None
    """The node in the cluster that holds it; None where ElastiCache does."""

    @property
    def count(self) -> int:
        """Nodes in all."""
        return self.shards * self.copies

    @property
    def usd(self) -> Decimal:
        """USD an hour of all nodes."""
        return self.count * self.price.usd

    def lines(self) -> Iterator[Line]:
        """Yield their hours: the same whatever the load is."""
        label = f"cache of answers ({ENGINE} {self.node_type})"
        bases: tuple[Basis, ...] = ("floor", "expected", "ceiling")
        for of in bases:
            yield Line("cache", "", label, of, self.count * HOURS_PER_MONTH, NODE_HOUR, self.price)


def needed_gib(cache: AnswerCache) -> Decimal:
    """Add up the memory of all entries with what Valkey keeps free, GiB."""
    return cache.entries * _entry_bytes(cache) / GIB / USABLE


def _entry_bytes(cache: AnswerCache) -> Decimal:
    return Decimal(str(cache.entry_kib)) * 1024 + ENTRY_OVERHEAD_BYTES


def cache_nodes(cache: AnswerCache, catalog: Catalog, region: str) -> CacheNodes | None:
    """Find the cheapest nodes that hold a cache; None where no type has a price in the region.

    Shards are made only where no single node holds all of it.
    """
    found = list(_priced(cache, catalog, region))
    whole = [each for each in found if each.shards == 1]
    fit = whole or [each for each in found if each.count <= MOST_NODES]
    return min(fit, key=lambda each: (each.usd, each.node_type), default=None)


def _priced(cache: AnswerCache, catalog: Catalog, region: str) -> Iterator[CacheNodes]:
    needed = needed_gib(cache)
    for row in rows("cache_nodes.csv"):
        service = catalog.service(f"elasticache-{ENGINE}-{row['node_type']}", region)
        memory = Decimal(row["memory_gib"])
        if service is not None:
            shards = int((needed / memory).to_integral_value(ROUND_CEILING))
            yield CacheNodes(row["node_type"], shards, cache.nodes, needed, memory, service.price)


def serverless_usd(cache: AnswerCache, catalog: Catalog, region: str) -> Decimal | None:
    """Price the same answers in ElastiCache Serverless, stored data alone, USD a month; None without a price.

    It bills GB (10^9 bytes) by the hour; the units of work that it bills besides (ECPU) are not in it.
    """
    service = catalog.service(f"elasticache-serverless-{ENGINE}", region)
    if service is None:
        return None
    stored_gb = cache.entries * _entry_bytes(cache) / 10**9
    return cost_of(stored_gb * HOURS_PER_MONTH, service.price)
