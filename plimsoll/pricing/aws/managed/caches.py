"""A cache bills each of its nodes by the hour: shards times one primary and its replicas.

Backups bill by use. Source: aws.amazon.com/elasticache/pricing.
"""

from plimsoll.graph.resource import Resource
from plimsoll.ground.tree import View, shown
from plimsoll.pricing.charges import Charges
from plimsoll.pricing.index import Index
from plimsoll.pricing.inputs import inputs_of
from plimsoll.pricing.result import Unpriceable

ENGINES = ("memcached", "redis", "valkey")

OLDEST_SUPPORTED_REDIS = 6
"""Major version of Redis OSS from which no extended support is billed. Source: ElastiCache user guide."""


def price_cache_cluster(resource: Resource, index: Index, charges: Charges) -> None:
    """Price a cache cluster: its own nodes, or the one that it adds to a replication group."""
    inputs = inputs_of(resource)
    grouped = not inputs["replicationGroupId"].absent
    nodes = 1 if grouped else inputs["numCacheNodes"].count(1, least=1)
    _add_nodes(resource, index, charges, nodes, "redis" if grouped else None)


def price_serverless_cache(resource: Resource, _index: Index, charges: Charges) -> None:
    """Know a serverless cache to bill by use, unless it is kept at a minimum, which bills by the hour."""
    limits = inputs_of(resource)["cacheUsageLimits"]
    least = (limits["dataStorage"]["minimum"], limits["ecpuPerSecond"]["minimum"])
    if any(each.count(0) for each in least):
        raise Unpriceable("unpriced", "the minimum of a serverless cache has no price in the catalogue")
    charges.by_use("GB-hours and requests")


def price_replication_group(resource: Resource, index: Index, charges: Charges) -> None:
    """Price a replication group: its clusters, or its shards with their replicas."""
    inputs = inputs_of(resource)
    shards = inputs["numNodeGroups"].count(1, least=1)
    nodes = shards * (1 + inputs["replicasPerNodeGroup"].count(0))
    listed = sum(1 + group["replicaCount"].count(0) for group in inputs["nodeGroupConfigurations"].items())
    if not inputs["durability"].absent:
        raise Unpriceable("unpriced", "durability of a cache has no price in the catalogue")
    most = max(nodes, listed, inputs["numCacheClusters"].count(1, least=1))
    _add_nodes(resource, index, charges, most, "redis")


def _add_nodes(resource: Resource, index: Index, charges: Charges, count: int, default: str | None) -> None:
    inputs = inputs_of(resource)
    engine = inputs["engine"].text(default)
    if engine not in ENGINES:
        raise Unpriceable("unpriced", f"caches of engine {shown(engine)} have no price in the catalogue")
    if engine == "redis":
        _refuse_extended_support(inputs["engineVersion"])
    if inputs["nodeType"].absent:
        raise Unpriceable("unpriced", "nodeType is absent: it is that of another resource; give it here")
    node = inputs["nodeType"].text()
    rate = index.market(resource).service_rate(f"elasticache-{engine}-{node}")
    charges.add_hours(f"{engine} nodes {node}", count, rate)


def _refuse_extended_support(version: View) -> None:
    if version.absent:
        return
    major = version.text().partition(".")[0]
    if not (major.isascii() and major.isdigit()):
        raise version.fail("is not a version number")
    if int(major) < OLDEST_SUPPORTED_REDIS:
        raise Unpriceable(
            "unpriced",
            f"Redis {major} is in extended support, whose fee is not in the catalogue; take a newer one",
        )
