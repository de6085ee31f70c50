"""A cache of answers is priced against the replicas that it spares; the peak never counts on it."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from plimsoll.catalog.discounts.read import read_discounts
from plimsoll.catalog.rows import rows
from plimsoll.catalog.tables import load
from plimsoll.ground.problems import SpecError
from plimsoll.manifests.published import validate
from plimsoll.objects.cluster import ClusterFacts
from plimsoll.objects.tags import CostTags
from plimsoll.objects.workload import of_workload
from plimsoll.plan.plan import Plan
from plimsoll.plan.size import size
from plimsoll.preview.program import run_program
from plimsoll.pricing import price
from plimsoll.pricing.own.prices import OwnPrices
from plimsoll.spec.read import from_data
from plimsoll.speed.read import load_speed
from tests.make.aws_sdk import args_class, missing_inputs, unknown_inputs
from tests.make.command import inside
from tests.make.discounts import written
from tests.make.program import program
from tests.make.variants import TORCH, answer, planned

CACHE = {"exact_hit": 0.18, "entries": 1_000_000, "entry_kib": 4.2, "source": "gateway log 2026-10"}


def spec(qps: Any, cache: dict[str, Any] | None, **keys: Any) -> dict[str, Any]:
    """A service of 120 requests a second on a T4, with or without a cache."""
    service = {key: value for key, value in TORCH.items() if key != "variant"}
    rate = {"qps": qps} | ({"cache": cache} if cache is not None else {})
    return {"name": "faq", "measured": service | {"image": "registry.example/faq:1"}, "load": rate, **keys}


def usd(plan: Plan, of: str, *kinds: str) -> str:
    """What the workload's own lines of some kinds cost."""
    own = (line for line in plan.cost.lines if line.of == of and line.scope == "workload")
    return f"{sum((Decimal(line.usd_per_month) for line in own if line.kind in kinds), Decimal(0)):.2f}"


def test_the_published_case_pays() -> None:
    plan, without = planned(spec(100, CACHE)), planned(spec(100, None))
    cache = plan.cache
    assert cache is not None
    assert (cache.node_type, cache.shards, cache.nodes_per_shard) == ("cache.m7g.large", 1, 2)
    assert (cache.memory_gib, cache.usd_per_month, cache.spares_replicas) == (5.46, "184.54", 1)
    assert (usd(plan, "expected", "nodes"), usd(without, "expected", "nodes")) == ("383.98", "767.96")
    net = Decimal(usd(without, "expected", "nodes")) - Decimal(usd(plan, "expected", "nodes", "cache"))
    assert net == Decimal("199.44")
    assert cache.usd_per_month_without == without.cost.usd_per_month.expected
    saved = Decimal(without.cost.usd_per_month.expected) - Decimal(plan.cost.usd_per_month.expected)
    assert Decimal(cache.saves_usd_per_month or 0) == saved > 0
    assert not [each for each in plan.warnings if each.code == "cache_does_not_pay"]


def test_the_peak_and_the_ceiling_do_not_count_on_it() -> None:
    plan, without = planned(spec(100, CACHE)), planned(spec(100, None))
    assert plan.chosen.replicas.peak == plan.chosen.replicas.max == without.chosen.replicas.peak == 2
    dearer = Decimal(plan.cost.usd_per_month.ceiling) - Decimal(without.cost.usd_per_month.ceiling)
    assert dearer == Decimal("184.54")
    assert plan.latency == without.latency
    assert plan.autoscaling.target * 1 >= 82, "one replica takes what a warm cache leaves"
    assert plan.autoscaling.target * 2 >= 100 > plan.autoscaling.target, "a cold one asks for both"


def test_unless_a_cold_start_may_break_the_sla() -> None:
    plan = planned(spec(100, CACHE | {"cold_start_ok": True}))
    assert plan.chosen.replicas.max == 1
    assert plan.cache is not None
    assert plan.cache.spares_replicas == 1
    assert [each.name for each in plan.assumptions if each.name == "after a flush"] == ["after a flush"]
    assert plan.cache.usd_per_month_without == planned(spec(100, None)).cost.usd_per_month.expected


def test_a_small_service_does_not_gain() -> None:
    plan = planned(spec(80, CACHE))
    (warning,) = [each for each in plan.warnings if each.code == "cache_does_not_pay"]
    assert "spares 0 replicas and costs $184.54" in warning.message
    assert plan.cache is not None
    assert plan.cache.saves_usd_per_month == "-184.54"


def test_what_one_node_does_not_hold_is_spread_over_shards() -> None:
    plan = planned(spec(100, CACHE | {"entries": 500_000_000}))
    assert plan.cache is not None
    gib = {row["node_type"]: float(row["memory_gib"]) for row in rows("cache_nodes.csv")}
    node = gib[plan.cache.node_type]
    assert (plan.cache.shards - 1) * node < plan.cache.memory_gib <= plan.cache.shards * node
    assert plan.cache.shards * plan.cache.nodes_per_shard <= 90
    small = planned(spec(100, CACHE | {"entries": 1000, "nodes": 1}))
    assert small.cache is not None
    assert (small.cache.node_type, small.cache.nodes_per_shard) == ("cache.t4g.micro", 1)


def test_nodes_win_against_serverless() -> None:
    cache = planned(spec(100, CACHE)).cache
    assert cache is not None
    assert cache.serverless_usd_per_month == "269.86"
    assert Decimal(cache.usd_per_month) < Decimal(cache.serverless_usd_per_month)
    elsewhere = planned(spec(100, CACHE, region="eu-west-1")).cache
    assert elsewhere is not None
    assert elsewhere.serverless_usd_per_month is None, "nobody read a price there"


def test_the_sdk_knows_every_input(tmp_path: Path) -> None:
    path = tmp_path / "faq.yaml"
    for cache in (CACHE, CACHE | {"entries": 500_000_000}):
        path.write_text(json.dumps(spec(100, cache)))
        values = {"region": "us-east-1", "cluster": {"name": "demo"}, "workloads": [str(path)]}
        graph = run_program(program(values | {"tags": {"team": "platform", "cost-center": "0000"}}))
        made = [each for each in graph.resources if each.type.startswith("aws:elasticache/")]
        assert len(made) == 2
        for each in made:
            assert not list(unknown_inputs(each.inputs, args_class(each.type))), each.urn
            assert not missing_inputs(each.inputs, args_class(each.type)), each.urn
            assert each.inputs["tags"]["team"] == "platform"


def test_semantic_hits_count_with_evidence_alone() -> None:
    untold = planned(spec(100, CACHE | {"semantic_hit": 0.4}))
    assert untold.cache is not None
    assert untold.cache.hit == 0.18
    assert [each.value for each in untold.assumptions if each.name == "load.cache.semantic_hit ignored"] == [
        0.4
    ]
    told = planned(spec(100, CACHE | {"semantic_hit": 0.4, "false_hit": 0.02}))
    assert told.cache is not None
    assert told.cache.hit == pytest.approx(0.58)
    assert [each.value for each in told.assumptions if each.name == "requests answered wrongly"] == [0.008]


def test_a_language_model_has_one_too() -> None:
    rate: dict[str, Any] = {"qps": {"peak": 40, "average": 12}}
    data: dict[str, Any] = {"model": "meta-llama/Llama-3.1-8B-Instruct", "load": rate}
    plain = planned(data)
    cached = planned(data | {"load": rate | {"cache": CACHE | {"exact_hit": 0.4}}})
    assert cached.chosen.replicas.peak == plain.chosen.replicas.peak
    assert Decimal(usd(cached, "expected", "nodes")) < Decimal(usd(plain, "expected", "nodes"))
    assert cached.autoscaling.metric == plain.autoscaling.metric


def test_both_roads_agree(tmp_path: Path) -> None:
    for cache in (CACHE, CACHE | {"nodes": 3}, CACHE | {"entries": 500_000_000}):
        path = tmp_path / "faq.yaml"
        path.write_text(json.dumps(spec(100, cache)))
        values = {"region": "us-east-1", "cluster": {"name": "demo"}, "workloads": [str(path)]}
        tags = {"tags": {"team": "platform", "cost-center": "0000"}}
        graph, plan = run_program(program(values | tags)), planned(spec(100, cache))
        priced = price(graph, load(), "us-east-1")
        assert priced.cannot_price == ()
        assert str(priced.floor) == plan.cost.usd_per_month.floor
        assert str(priced.ceiling) == plan.cost.usd_per_month.ceiling


def test_the_gate_prices_the_cache_of_a_plan(tmp_path: Path) -> None:
    path = tmp_path / "faq.yaml"
    path.write_text(json.dumps(spec(100, CACHE)))
    (tmp_path / "plan.json").write_text(inside("plan", str(path), "--format", "json").stdout)
    checked = inside("check", str(tmp_path / "plan.json"), "--format", "json", "--on", "2026-07-20")
    assert checked.returncode == 0, checked.stderr
    report = json.loads(checked.stdout)
    plan = planned(spec(100, CACHE))
    assert report["usd_per_month"]["ceiling"] == plan.cost.usd_per_month.ceiling
    assert report["usd_per_month"]["floor"] == plan.cost.usd_per_month.floor


def test_a_region_without_a_price_is_refused_by_name() -> None:
    refused = answer(spec(100, CACHE, region="ap-southeast-6"))
    assert not isinstance(refused, Plan)
    said = {
        reason.message for row in refused.candidates for reason in row.reasons if reason.code == "no_price"
    }
    assert "no ElastiCache node that holds load.cache has a price in ap-southeast-6" in said


def without(key: str) -> dict[str, Any]:
    return {name: value for name, value in CACHE.items() if name != key}


@pytest.mark.parametrize(
    ("cache", "keys", "path", "words"),
    [
        (without("source"), {}, "load.cache.source", "Say where the hit rate was measured"),
        (without("source") | {"semantic_hit": 0.4}, {}, "load.cache.source", "the hit rate was measured"),
        (without("entries"), {}, "load.cache.entries", "entries is missing"),
        (without("exact_hit"), {}, "load.cache.exact_hit", "exact_hit is missing"),
        (CACHE | {"exact_hit": 0.0}, {}, "load.cache.exact_hit", "exact_hit is 0; a cache without hits"),
        (CACHE | {"exact_hit": 18}, {}, "load.cache.exact_hit", "write 0.18"),
        (CACHE | {"exact_hit": 1.0}, {}, "load.cache.exact_hit", "asked for the first time"),
        (CACHE | {"false_hit": 0.1}, {}, "load.cache.false_hit", "there are none"),
        (CACHE | {"entry_kb": 4}, {}, "load.cache.entry_kb", "did you mean 'entry_kib'"),
        (CACHE | {"nodes": 1}, {"sla": {"availability": 0.999}}, "load.cache.nodes", "write nodes: 2"),
    ],
)
def test_a_wrong_cache_is_explained(
    cache: dict[str, Any], keys: dict[str, Any], path: str, words: str
) -> None:
    with pytest.raises(SpecError) as caught:
        answer(spec(100, cache, **keys))
    said = {problem.where: str(problem) for problem in caught.value.problems}
    assert words in said[path]


def test_runs_and_queues_have_none() -> None:
    queue = {"queue": {"type": "sqs", "tasks_per_s": 2}, "cache": CACHE}
    worker = {"accelerator": "T4", "task_mean_ms": 3000, "cpu": 3, "memory_gib": 10, "source": "x"}
    with pytest.raises(SpecError, match="cache has no meaning beside load"):
        answer({"name": "workers", "measured": worker, "load": queue})


CLUSTER = CACHE | {"kept_in": "cluster"}


def test_in_the_cluster_it_is_one_node_with_lines_of_its_own() -> None:
    plan, without = planned(spec(100, CLUSTER)), planned(spec(100, None))
    cache = plan.cache
    assert cache is not None
    assert cache.pool is not None
    assert (cache.pool.name, cache.pool.max_nodes, cache.nodes_per_shard) == ("cache", 1, 1)
    lines = [each for each in plan.cost.lines if each.pool == "cache" and each.of == "ceiling"]
    assert [each.kind for each in lines] == ["cache", "overshoot", "volumes"]
    assert {each.instance_type for each in lines if each.instance_type} == {cache.node_type}
    assert cache.usd_per_month == usd(plan, "expected", "cache")
    more = sum((Decimal(each.usd_per_month) for each in lines), Decimal(0))
    dearer = Decimal(plan.cost.usd_per_month.ceiling) - Decimal(without.cost.usd_per_month.ceiling)
    assert dearer == more
    assert plan.chosen.pools == without.chosen.pools
    assert sum(each.vcpus for each in plan.quotas) > sum(each.vcpus for each in without.quotas)


def test_no_cheaper_node_without_accelerators_holds_it() -> None:
    plan = planned(spec(100, CLUSTER))
    assert plan.cache is not None
    catalog = load()
    holding = [
        offering.on_demand.usd
        for name in catalog.planned
        if (kind := catalog.instance_types[name]).accelerator is None
        and kind.allocatable_memory_gib - 0.25 >= plan.cache.memory_gib
        and kind.allocatable_cpu - 0.18 >= 1
        and (offering := catalog.offering(name, "us-east-1")) is not None
        and offering.on_demand is not None
        and offering.zones
    ]
    chosen = catalog.offering(plan.cache.node_type, "us-east-1")
    assert chosen is not None
    assert chosen.on_demand is not None
    assert chosen.on_demand.usd == min(holding)


@pytest.mark.parametrize("discounts", [False, True])
def test_both_roads_agree_in_the_cluster(tmp_path: Path, discounts: bool) -> None:
    path = tmp_path / "faq.yaml"
    path.write_text(json.dumps(spec(100, CLUSTER)))
    values: dict[str, Any] = {"region": "us-east-1", "cluster": {"name": "demo"}, "workloads": [str(path)]}
    graph = run_program(program(values | {"tags": {"team": "platform", "cost-center": "0000"}}))
    assert not [each for each in graph.resources if each.type.startswith("aws:elasticache/")]
    kept = [each for each in graph.resources if each.type.endswith("ValidatingAdmissionPolicy")]
    (elsewhere,) = [each for each in kept if each.name.endswith("plimsoll-elsewhere.cluster")]
    pools = [each.name.rpartition("/")[2] for each in graph.resources if each.type.endswith(":NodePool")]
    assert "faq-cache" in pools
    written_rules = json.dumps(elsewhere.inputs["spec"]["validations"])
    assert all(f"'{name}'" in written_rules for name in pools)
    own = None
    if discounts:
        terms = {"private_pct": {"on_demand": 12, "spot": 0}}
        own = read_discounts(written(terms, tmp_path / "discounts.yaml"), load())
    read = from_data(spec(100, CLUSTER), load(), file="faq.yaml")
    plan = size(read.workload, read.architecture, read.catalog, load_speed(), (), own)
    assert isinstance(plan, Plan)
    priced = price(graph, load(), "us-east-1", OwnPrices(own, load().priced_on) if own else None)
    assert priced.cannot_price == ()
    assert str(priced.ceiling) == plan.cost.usd_per_month.ceiling
    assert discounts or str(priced.floor) == plan.cost.usd_per_month.floor


def test_the_gate_prices_the_node_of_a_plan(tmp_path: Path) -> None:
    path = tmp_path / "faq.yaml"
    path.write_text(json.dumps(spec(100, CLUSTER)))
    (tmp_path / "plan.json").write_text(inside("plan", str(path), "--format", "json").stdout)
    checked = inside("check", str(tmp_path / "plan.json"), "--format", "json", "--on", "2026-07-20")
    assert checked.returncode == 0, checked.stderr
    report, plan = json.loads(checked.stdout), planned(spec(100, CLUSTER))
    assert report["usd_per_month"]["ceiling"] == plan.cost.usd_per_month.ceiling
    assert report["usd_per_month"]["floor"] == plan.cost.usd_per_month.floor


def test_its_objects_are_valid_and_the_services_tell_them_apart() -> None:
    plan = planned(spec(100, CLUSTER))
    made = of_workload(plan, ClusterFacts("demo", CostTags("a", "1", "prod", "faq"), "node"))
    assert [str(problem) for problem in validate(made)] == []
    named = {(each["kind"], each["metadata"]["name"]): each for each in made}
    ours, theirs = named["Service", "faq"], named["Service", "faq-answers"]
    assert ours["spec"]["selector"] != theirs["spec"]["selector"]
    pod = named["Deployment", "faq-cache"]["spec"]["template"]
    assert theirs["spec"]["selector"].items() <= pod["metadata"]["labels"].items()
    (server,) = pod["spec"]["containers"]
    assert "--maxmemory-policy=allkeys-lru" in server["args"]
    assert ("NodePool", "faq-cache") in named


@pytest.mark.parametrize(
    ("cache", "keys"), [({"nodes": 2}, {}), ({}, {"sla": {"availability": 0.999, "latency_p95_ms": 50}})]
)
def test_what_only_elasticache_does_is_refused_in_the_cluster(
    cache: dict[str, Any], keys: dict[str, Any]
) -> None:
    with pytest.raises(SpecError, match="fails over to a second Valkey") as caught:
        answer(spec(100, CLUSTER | cache, **keys))
    assert "load.cache.kept_in" in {problem.where for problem in caught.value.problems}
