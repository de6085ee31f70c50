"""A watched stack costs a volume more, to the cent on both roads; the rest runs on nodes that are paid."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from plimsoll.catalog.tables import load
from plimsoll.gate.watched import history_usd
from plimsoll.graph.resource import Graph
from plimsoll.graph.types import ADDONS_COMPONENT
from plimsoll.plan.of_cluster import history_claim
from plimsoll.plan.of_stack import PlanTerms, plan_on
from plimsoll.plan.plan import Plan
from plimsoll.plan.runs.plan import RunPlan
from plimsoll.preview.program import run_program
from plimsoll.pricing import Priced, price
from tests.claims.test_components_register_the_objects import EXISTING
from tests.make.graphs import resource
from tests.make.places import ROOT
from tests.make.program import CONFIG, program

SERVICES = ("chat-8b", "code-completion")
STACKS = {
    "karpenter": (*SERVICES, "runs/legal-70b"),
    "managed": ("chat-8b",),
    "auto-mode": ("chat-8b",),
}


def graph_of(**config: Any) -> Graph:
    specs = [f"workloads/{name}.yaml" for name in STACKS[config["nodes"]]]
    return run_program(program({**CONFIG, "workloads": specs, "allowUnlocked": True, **config}))


def priced(**config: Any) -> Priced:
    return price(graph_of(**config), load(), "us-east-1")


def made(graph: Graph, kind: str) -> dict[str, Any]:
    return {each.name: each.inputs for each in graph.resources if each.type.rpartition(":")[2] == kind}


@pytest.mark.parametrize(
    ("nodes", "provisioner"),
    [
        ("karpenter", "ebs.csi.aws.com"),
        ("managed", "ebs.csi.aws.com"),
        ("auto-mode", "ebs.csi.eks.amazonaws.com"),
    ],
)
def test_a_month_is_kept_on_a_volume_that_somebody_makes(nodes: str, provisioner: str) -> None:
    graph = graph_of(nodes=nodes, observability=True)
    ((name, kind),) = made(graph, "StorageClass").items()
    assert (kind["provisioner"], kind["parameters"]["type"]) == (provisioner, "gp3")
    spec = made(graph, "Release")["kube-prometheus-stack"]["values"]["prometheus"]["prometheusSpec"]
    claim = spec["storageSpec"]["volumeClaimTemplate"]["spec"]
    assert claim["storageClassName"] == name
    kept, gib = int(spec["retentionSize"].removesuffix("GB")), claim["resources"]["requests"]["storage"]
    assert 0.75 <= kept / int(gib.removesuffix("Gi")) <= 0.85, "Prometheus: at most 80 to 85 % of its disk"
    drivers = [each for each in made(graph, "Addon").values() if each["addonName"] == "aws-ebs-csi-driver"]
    assert len(drivers) == (provisioner == "ebs.csi.aws.com")
    tags = {value for key, value in kind["parameters"].items() if key.startswith("tagSpecification_")}
    assert {"team=platform", "cost-center=0000", "plimsoll.dev/workload=shared"} <= tags


def test_nothing_is_kept_where_nobody_watches() -> None:
    graph = graph_of(nodes="karpenter")
    assert not made(graph, "StorageClass")
    assert "storageSpec" not in str(made(graph, "Release")["kube-prometheus-stack"])
    (addons,) = made(graph, "Addons").values()
    assert "ceiling" not in addons


@pytest.mark.parametrize("prometheus", [True, False])
def test_on_an_existing_cluster_the_volume_is_of_its_default_class(prometheus: bool) -> None:
    graph = graph_of(nodes="managed", cluster=EXISTING, observability=True, prometheus=prometheus)
    (addons,) = made(graph, "Addons").values()
    assert not made(graph, "StorageClass")
    assert not made(graph, "Addon")
    alone = price(graph_of(nodes="managed", cluster=EXISTING), load(), "us-east-1")
    more = price(graph, load(), "us-east-1").known("ceiling") - alone.known("ceiling")
    if not prometheus:
        assert "ceiling" not in addons
        assert more == 0
        return
    assert more == Decimal(addons["ceiling"]["usdPerMonth"]) > 0
    spec = made(graph, "Release")["kube-prometheus-stack"]["values"]["prometheus"]["prometheusSpec"]
    assert "storageClassName" not in spec["storageSpec"]["volumeClaimTemplate"]["spec"]


@pytest.mark.parametrize(("usd", "drifts"), [("2.00", False), ("2.50", False), ("2.51", True)])
def test_what_addons_state_is_planned_as_far_as_it_is_that_volume(usd: str, drifts: bool) -> None:
    """25 GiB of the dearer class cost $2.50; who states more has drifted from the plans by all of it."""
    addons = replace(resource(ADDONS_COMPONENT, ceiling={"usdPerMonth": usd}), custom=False)
    expected = Decimal(0) if drifts else Decimal(usd)
    assert history_usd(Graph((addons,)), load(), "us-east-1") == expected
    assert history_usd(Graph((addons, replace(addons, urn="other"))), load(), "us-east-1") == 0


@pytest.mark.parametrize("nodes", ["karpenter", "auto-mode"])
def test_a_watched_stack_is_priced_as_planned(nodes: str) -> None:
    said = {"nodes": nodes, "gatewayQuery": "sum(requests_in_flight)"}
    watched, alone = priced(observability=True, **said), priced(**said)
    assert watched.cannot_price == ()
    volume = Decimal(history_claim("us-east-1", own_class=True)["usdPerMonth"])
    assert (watched.floor, watched.ceiling) == (alone.floor + volume, alone.ceiling + volume)
    assert alone.ceiling == planned(nodes)
    (line,) = (each for each in watched.lines if each.of == "ceiling" and each not in alone.lines)
    assert (line.item, line.quantity, line.usd_per_month) == ("volume ebs-gp3-storage", 25, volume)
    service = load().service("ebs-gp3-storage", "us-east-1")
    assert service is not None
    assert line.usd_per_unit == service.price.usd


def planned(nodes: str) -> Decimal:
    """Add up the ceilings of the plans: each workload's own, and the cluster's once."""
    specs = [ROOT / "workloads" / f"{name}.yaml" for name in STACKS[nodes]]
    plans = plan_on(specs, PlanTerms("us-east-1", nodes=nodes)).values()
    services = [plan for plan in plans if isinstance(plan, Plan)]
    runs = [plan for plan in plans if isinstance(plan, RunPlan)]
    own = [plan.ceiling_usd("workload") for plan in services] + [plan.claim()["usdPerMonth"] for plan in runs]
    return sum(map(Decimal, [*own, services[0].ceiling_usd("cluster")]), Decimal(0))
