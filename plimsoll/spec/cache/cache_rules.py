"""A cache of answers must be measured, leave requests to serve, and stand before requests that repeat."""

from collections.abc import Iterator

from plimsoll.ground.problems import Problem
from plimsoll.spec.draft import Draft

PATH = ("load", "cache")

ZONE_TOLERANT = 0.999
"""Availability from which one zone may fail, and a cache has a node in another (INTERFACE)."""


def cache_contradictions(spec: Draft) -> Iterator[Problem]:
    """Find what a cache contradicts."""
    exact, semantic = spec.number(*PATH, "exact_hit"), spec.number(*PATH, "semantic_hit")
    if isinstance(spec.get(*PATH), dict) and not exact and not semantic:
        fix = "add exact_hit: SHARE of requests that repeat another, from a log"
        what = "exact_hit is missing" if exact is None else "exact_hit is 0"
        yield Problem(what, "a cache without hits spares nothing", fix, (*PATH, "exact_hit"))
    if (exact or 0.0) + (semantic or 0.0) >= 1:
        why = "something must be asked for the first time"
        yield Problem("the cache answers every request", why, "lower the hit rate", (*PATH, "exact_hit"))
    if spec.has(*PATH, "false_hit") and not semantic:
        what, why = "false_hit is given", "it is of semantic hits, and there are none"
        yield Problem(what, why, "remove it, or add semantic_hit", (*PATH, "false_hit"))
    if spec.has("load", "queue"):
        why = "workers behind a queue do tasks, which nobody answers from a cache"
        yield Problem("cache has no meaning beside load.queue", why, "remove it", PATH)
    yield from _in_the_cluster(spec)
    nodes, availability = spec.number(*PATH, "nodes"), spec.number("sla", "availability")
    if nodes == 1 and availability is not None and ZONE_TOLERANT <= availability < 1:
        why = f"from availability {ZONE_TOLERANT} up one zone may fail, and the cache with it"
        yield Problem("nodes is 1", why, "write nodes: 2", (*PATH, "nodes"))


def _in_the_cluster(spec: Draft) -> Iterator[Problem]:
    """Refuse in the cluster what only ElastiCache does: to fail over to another node."""
    if spec.text(*PATH, "kept_in") != "cluster":
        return
    nodes, availability = spec.number(*PATH, "nodes"), spec.number("sla", "availability")
    why = "nothing in the cluster fails over to a second Valkey; ElastiCache does"
    fix = "write kept_in: elasticache"
    if nodes is not None and nodes > 1:
        yield Problem(f"nodes is {nodes:g} beside kept_in: cluster", why, fix, (*PATH, "kept_in"))
    if availability is not None and ZONE_TOLERANT <= availability < 1:
        what = f"availability is {availability:g} beside kept_in: cluster"
        yield Problem(what, why, fix, (*PATH, "kept_in"))
