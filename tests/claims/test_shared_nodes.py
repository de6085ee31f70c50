"""Services of a portfolio that can share nodes do, in manifests: rented once, at the price that was told.

The plan adds up what it intends, the gate prices the manifests that were written; they share the catalogue
alone, and agree to the cent, with and without the terms of an organisation.
"""

import json
import os
import random
from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from plimsoll.catalog.discounts.read import read_discounts
from plimsoll.catalog.tables import load
from plimsoll.graph.from_manifests import resources_of
from plimsoll.graph.resource import Graph
from plimsoll.ground.problems import SpecError
from plimsoll.manifests.published import validate
from plimsoll.objects.deployable import deployable, nothing_besides
from plimsoll.objects.facts_file import StackFacts
from plimsoll.plan.of_stack import NoPlanError, PlanTerms
from plimsoll.plan.portfolio.document import Portfolio
from plimsoll.plan.portfolio.file import PortfolioFile
from plimsoll.plan.portfolio.groups.group import NAME_MAX, joint_name
from plimsoll.plan.portfolio.together import PlannedTogether, plan_together
from plimsoll.pricing import Priced, price
from plimsoll.pricing.own.prices import OwnPrices
from plimsoll.spec.read import from_data
from plimsoll.speed.read import load_speed
from tests.make.command import plimsoll
from tests.make.discounts import written
from tests.make.sliced import service

DRAWN = 40 if os.environ.get("PLIMSOLL_PROOFS") else 4
REGION = "us-east-1"
Spec = dict[str, Any]
Objects = Sequence[Mapping[str, Any]]


def turning(name: str, qps: float, memory_gib: float = 6) -> Spec:
    """A service that was measured on a T4 and may take turns on it."""
    spec = service(name, qps, memory_gib, capacity={"share": ["time_slicing"]})
    spec["measured"] |= {
        "accelerator": "T4",
        "qps_per_replica": 120,
        "latency_p95_ms": 45,
        "cpu": 1,
        "memory_gib": 4,
    }
    return spec


SLICES = (service("a", 60, 9), service("b", 100, 18), service("c", 60, 35))
TURNS = (turning("t1", 40), turning("t2", 30))
BESIDE = service("own", 60, 9, capacity={})
CASES = {
    "slices": SLICES,
    "turns": TURNS,
    "both, and one that does not share": (*SLICES, *TURNS, BESIDE),
    "nodes cut in two ways": (service("a", 600, 9), service("b", 60, 18)),
}


def planned(specs: Sequence[Spec], discounts: str | None = None, **file: Any) -> PlannedTogether:
    loaded = [from_data(each, load(), file=f"{each['name']}.yaml") for each in specs]
    own = read_discounts(discounts, load()) if discounts else None
    said = PortfolioFile("portfolio.yaml", file.get("budget"), file.get("quotas", {}), {})
    return plan_together(loaded, said, load_speed(), own)


def emitted(folder: Path, specs: Sequence[Spec], *, joint: bool = True, **terms: Any) -> list[dict[str, Any]]:
    """What `manifests` writes of specs, as data."""
    paths: list[Path] = []
    for each in specs:
        paths.append(folder / f"{each['name']}.yaml")
        paths[-1].write_text(json.dumps(each))
    portfolio = folder / "portfolio.yaml"
    portfolio.write_text(json.dumps(terms.pop("file", {"priority": {}})))
    facts = StackFacts({"region": REGION, **terms.pop("facts", {})}, {"name": "demo"})
    besides = terms.pop("besides", nothing_besides)
    made = deployable(paths, facts, PlanTerms(None, **terms), besides, portfolio if joint else None)
    return [yaml.safe_load(text) for text in made.files.values()]


def priced(objects: Objects, own: OwnPrices | None = None) -> Priced:
    problems: list[Any] = []
    found = [each for made in objects for each in resources_of(made, "manifest.yaml", problems)]
    assert problems == []
    return price(Graph(tuple(found)), load(), REGION, own)


def of_cluster(joint: PlannedTogether, of: str) -> Decimal:
    """What of the sums is the cluster's own: manifests hold none."""
    lines = joint.answers[0].cost.lines  # type: ignore[union-attr]
    fixed = (Decimal(each.usd_per_month) for each in lines if each.of == of and each.kind == "fixed")
    return sum(fixed, Decimal(0))


def told(portfolio: Portfolio, of: str) -> Decimal:
    assert portfolio.usd_per_month_shared is not None
    return Decimal(getattr(portfolio.usd_per_month_shared, of))


@pytest.mark.parametrize("case", CASES)
def test_the_gate_prices_what_was_written_at_what_the_plan_says(case: str, tmp_path: Path) -> None:
    joint = planned(CASES[case])
    gate = priced(emitted(tmp_path, CASES[case]))
    assert gate.cannot_price == ()
    assert joint.portfolio.shared
    assert gate.ceiling == told(joint.portfolio, "ceiling") - of_cluster(joint, "ceiling")
    assert gate.floor is not None
    assert gate.floor <= told(joint.portfolio, "floor") - of_cluster(joint, "floor")


@pytest.mark.parametrize("case", CASES)
def test_what_sharing_saves_is_what_the_gate_prices_less(case: str, tmp_path: Path) -> None:
    joint = planned(CASES[case]).portfolio
    apart = priced(emitted(tmp_path, CASES[case], joint=False)).ceiling
    shared = priced(emitted(tmp_path, CASES[case])).ceiling
    assert apart is not None
    assert shared is not None
    assert apart - shared == Decimal(joint.usd_per_month.ceiling or 0) - told(joint, "ceiling") > 0
    saves = sum((Decimal(each.saves_usd_per_month) for each in joint.shared), Decimal(0))
    assert saves == Decimal(joint.usd_per_month.expected or 0) - told(joint, "expected") > 0


@pytest.mark.parametrize("seed", range(DRAWN))
def test_drawn_portfolios_agree_to_the_cent_and_every_pod_has_a_slice(seed: int, tmp_path: Path) -> None:
    draw = random.Random(seed)
    sizes = (9, 18, 35)
    specs = [service(f"s{n}", draw.randint(20, 900), draw.choice(sizes)) for n in range(draw.randint(2, 4))]
    joint = planned(specs)
    objects = emitted(tmp_path, specs)
    shared = joint.portfolio.usd_per_month_shared
    ceiling = Decimal((shared or joint.portfolio.usd_per_month).ceiling or 0)
    assert priced(objects).ceiling == ceiling - of_cluster(joint, "ceiling")
    for node in joint.portfolio.shared:
        assert _published(objects, node.name) >= _asked(objects, node.tenants)


def _published(objects: Objects, group: str) -> Counter[str]:
    """Count what the nodes of a group offer in all, by resource."""
    found: Counter[str] = Counter()
    most = {
        each["metadata"]["name"]: int(each["spec"]["limits"]["nodes"])
        for each in objects
        if each["kind"] == "NodePool"
    }
    for each in objects:
        if each["kind"] == "NodeOverlay" and each["metadata"]["labels"]["plimsoll.dev/workload"] == group:
            for name, count in each["spec"]["capacity"].items():
                found[name] += int(count) * most[each["metadata"]["name"]]
    return found


def _asked(objects: Objects, tenants: Sequence[str]) -> Counter[str]:
    """Count what pods of workloads ask for when all of them run, by resource."""
    found: Counter[str] = Counter()
    for each in objects:
        if each["kind"] == "ResourceQuota" and each["metadata"]["name"] in tenants:
            for name, count in each["spec"]["hard"].items():
                found[name.removeprefix("requests.")] += int(count)
    return found


OWN = {
    "private_pct": {"on_demand": 12, "families": {"p5": 20}},
    "commitments": [
        {
            "kind": "ec2_instance_sp",
            "family": "g4dn",
            "region": REGION,
            "usd_per_hour": "0.20",
            "rate_of_on_demand": 0.63,
            "until": "2030-06-30",
        },
    ],
}


@pytest.mark.parametrize("case", ["slices", "turns", "both, and one that does not share"])
def test_on_own_terms_both_roads_agree_too(case: str, tmp_path: Path) -> None:
    file = str(written(OWN, tmp_path / "discounts.yaml"))
    joint = planned(CASES[case], file)
    own = OwnPrices(read_discounts(file, load()), load().priced_on)
    gate = priced(emitted(tmp_path, CASES[case], discounts=file), own)
    sums = joint.portfolio.usd_per_month_shared or joint.portfolio.usd_per_month
    (fixed,) = {_net_fixed(plan) for plan in joint.answers}
    assert gate.ceiling == Decimal(sums.ceiling or 0) - fixed


def _net_fixed(plan: Any) -> Decimal:
    lines = (each for each in plan.cost.lines if each.of == "ceiling" and each.kind == "fixed")
    return sum((Decimal(each.usd_per_month) for each in lines), Decimal(0))


def test_hours_that_are_covered_already_are_not_saved_once_more(tmp_path: Path) -> None:
    """Two owned instances cost nothing: of a node that both share they save one volume of 100 GB at $0.08."""
    owned = {"kind": "owned", "instance_type": "g4dn.xlarge", "region": REGION, "count": 2}
    terms = {"capacity": [owned | {"usd_per_hour": "0", "until": None}]}
    file = str(written(terms, tmp_path / "discounts.yaml"))
    (shared,) = planned(TURNS, file).portfolio.shared
    assert (shared.usd_per_month_expected, shared.saves_usd_per_month) == ("8.00", "8.00")


def test_who_shares_with_whom_is_in_tags_and_labels(tmp_path: Path) -> None:
    objects = emitted(tmp_path, SLICES)
    kinds = {(each["kind"], each["metadata"]["name"]): each for each in objects}
    tags = kinds["EC2NodeClass", "shared-a-base"]["spec"]["tags"]
    assert tags["plimsoll.dev/workload"] == "shared-a"
    assert tags["plimsoll.dev/tenants"] == "a b c"
    labels = kinds["NodePool", "shared-a-base"]["spec"]["template"]["metadata"]["labels"]
    assert {key for key in labels if key.startswith("tenant.plimsoll.dev/")} == {
        f"tenant.plimsoll.dev/{name}" for name in "abc"
    }
    for name in "abc":
        pod = kinds["Deployment", f"{name}-base"]["spec"]["template"]
        assert pod["metadata"]["labels"]["plimsoll.dev/workload"] == name, "OpenCost splits by it"
        assert pod["spec"]["nodeSelector"] == {"plimsoll.dev/workload": "shared-a"}
    assert not [each for each in kinds if each[0] == "NodePool" and each[1] != "shared-a-base"]


@pytest.mark.parametrize("case", CASES)
def test_every_object_is_valid_and_each_name_is_there_once(case: str, tmp_path: Path) -> None:
    objects = emitted(tmp_path, CASES[case])
    assert [str(problem) for problem in validate(objects)] == []


def test_accelerators_are_cut_as_the_plan_lays_the_slices(tmp_path: Path) -> None:
    specs = CASES["nodes cut in two ways"]
    objects = emitted(tmp_path, specs)
    (layouts,) = [each for each in objects if each["metadata"]["name"] == "plimsoll-mig-layouts"]
    configs = yaml.safe_load(layouts["data"]["config.yaml"])["mig-configs"]
    pools = [each for each in objects if each["kind"] == "NodePool"]
    assert len(pools) > 1, "the case is about nodes that are cut differently"
    cut: Counter[str] = Counter()
    for pool in pools:
        layout = pool["spec"]["template"]["metadata"]["labels"]["nvidia.com/mig.config"]
        for device in configs[layout]:
            for profile, count in device["mig-devices"].items():
                cut[profile] += count * int(pool["spec"]["limits"]["nodes"])
    (node,) = planned(specs).portfolio.shared
    assert cut == Counter(each.profile for slices in node.accelerators for each in slices)
    assert configs["all-1g.10gb"][0].keys() >= {"device-filter"}, (
        "an A100-40GB has four of them, others seven"
    )


def test_no_pod_but_the_tenants_may_have_a_node_of_the_group_bought_for_it(tmp_path: Path) -> None:
    objects = emitted(tmp_path, SLICES)
    rules = {
        each["metadata"]["name"]: [rule["expression"] for rule in each["spec"]["validations"]]
        for each in objects
        if each["kind"] == "ValidatingAdmissionPolicy"
    }
    assert set(rules) == {"plimsoll-a", "plimsoll-b", "plimsoll-c", "plimsoll-shared-a"}
    for name in "abc":
        (held,) = [each for each in rules[f"plimsoll-{name}"] if "== 'shared-a'" in each and "p, !" in each]
        assert "nvidia.com/mig-" in held
    quota = next(
        each for each in objects if each["metadata"]["name"] == "shared-a" and each["kind"] == "ResourceQuota"
    )
    assert set(quota["spec"]["hard"].values()) == {"0"}


def test_a_quota_of_the_file_keeps_a_group_from_larger_nodes() -> None:
    joint = planned(SLICES)
    (group,) = joint.portfolio.shared
    (quota,) = joint.portfolio.quotas
    assert planned(SLICES, quotas={quota.code: quota.need_vcpus}).portfolio.shared == (group,)


def test_nothing_is_written_where_not_all_get_what_they_ask_for(tmp_path: Path) -> None:
    with pytest.raises(NoPlanError) as refused:
        emitted(tmp_path, SLICES, file={"budget": {"usd_per_month": 5000}})
    assert refused.value.exit_code == 4
    assert "not all workloads get what they ask for" in str(refused.value)


@pytest.mark.parametrize("nodes", ["managed", "auto-mode"])
def test_only_karpenter_can_be_told_of_nodes_that_are_shared(nodes: str, tmp_path: Path) -> None:
    with pytest.raises(SpecError):
        emitted(tmp_path, SLICES, facts={"nodes": nodes})


def test_a_workload_cannot_have_the_name_of_a_group(tmp_path: Path) -> None:
    with pytest.raises(SpecError) as wrong:
        emitted(tmp_path, (*SLICES, service("shared-a", 60, 9, capacity={})))
    assert wrong.value.problems[0].fix == "rename the workload"


@pytest.mark.parametrize("length", [1, 50, 51, 57])
def test_a_name_fits_a_label_and_stays_when_others_join(length: int) -> None:
    first = "a" * length
    name = joint_name([first, "b"])
    assert len(name) <= NAME_MAX
    assert name == joint_name(["c", "b", first])


def test_turns_are_taken_only_on_types_that_each_of_them_may_have() -> None:
    """Each alone takes a g6.xlarge; where one may not have the type of the other, there is none for both."""
    one, other = turning("one", 10), turning("two", 10)
    for each in (one, other):
        each["measured"] |= {"accelerator": "L4"}
    assert planned((one, other)).portfolio.shared
    one["capacity"] |= {"allow": ["g6.xlarge"]}
    other["capacity"] |= {"allow": ["g6.2xlarge"]}
    assert planned((one, other)).portfolio.shared == ()


def test_pods_of_one_profile_may_land_on_each_others_slices() -> None:
    """A group whose nodes only hold if each pod lands on the slice meant for it is not told."""
    specs = [service(name, 60, 9) for name in ("a", "b")]
    specs[0]["measured"] |= {"cpu": 9}
    shared = planned(specs).portfolio.shared
    cpu, free = {"a": 9, "b": 2}, 15.9
    assert shared, "they share all the same, on slices of two profiles or on more nodes"
    for node in shared:
        most: dict[str, int] = {}
        for part in node.parts:
            most[part.resource] = max(most.get(part.resource, 0), cpu[part.name])
        assert sum(most[part.resource] * part.pods for part in node.parts) <= free * node.nodes


def test_the_command_writes_a_folder_and_takes_away_what_a_group_no_longer_has(tmp_path: Path) -> None:
    for each in TURNS:
        (tmp_path / f"{each['name']}.yaml").write_text(json.dumps(each))
    (tmp_path / "portfolio.yaml").write_text("priority: {t1: 2}\n")
    args = ("manifests", "t1.yaml", "t2.yaml", "--portfolio", "portfolio.yaml", "--out", "out")
    done = plimsoll(*args, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "t1 and t2 share 1 × g4dn.xlarge by turns, $391.98 a month less" in done.stderr
    assert (tmp_path / "out/cluster/nodepool-shared-t1-base.yaml").exists()
    first = plimsoll(*args[:-2], cwd=tmp_path).stdout
    assert first == plimsoll(*args[:-2], cwd=tmp_path).stdout
    (tmp_path / "t2.yaml").write_text(json.dumps(replace_share(TURNS[1])))
    assert plimsoll(*args, cwd=tmp_path).returncode == 0
    assert not (tmp_path / "out/cluster/nodepool-shared-t1-base.yaml").exists()
    assert (tmp_path / "out/cluster/nodepool-t1-base.yaml").exists()


def replace_share(spec: Spec) -> Spec:
    return {key: value for key, value in spec.items() if key != "capacity"}
