"""A mix of two types is the cheapest of all counts of all pairs, and the graph costs what its plan says."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cache
from math import ceil
from pathlib import Path
from random import Random
from typing import Any

import pytest

from plimsoll.candidates.candidate import Candidate
from plimsoll.candidates.every import SearchSpace
from plimsoll.candidates.mixed.mix import BestMix, _candidate, mix_of, own_usd, routed, said
from plimsoll.candidates.mixed.pairs import TypePairs
from plimsoll.candidates.mixed.server import servers_of
from plimsoll.candidates.search import Search, search
from plimsoll.catalog.discounts.read import read_discounts
from plimsoll.graph.resource import Graph
from plimsoll.plan.plan import Plan
from plimsoll.plan.size import answer_of
from plimsoll.pricing import price
from plimsoll.sizing.limits import BUDGET
from plimsoll.sizing.pool import Pool
from plimsoll.spec.workload import Workload
from plimsoll.speed.read import load_speed
from tests.make.discounts import written
from tests.make.graphs import node_class, node_pool, types_in
from tests.make.program import graph_of
from tests.make.worlds import real

SEEDS = range(60) if os.environ.get("PLIMSOLL_PROOFS") else (1, 2, 4, 7, 20, 34)
FAMILIES = ("g5", "g6", "g6e", "g7e", "p5", "p4de")


def drawn(seed: int) -> dict[str, Any]:
    """Draw a spec whose base and burst may differ: spot beside a base, behind a gateway or not."""
    draw = Random(seed)
    peak = draw.choice([6, 14, 25, 40, 90])
    gateway = draw.random() < 0.6
    load = {"qps": {"peak": peak, "average": round(peak * draw.choice([0.2, 0.4, 0.7]), 2)}}
    return {
        "name": "mixed",
        "model": draw.choice(["Qwen/Qwen3-8B", "meta-llama/Llama-3.1-8B-Instruct"]),
        "load": load | ({"shared_prefix_tokens": 300} if gateway else {}),
        "route": {"prefix_aware": gateway},
        "sla": {"tpot_p95_ms": draw.choice([50, 80]), "availability": draw.choice([0.99, 0.99, 0.999])},
        "capacity": {
            "mix": 2,
            "spot": draw.choice(["allow", "allow", "never"]),
            "on_demand_base": draw.choice([1, 2, 0.2, 0.5]),
            "allow": sorted(draw.sample(FAMILIES, 3)),
        },
    }


@cache
def tried(seed: int) -> Search:
    workload = Workload.model_validate(drawn(seed))
    architecture = real().model(str(workload.model))
    return search(workload, architecture, real(), load_speed())


@dataclass(frozen=True)
class Way:
    """One candidate alone: what a replica carries, what an hour of a node costs, how many a node holds."""

    candidate: Candidate
    qps: float
    usd: Fraction
    pool: Pool

    @property
    def spot(self) -> bool:
        return self.candidate.option.capacity_type == "spot"

    @property
    def unseen(self) -> bool:
        """Whether its bill alone has no node of its own capacity type, since the base takes all of them."""
        return self.pool.capacity_type != self.candidate.option.capacity_type

    def nodes(self, replicas: int) -> int:
        return ceil(replicas / self.pool.replicas_per_node)


def best(seed: int) -> BestMix:
    found = tried(seed)
    space = SearchSpace(found.workload, found.work, found.catalog)
    singles = [each for each in found.candidates if each.sized is None or each.sized.second is None]
    return mix_of(space, found.traffic, singles)


def hourly_usd(candidate: Candidate) -> Fraction:
    """What an hour of a node is expected to cost, read off the bill of the type alone."""
    sized = candidate.must_be_sized()
    pool, nodes = sized.fleet.pools[-1], sized.fleet.hourly_nodes[-1]
    lines = [each for each in sized.bill.lines if each.of == "expected" and each.pool == pool.name]
    hours = Fraction(sum(nodes)) * 730 / len(nodes)
    return sum((Fraction(each.quantity) * Fraction(each.price.usd) for each in lines), Fraction(0)) / hours


def ways(found: Search) -> list[Way]:
    """Every way that holds every limit alone, the budget apart."""
    return [
        Way(each, each.setup.loaded.qps, hourly_usd(each), each.must_be_sized().fleet.pools[-1])
        for each in found.candidates
        if each.sized is not None and each.sized.second is None and each.setup.loaded is not None
        if each.holds or each.breaks_only(BUDGET)
    ]


def brute(seed: int) -> Iterator[Fraction]:
    """Every count of the base of every pair, where no spares stand beside what carries the peak."""
    found = tried(seed)
    evenly = not found.workload.route.prefix_aware
    for one in ways(found):
        for other in ways(found):
            if one.candidate.instance is other.candidate.instance or one.spot:
                continue
            own, theirs = (min(one.qps, other.qps),) * 2 if evenly else (one.qps, other.qps)
            yield from counted(found, one, other, own, theirs)


def counted(found: Search, one: Way, other: Way, own: float, theirs: float) -> Iterator[Fraction]:
    """One pair: what each count of the base costs, with the burst of each hour."""
    peak, kept = found.traffic.peak_qps or 0.0, found.workload.capacity.on_demand_base
    for base in range(1, ceil(peak / own - 1e-9)):
        left = peak - base * own
        burst = ceil(left / theirs - 1e-9)
        held = base if isinstance(kept, int) else base * own / (base * own + burst * theirs)
        if other.spot and held < kept - 1e-9:
            continue
        shares = (max(share * peak - base * own, 0) / left for share in found.work.hourly)
        counts = [min(ceil(share * burst - 1e-9), burst) for share in shares]
        nodes = Fraction(sum(other.nodes(count) for count in counts), len(counts))
        yield (one.nodes(base) * one.usd + nodes * other.usd) * 730


@pytest.mark.parametrize("seed", SEEDS)
def test_no_other_count_of_no_other_pair_is_cheaper(seed: int) -> None:
    """Spares make a count dearer and never cheaper, so the bound holds with and without them."""
    mix = best(seed)
    least = min(brute(seed), default=None)
    if mix.candidate is None or any(way.unseen for way in ways(tried(seed))):
        return
    assert least is not None
    cost = Fraction(own_usd(mix.candidate))
    assert cost >= least - Fraction(1, 2)
    sized = mix.candidate.must_be_sized()
    assert sized.second is not None
    if sized.fleet.replicas.max == sized.second.serving + sized.second.base_serving:
        assert cost <= least + Fraction(1, 2)


def test_mixes_are_among_what_is_drawn() -> None:
    assert sum(best(seed).candidate is not None for seed in (10, 20, 34)) == 3


@pytest.mark.parametrize("seed", SEEDS)
def test_the_graph_of_a_mix_costs_what_its_plan_says(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    plan = answer_of(tried(seed))
    assert isinstance(plan, Plan)
    graph = graph_of(monkeypatch, {"mixed": plan}, region=plan.chosen.region)
    priced = price(graph, real(), plan.chosen.region)
    assert priced.cannot_price == ()
    assert priced.ceiling == Decimal(plan.cost.usd_per_month.ceiling)


def test_two_pools_of_two_types_cost_the_sum_of_their_limits() -> None:
    """The published case: a base of 4 x g6e.xlarge and a burst of 6 x g6.xlarge are $8,959.14 of nodes."""
    pools = [("base", "g6e.xlarge", 4), ("burst", "g6.xlarge", 6)]
    made = [node_pool(types_in(kind), name=name, limits={"nodes": str(nodes)}) for name, kind, nodes in pools]
    made.insert(0, node_class())
    priced = price(Graph(tuple(made)), real(), "us-east-1")
    nodes = [line.usd_per_month for line in priced.lines if line.item.startswith("nodes")]
    assert priced.cannot_price == ()
    assert sum(nodes, Decimal(0)) == Decimal("8959.14")


def test_a_type_that_only_routing_by_length_could_use_is_named() -> None:
    """The L4 is cheaper by the hour and does not hold the first token of long prompts alone."""
    data = {
        "name": "long",
        "model": "meta-llama/Llama-3.1-8B-Instruct",
        "load": {"qps": 6},
        "sla": {"ttft_p95_ms": 400},
        "capacity": {"mix": 2, "allow": ["g6", "g6e"]},
    }
    workload = Workload.model_validate(data)
    plan = answer_of(search(workload, real().model(str(workload.model)), real(), load_speed()))
    assert isinstance(plan, Plan)
    (told,) = [each for each in plan.assumptions if each.name == "capacity.mix"]
    assert "g6.xlarge does not hold ttft alone" in told.source
    assert "capacity.mix: 1 leaves it out" in told.source
    assert {pool.instance_type.partition(".")[0] for pool in plan.chosen.pools} == {"g6e"}


OWN_SEEDS = SEEDS if os.environ.get("PLIMSOLL_PROOFS") else (4, 20)


@pytest.mark.parametrize("seed", OWN_SEEDS)
def test_on_own_terms_no_other_count_of_no_other_pair_costs_less(seed: int, tmp_path: Path) -> None:
    """Every pair is billed, commitments and all, where the choice bills those that its bounds leave."""
    draw = Random(seed)
    own = read_discounts(written(discounts_for(draw), tmp_path / "discounts.yaml"), real())
    data = drawn(seed) | {"region": "us-east-1"}
    data["load"]["qps"]["peak"] = min(data["load"]["qps"]["peak"], 25)
    data["load"]["qps"]["average"] = data["load"]["qps"]["peak"] * 0.4
    workload = Workload.model_validate(data)
    found = search(workload, real().model(str(workload.model)), real(), load_speed(), own)
    space = SearchSpace(found.workload, found.work, found.catalog, own)
    singles = [each for each in found.candidates if each.sized is not None and each.sized.second is None]
    best_of = mix_of(space, found.traffic, singles)
    whole = [each for each in singles if each.holds or each.breaks_only(BUDGET)]
    servers = servers_of(found.workload, found.work, whole, own)
    pairs = TypePairs(found.workload, found.work, found.traffic.peak_qps or 0.0, evenly=not routed(workload))
    every = [_candidate(space, pairs, pair, evenly=not routed(workload)) for pair in pairs.every(servers)]
    least = min(each.must_be_sized().bill.expected for each in every)
    of_the_least = {said(each) for each in every if each.must_be_sized().bill.expected == least}
    assert best_of.told.partition(":")[0] in of_the_least


def discounts_for(draw: Random) -> dict[str, Any]:
    """Percentages that turn the order of families around, and commitments of some of them."""
    family = draw.choice(FAMILIES)
    plan = {"kind": "ec2_instance_sp", "family": family, "region": "us-east-1", "until": None}
    shared = {"kind": "compute_sp", "usd_per_hour": "0.40", "rate_of_on_demand": 0.7, "until": None}
    return {
        "private_pct": {"on_demand": 5, "families": {draw.choice(FAMILIES): 40}},
        "commitments": [plan | {"usd_per_hour": "1.20", "rate_of_on_demand": 0.6}, shared],
        "capacity": [
            {"kind": "owned", "instance_type": "g6.xlarge", "region": "us-east-1", "count": 1}
            | {"usd_per_hour": "0", "until": None}
        ],
    }


def test_own_prices_turn_a_mix_that_list_prices_would_not_choose(tmp_path: Path) -> None:
    """With a rebate of nine tenths on the families that list prices leave out, the mix is another."""
    seed = 20
    workload = tried(seed).workload
    at_list = best(seed).told.partition(":")[0]
    others = {family: 90 for family in workload.capacity.allow if f"{family}." not in at_list}
    assert others, "the case is about a family that list prices leave out"
    rebate = {"private_pct": {"on_demand": 0, "spot": 0, "families": others}}
    own = read_discounts(written(rebate, tmp_path / "discounts.yaml"), real())
    found = search(workload, real().model(str(workload.model)), real(), load_speed(), own)
    space = SearchSpace(found.workload, found.work, found.catalog, own)
    singles = [each for each in found.candidates if each.sized is None or each.sized.second is None]
    net = mix_of(space, found.traffic, singles).told.partition(":")[0]
    assert net != at_list
