"""What a plan says of a cache of answers: its nodes, the replicas that it spares, and whether it pays."""

from collections.abc import Iterator
from decimal import Decimal

from plimsoll.candidates.candidate import Candidate
from plimsoll.candidates.every import SearchSpace, every_holding
from plimsoll.candidates.search import Search, in_order
from plimsoll.ground.assumption import Assumption
from plimsoll.ground.units import HOURS_PER_MONTH, usd_display, usd_text
from plimsoll.money.cache import ENGINE, ENTRY_OVERHEAD_BYTES, USABLE, CacheNodes, serverless_usd
from plimsoll.money.line import cost_of
from plimsoll.plan.plan import CacheFigures
from plimsoll.plan.warnings.warning import PlanWarning
from plimsoll.spec.cache.answer_cache import AnswerCache

_STEP = Decimal("0.01")


def cache_figures(search: Search, best: Candidate) -> CacheFigures | None:
    """Compare the choice with the plan that has no cache; None where the spec asks for none."""
    cache, nodes = search.workload.load.cache, best.must_be_sized().cache
    if cache is None or nodes is None:
        return None
    serverless = serverless_usd(cache, search.catalog, best.option.region)
    without, expected = _without(search, cache), best.must_be_sized().bill.expected
    return CacheFigures(
        engine=ENGINE,
        node_type=nodes.node_type,
        shards=nodes.shards,
        nodes_per_shard=nodes.copies,
        memory_gib=float(nodes.needed_gib.quantize(_STEP)),
        hit=cache.hit,
        usd_per_month=usd_text(cost_of(nodes.count * HOURS_PER_MONTH, nodes.price)),
        spares_replicas=_spared(best, cache, without),
        usd_per_month_without=usd_text(without.must_be_sized().bill.expected) if without else None,
        saves_usd_per_month=usd_text(without.must_be_sized().bill.expected - expected) if without else None,
        serverless_usd_per_month=usd_text(serverless) if serverless is not None else None,
        pool=nodes.own.pool if nodes.own is not None else None,
    )


def _without(search: Search, cache: AnswerCache) -> Candidate | None:
    """Choose under the same spec without its cache, whose load all reaches the replicas."""
    load = search.workload.load.model_copy(update={"cache": None})
    workload = search.workload.model_copy(update={"load": load})
    work = search.work.reaching(1 / (1 - cache.hit)) if cache.cold_start_ok else search.work
    space = SearchSpace(workload, work.adapted(workload), search.catalog, search.discounts)
    return next(iter(in_order(workload, every_holding(space))), None)


def _spared(best: Candidate, cache: AnswerCache, without: Candidate | None) -> int:
    fleet = best.must_be_sized().fleet
    if not cache.cold_start_ok:
        return fleet.replicas.peak - fleet.reached
    return max(without.must_be_sized().fleet.replicas.peak - fleet.replicas.peak, 0) if without else 0


def cache_assumptions(search: Search) -> Iterator[Assumption]:
    """Tell the hit rate, what an entry takes, and what the cache does not promise."""
    cache = search.workload.load.cache
    if cache is None:
        return
    peak = (
        "the peak and the ceiling count on it too"
        if cache.cold_start_ok
        else "the peak and the ceiling do not"
    )
    yield Assumption(
        "cache hit rate", cache.hit, "of all requests", f"{cache.source}; expected counts on it, {peak}"
    )
    held = f"{ENTRY_OVERHEAD_BYTES} bytes of Valkey's own, and {1 - USABLE:.0%} of a node's memory kept free"
    yield Assumption("cache entry", cache.entry_kib, "KiB", held)
    if cache.semantic_hit and cache.false_hit is None:
        source = (
            "give false_hit, the share of them that was answered wrongly: caches by meaning mix answers up"
        )
        yield Assumption("load.cache.semantic_hit ignored", cache.semantic_hit, "of all requests", source)
    elif cache.semantic_hit and cache.false_hit is not None:
        source = "semantic hits with another question's answer; embedding each request is in no number"
        share = float(f"{cache.semantic_hit * cache.false_hit:.3g}")
        yield Assumption("requests answered wrongly", share, "of all requests", source)
    if cache.kept_in == "cluster":
        yield Assumption(
            "cache failover", "none", None, "one pod of Valkey: when it fails, it forgets everything"
        )
    if cache.cold_start_ok:
        yield Assumption(
            "after a flush",
            "outside the sla",
            None,
            "until the cache is warm again more arrives than is planned",
        )


def cache_does_not_pay(search: Search, best: Candidate) -> Iterator[PlanWarning]:
    """Warn that the replicas which a cache spares cost less than its nodes."""
    figures = cache_figures(search, best)
    if figures is None or figures.saves_usd_per_month is None or Decimal(figures.saves_usd_per_month) > 0:
        return
    nodes = best.must_be_sized().cache
    spared = f"{figures.spares_replicas} replica{'' if figures.spares_replicas == 1 else 's'}"
    loss = usd_display(-Decimal(figures.saves_usd_per_month))
    yield PlanWarning(
        "cache_does_not_pay",
        f"the cache spares {spared} and costs {usd_display(Decimal(figures.usd_per_month))} a month "
        f"({_nodes(nodes)}): without load.cache {loss} less is expected",
    )


def _nodes(nodes: CacheNodes | None) -> str:
    return "" if nodes is None else f"{nodes.count} × {nodes.node_type}"
