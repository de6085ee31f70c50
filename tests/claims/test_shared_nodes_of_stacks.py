"""A stack with a portfolio registers what `manifests` writes of it, at the price that the plan says.

The program is the real one and its components are too; the gate reads their graph. The real engine does the
same in `tests/world/engine/test_portfolio.py`.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from shutil import copyfile, copytree, ignore_patterns
from typing import Any

import pytest
import yaml

from plimsoll.catalog.discounts.read import read_discounts
from plimsoll.catalog.tables import load
from plimsoll.gate.judge import judge
from plimsoll.gate.settings import Settings
from plimsoll.graph.resource import Graph, Resource
from plimsoll.ground.problems import SpecError
from plimsoll.observability.objects import watch_objects
from plimsoll.plan.of_stack import NoPlanError
from plimsoll.preview.program import run_program
from plimsoll.pricing import Priced, price
from plimsoll.pricing.own.prices import OwnPrices
from plimsoll.show.preview.manifests import manifests
from tests.claims.test_components_register_the_objects import EXISTING
from tests.claims.test_shared_nodes import BESIDE, CASES, OWN, REGION, TURNS, Spec, emitted, planned
from tests.claims.test_sharing import SPECS as SHARES
from tests.make.command import plimsoll
from tests.make.discounts import written
from tests.make.places import ROOT
from tests.make.program import CONFIG, program

Identity = tuple[str, str | None, str]
PAYERS = {"environment": "prod", "tags": CONFIG["tags"]}


def stacked(folder: Path, specs: Sequence[Spec], **config: Any) -> Graph:
    """What the program registers of specs under a portfolio."""
    paths = [folder / f"{each['name']}.yaml" for each in specs]
    for path, each in zip(paths, specs, strict=True):
        path.write_text(json.dumps(each))
    portfolio = folder / "portfolio.yaml"
    portfolio.write_text(json.dumps(config.pop("file", {"priority": {}})))
    said = {"workloads": list(map(str, paths)), "portfolio": str(portfolio), **config}
    return run_program(program({**CONFIG, **said}))


def by_identity(objects: Sequence[Mapping[str, Any]]) -> dict[Identity, Mapping[str, Any]]:
    made = {
        (each["kind"], each["metadata"].get("namespace"), each["metadata"]["name"]): each for each in objects
    }
    assert len(made) == len(objects)
    return made


def objects_of(graph: Graph) -> dict[Identity, Mapping[str, Any]]:
    return by_identity([yaml.safe_load(text) for text in manifests(graph).files.values()])


def of_kind(graph: Graph, kind: str) -> list[Resource]:
    return [each for each in graph.resources if each.type.endswith(f":{kind}")]


def blocking(graph: Graph, priced: Priced | None = None) -> set[str]:
    return {each.code for each in judge(graph, load(), Settings(), priced=priced).violations if each.blocks}


def refused(error: type[SpecError] | type[NoPlanError], folder: Path, **config: Any) -> str:
    with pytest.raises(error) as caught:
        stacked(folder, config.pop("specs", TURNS), **config)
    return str(caught.value)


@pytest.mark.parametrize("case", CASES)
def test_components_register_what_manifests_writes(case: str, tmp_path: Path) -> None:
    """A cluster of the stack's own has its cap and the namespace of the layouts besides."""
    said = {"region": REGION, **PAYERS}
    wanted = by_identity(emitted(tmp_path, CASES[case], facts=said))
    existing = EXISTING | {"nodeRole": "demo-karpenter-node"}
    assert objects_of(stacked(tmp_path, CASES[case], cluster=existing)) == wanted
    besides = objects_of(stacked(tmp_path, CASES[case])).keys() - wanted.keys()
    sliced = {"gpu-operator"} if case != "turns" else set[str]()
    assert {name for _, _, name in besides} == {"plimsoll-elsewhere.cluster", *sliced}


@pytest.mark.parametrize("case", CASES)
def test_both_roads_agree_and_every_component_keeps_to_its_claim(case: str, tmp_path: Path) -> None:
    graph = stacked(tmp_path, CASES[case])
    priced = price(graph, load(), REGION)
    told = planned(CASES[case]).portfolio.usd_per_month_shared
    assert priced.cannot_price == ()
    assert told is not None
    assert str(priced.ceiling) == told.ceiling
    assert blocking(graph, priced) == set()
    claims = {each.name: each.inputs["ceiling"]["usdPerMonth"] for each in _claiming(graph)}
    assert sum(map(Decimal, claims.values())) == priced.ceiling
    assert all(Decimal(claims[name]) > 0 for name in claims if name.startswith("shared-"))


def _claiming(graph: Graph) -> Iterator[Resource]:
    yield from (each for each in graph.resources if not each.custom and "ceiling" in each.inputs)


@pytest.mark.parametrize("case", ["slices", "both, and one that does not share"])
def test_on_own_terms_both_roads_agree_too(case: str, tmp_path: Path) -> None:
    file = str(written(OWN, tmp_path / "discounts.yaml"))
    joint = planned(CASES[case], file).portfolio
    graph = stacked(tmp_path, CASES[case], discounts=file)
    own = OwnPrices(read_discounts(file, load()), load().priced_on)
    priced = price(graph, load(), REGION, own)
    told = joint.usd_per_month_shared or joint.usd_per_month
    assert str(priced.ceiling) == told.ceiling
    assert blocking(graph, priced) == set()


def test_a_group_that_claims_less_than_its_nodes_cost_is_found_out(tmp_path: Path) -> None:
    graph = stacked(tmp_path, TURNS)
    (group,) = of_kind(graph, "SharedNodes")
    group.inputs["ceiling"]["usdPerMonth"] = "1.00"  # type: ignore[index]
    assert blocking(graph) == {"drift"}
    del group.inputs["ceiling"]  # type: ignore[attr-defined]
    assert blocking(graph) == {"invalid_value"}


def test_the_cluster_admits_the_pools_of_the_group_and_none_of_its_tenants(tmp_path: Path) -> None:
    (policy,) = [
        each.inputs["spec"]
        for each in of_kind(stacked(tmp_path, [*TURNS, BESIDE]), "ValidatingAdmissionPolicy")
        if each.name.startswith("plimsoll-elsewhere")
    ]
    (outside,) = policy["matchConstraints"]["namespaceSelector"]["matchExpressions"]
    assert set(outside["values"]) == {"t1", "t2", "own", "shared-t1"}
    rules = " ".join(each["expression"] for each in policy["validations"])
    assert "'shared-t1-base'" in rules
    assert "'own-base'" in rules
    assert "'t1-base'" not in rules


def test_karpenter_of_the_stacks_own_cluster_reads_overlays_where_there_are_some(tmp_path: Path) -> None:
    assert _gates(stacked(tmp_path, TURNS)) == {"nodeOverlay": True}
    alone = [SHARES["mig"] | {"name": "alone"}]
    assert _gates(stacked(tmp_path, alone, portfolio="")) == {"nodeOverlay": True}
    assert _gates(stacked(tmp_path, [BESIDE])) is None


def _gates(graph: Graph) -> Any:
    (chart,) = [each for each in of_kind(graph, "Release") if each.name == "karpenter"]
    return chart.inputs["values"]["settings"].get("featureGates")


EMAILS = {"budget": {"usdPerMonth": "60000", "emails": ["finops@example.com"]}, "activateCostTags": "true"}


def limited(spec: Spec, usd: float) -> Spec:
    return spec | {"budget": {"usd_per_month": usd}}


def test_aws_holds_all_tenants_together_against_what_they_may_spend(tmp_path: Path) -> None:
    """The nodes are billed to none of the tenants: a budget of one alone would never speak."""
    specs = [limited(TURNS[0], 1900.5), limited(TURNS[1], 1700), limited(BESIDE, 9000)]
    found = {
        each.inputs["name"]: (each.inputs["limitAmount"], each.inputs["costFilters"][0]["values"])
        for each in of_kind(stacked(tmp_path, specs, **EMAILS), "Budget")
    }
    key = "user:plimsoll.dev/workload$"
    assert found == {
        "budgets-plimsoll": ("60000", ["user:managed-by$plimsoll"]),
        "budgets-shared-t1": ("3600.50", [f"{key}shared-t1", f"{key}t1", f"{key}t2"]),
        "budgets-own": ("9000.00", [f"{key}own"]),
    }


def test_where_a_tenant_has_no_limit_all_together_have_none(tmp_path: Path) -> None:
    specs = [limited(TURNS[0], 900), TURNS[1]]
    names = {each.inputs["name"] for each in of_kind(stacked(tmp_path, specs, **EMAILS), "Budget")}
    assert names == {"budgets-plimsoll", "budgets-t1"}


def test_the_cost_tag_of_a_group_is_watched_for_anomalies(tmp_path: Path) -> None:
    monitors = of_kind(stacked(tmp_path, TURNS, **EMAILS), "AnomalyMonitor")
    said = [json.loads(each.inputs["monitorSpecification"])["Tags"]["Values"] for each in monitors]
    assert sorted(said) == [["shared-t1"], ["t1"], ["t2"]]


def test_opencost_has_the_price_of_nodes_that_are_shared(tmp_path: Path) -> None:
    (prices,) = [
        each.inputs["data"]["prices.csv"]
        for each in of_kind(stacked(tmp_path, [*TURNS, BESIDE], openCost="true"), "ConfigMap")
        if each.name == "plimsoll-prices"
    ]
    rows = {line.split(",")[1]: line.split(",")[5:7] for line in prices.splitlines()[1:]}
    assert rows.keys() == {"shared-t1-base", "own-base", "system"}
    assert rows["shared-t1-base"] == ["g4dn.xlarge", "0.526"]


def test_nodes_are_watched_as_the_groups_and_pods_as_each_tenants(tmp_path: Path) -> None:
    specs = [limited(TURNS[0], 900), TURNS[1]]
    graph = stacked(tmp_path, specs, observability="true")
    rules = {each.name: _rules(each.inputs["spec"]) for each in of_kind(graph, "PrometheusRule")}
    assert rules.keys() == {"t1-alerts", "t2-alerts", "shared-t1-alerts"}
    money = {"PlimsollCostAboveCeiling", "PlimsollMoreNodesThanPlanned", "plimsoll:nodes:usd_per_hour"}
    assert money <= rules["shared-t1-alerts"].keys()
    assert rules["shared-t1-alerts"]["PlimsollMoreNodesThanPlanned"].endswith("> 2"), "one, and one in flight"
    for name in ("t1-alerts", "t2-alerts"):
        assert not money & rules[name].keys(), "else each tenant had the money of the whole node"
        assert "PlimsollMoreReplicasThanPlanned" in rules[name]
        asked = " ".join(query for alert, query in rules[name].items())
        assert "usd" not in asked


def _rules(spec: Any) -> dict[str, str]:
    rules = (rule for group in spec["groups"] for rule in group["rules"])
    return {rule.get("alert") or rule["record"]: rule["expr"] for rule in rules}


def test_a_watched_group_is_written_alike_on_both_roads(tmp_path: Path) -> None:
    facts = {"region": REGION, "observability": True, **PAYERS}
    wanted = by_identity(emitted(tmp_path, TURNS, facts=facts, besides=watch_objects))
    assert ("PrometheusRule", "shared-t1", "shared-t1-alerts") in wanted
    assert objects_of(stacked(tmp_path, TURNS, cluster=EXISTING, observability="true")) == wanted


@pytest.mark.parametrize("nodes", ["managed", "auto-mode"])
def test_a_maker_that_cannot_be_told_is_refused(nodes: str, tmp_path: Path) -> None:
    assert "only Karpenter can be told" in refused(SpecError, tmp_path, nodes=nodes)


def test_where_not_all_get_what_they_ask_for_nothing_is_registered(tmp_path: Path) -> None:
    said = refused(NoPlanError, tmp_path, file={"budget": {"usd_per_month": 100}})
    assert "not all workloads get what they ask for" in said


def test_a_run_is_placed_elsewhere(tmp_path: Path) -> None:
    run = yaml.safe_load((ROOT / "workloads/runs/legal-70b.yaml").read_text()) | {"name": "legal"}
    said = refused(SpecError, tmp_path, specs=[*TURNS, run])
    assert "list it in another stack of the cluster" in said


def test_a_lock_and_a_portfolio_are_two_answers(tmp_path: Path) -> None:
    (tmp_path / "t1.lock.json").write_text("{}")
    assert "t1.yaml has a lock" in refused(SpecError, tmp_path)
    assert stacked(tmp_path, TURNS, allowUnlocked="true").resources
    (tmp_path / "t1.lock.json").unlink()
    assert "leave one of the two out" in refused(SpecError, tmp_path, requireLock="true")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project whose stack plans two services together, one of which the file names."""
    for name in ("components", "plimsoll", "examples"):
        (tmp_path / name).symlink_to(ROOT / name)
    copytree(ROOT / "stacks", tmp_path / "stacks", ignore=ignore_patterns("__pycache__"))
    copyfile(ROOT / "Pulumi.yaml", tmp_path / "Pulumi.yaml")
    (tmp_path / "portfolio.yaml").write_text("priority: {vetting: 2}\n")
    specs = [f"examples/sharing/{name}.yaml" for name in ("rerank", "vetting")]
    config = {"workloads": specs, "portfolio": "portfolio.yaml", "tags": CONFIG["tags"]}
    (tmp_path / "stacks/Pulumi.dev.yaml").write_text(yaml.safe_dump({"config": config}))
    return tmp_path


def previewed(project: Path, *args: str) -> set[str]:
    done = plimsoll("preview", *args, "--format", "json", cwd=project)
    assert done.stdout, done.stderr
    return {each["name"] for each in json.loads(done.stdout)["resources"]}


def test_a_preview_of_other_specs_is_of_these_alone(project: Path) -> None:
    """The stack's file may give its own services priorities: others are no part of it."""
    assert "shared-rerank-base" in previewed(project, "--set", "load.qps=50")
    alone = previewed(project, "--spec", "examples/sharing/rerank.yaml")
    assert "rerank-base" in alone
    assert "shared-rerank-base" not in alone
