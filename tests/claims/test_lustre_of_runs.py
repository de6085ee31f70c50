"""A stack whose run saves to Lustre makes its file system, its driver and nothing else; the roads agree."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from plimsoll.catalog.tables import load
from plimsoll.ground.markers import UNKNOWN
from plimsoll.plan.of_cluster import cluster_claim
from plimsoll.plan.runs.plan import RunPlan
from plimsoll.pricing import price
from tests.make.program import graph_of
from tests.make.runs import ON_LUSTRE, planned

EXISTING: dict[str, Any] = {
    "create": False,
    "name": "theirs",
    "endpoint": "https://ABC.gr7.us-east-1.eks.amazonaws.com",
    "certificateAuthority": "QUJD",
    "nodeRole": "theirs-node",
    "subnetIds": ["subnet-1", "subnet-2"],
    "securityGroupId": "sg-1",
}


@pytest.fixture
def plan(tmp_path: Path) -> RunPlan:
    spec = {"checkpoint": {"to": "fsx", "fsx_gb": 2400}, "runs_per_month": 2}
    return planned(tmp_path, ON_LUSTRE | spec, "images")


def test_a_new_cluster_gets_the_driver_and_the_run_its_class(
    monkeypatch: pytest.MonkeyPatch, plan: RunPlan
) -> None:
    graph = graph_of(monkeypatch, {"images": plan})
    kinds = [each.type.rpartition(":")[2] for each in graph.resources]
    assert "BucketLifecycleConfiguration" not in kinds
    (storage,) = (each for each in graph.resources if each.type.endswith(":StorageClass"))
    assert storage.inputs["parameters"]["securityGroupIds"] is UNKNOWN
    addons = {each.inputs.get("addonName") for each in graph.resources if each.type.endswith(":Addon")}
    assert "aws-fsx-csi-driver" in addons
    policies = {str(each.inputs.get("policyArn")) for each in graph.resources}
    assert any(each.endswith("AmazonFSxFullAccess") for each in policies)


def test_the_stack_costs_what_plan_and_cluster_say_to_the_cent(
    monkeypatch: pytest.MonkeyPatch, plan: RunPlan
) -> None:
    found = price(graph_of(monkeypatch, {"images": plan}), load(), "us-east-1")
    assert found.cannot_price == ()
    shared = cluster_claim("us-east-1", None, None, None, network=True, nodes="karpenter")
    assert found.ceiling == Decimal(plan.claim()["usdPerMonth"]) + Decimal(shared["usdPerMonth"])
    lustre = [each for each in found.lines if each.item == "Lustre storage"]
    assert [each.of for each in lustre] == ["ceiling"]


def test_on_a_cluster_that_exists_the_stack_says_where_it_stands(
    monkeypatch: pytest.MonkeyPatch, plan: RunPlan
) -> None:
    graph = graph_of(monkeypatch, {"images": plan}, cluster=EXISTING)
    (storage,) = (each for each in graph.resources if each.type.endswith(":StorageClass"))
    parameters = storage.inputs["parameters"]
    assert (parameters["subnetId"], parameters["securityGroupIds"]) == ("subnet-1", "sg-1")
    assert not [each for each in graph.resources if each.type.endswith(":Addon")]
