"""The gate in front of the real engine: what is refused, when, and that nothing costly was created."""

import json
from decimal import Decimal

import pytest

from plimsoll.catalog.tables import load
from tests.make.places import ROOT
from tests.world.engine.harness import Engine, Result, engine

__all__ = ["engine"]

pytestmark = pytest.mark.engine

PACK = ROOT / "policies"
REGION = "us-east-1"
GROUP = "aws:eks/nodeGroup:NodeGroup"
POOL = "kubernetes:karpenter.sh/v1:NodePool"

PROJECT = {"Pulumi.yaml": "name: foreign\nruntime: {name: python, options: {toolchain: pip}}\n"}
ROLE = "arn:aws:iam::1:role/x"

NODE_GROUPS = """
import pulumi, pulumi_aws as aws
previous = None
for index in range(6):
    previous = aws.eks.NodeGroup(
        f"pool-{index}", cluster_name="existing", node_role_arn="arn:aws:iam::1:role/x",
        subnet_ids=["subnet-1"],
        instance_types=["m7i.large"], disk_size=20,
        scaling_config={"min_size": 1, "desired_size": 1, "max_size": 4},
        opts=pulumi.ResourceOptions(depends_on=[previous] if previous else []),
    )
"""
"""Somebody else's program: six groups one after another, each of up to four nodes."""

ONE_POOL = """
import pulumi, pulumi_kubernetes as k8s
inside = k8s.Provider("inside", kubeconfig=pulumi.Config().require("kubeconfig"))
on = pulumi.ResourceOptions(provider=inside)
first = k8s.core.v1.ConfigMap("first", metadata={"namespace": "default"}, data={"a": "b"}, opts=on)
LIMIT = {limit}
k8s.apiextensions.CustomResource("disk", api_version="karpenter.k8s.aws/v1", kind="EC2NodeClass",
    metadata={"name": "default"}, opts=on, spec={"blockDeviceMappings": [
        {"deviceName": "/dev/xvda", "ebs": {"volumeSize": "50Gi", "volumeType": "gp3", "encrypted": True}}]})
k8s.apiextensions.CustomResource("pool", api_version="karpenter.sh/v1", kind="NodePool",
    metadata={"name": "pool"}, opts=pulumi.ResourceOptions(provider=inside, depends_on=[first]), spec={
        "limits": LIMIT,
        "template": {"spec": {
            "nodeClassRef": {"group": "karpenter.k8s.aws", "kind": "EC2NodeClass", "name": "default"},
            "requirements": [
                {"key": "node.kubernetes.io/instance-type", "operator": "In", "values": ["g6.xlarge"]}]}}})
"""
KUBECONFIG = json.dumps({"clusters": [{"name": "c", "cluster": {"server": "https://127.0.0.1:1"}}]})

OWN = """
import pulumi
class Workload(pulumi.ComponentResource):
    def __init__(self):
        super().__init__("plimsoll:index:Workload", "chat", {"ceiling": {"usdPerMonth": CEILING}})
        import pulumi_aws as aws
        aws.eks.NodeGroup(
            "nodes", cluster_name="existing", node_role_arn="arn:aws:iam::1:role/x", subnet_ids=["subnet-1"],
            instance_types=["m7i.large"], scaling_config={"min_size": 1, "desired_size": 1, "max_size": 4},
            opts=pulumi.ResourceOptions(parent=self))
Workload()
"""


def project(engine: Engine, program: str) -> Engine:
    """A sandbox with a cloud in which the cluster, the subnet and the role are there already."""
    engine.cloud.set(
        external=["existing", "subnet-1", "subnet-2", ROLE, "x"], endpoints=["https://127.0.0.1:1"]
    )
    engine.write(PROJECT | {"__main__.py": program})
    return engine.init("dev", **{"aws:region": REGION, "kubeconfig": KUBECONFIG})


def gate(engine: Engine, **config: object) -> list[str]:
    path = engine.folder / "policy-config.json"
    path.write_text(json.dumps(config))
    return ["--policy-pack", str(PACK), "--policy-pack-config", str(path)]


def assert_refused(result: Result, code: str, *texts: str) -> None:
    assert result.code != 0, result.said
    assert f"{code}:" in result.said, result.said
    assert "[mandatory" in result.said, result.said
    for text in texts:
        assert text in result.said, result.said


def one_group() -> Decimal:
    """The ceiling of one group: four m7i.large and their disks, by the catalogue."""
    catalog = load()
    offering = catalog.offering("m7i.large", REGION)
    disk = catalog.service("ebs-gp3-storage", REGION) or catalog.service("ebs-gp2-storage", REGION)
    assert offering
    assert offering.on_demand
    assert disk
    return 4 * (730 * offering.on_demand.usd + 20 * disk.price.usd)


def test_a_program_within_its_budget_is_let_through(engine: Engine) -> None:
    project(engine, NODE_GROUPS)
    options = gate(engine, budget={"usdPerMonth": 5000})
    engine.preview(*options)
    engine.up(*options)
    assert engine.created().count(GROUP) == 6


def test_preview_refuses_what_is_over_budget(engine: Engine) -> None:
    result = project(engine, NODE_GROUPS).preview(*gate(engine, budget={"usdPerMonth": 700}), check=False)
    assert_refused(result, "over_budget", "over the budget of $700.00", "ask for an exemption")


def test_up_without_preview_stops_before_the_line_is_crossed(engine: Engine) -> None:
    budget = int(one_group() * 5 / 2)
    project(engine, NODE_GROUPS)
    result = engine.up(*gate(engine, budget={"usdPerMonth": budget}), check=False)
    assert_refused(result, "over_budget")
    created = engine.created().count(GROUP)
    assert created == 2
    assert created * one_group() <= budget


UNREADABLE = {
    "unknown": ('{"nodes": first.id}', "unknown_value", "not known before the update"),
    "secret": ('{"nodes": pulumi.Output.secret("3")}', "unknown_value", "secret"),
    "absent": ("None", "unlimited", "no limits"),
    "nan": ('{"nodes": "NaN"}', "invalid_value", "quantity"),
    "negative": ('{"nodes": -3}', "invalid_value", "negative"),
    "wrong-unit": ('{"cpu": "8 cores"}', "invalid_value", "quantity"),
}


@pytest.mark.parametrize("kind", UNREADABLE)
def test_every_kind_of_unreadable_limit_has_its_own_refusal(engine: Engine, kind: str) -> None:
    limit, code, message = UNREADABLE[kind]
    project(engine, ONE_POOL.replace("{limit}", limit))
    options = gate(engine, budget={"usdPerMonth": 100_000})
    assert_refused(engine.preview(*options, check=False), code, message)
    if kind == "unknown":
        return  # an update knows the value by then
    assert_refused(engine.up(*options, check=False), code, message)
    assert POOL not in engine.created()


def test_an_own_component_over_budget_creates_nothing(engine: Engine) -> None:
    project(engine, OWN.replace("CEILING", '"900.00"'))
    options = gate(engine, budget={"usdPerMonth": 800})
    assert_refused(engine.preview(*options, check=False), "over_budget")
    assert_refused(engine.up(*options, check=False), "over_budget")
    assert engine.created() == []


def test_a_component_that_lies_about_its_ceiling_is_found_out(engine: Engine) -> None:
    project(engine, OWN.replace("CEILING", '"0.10"'))
    assert_refused(engine.preview(*gate(engine, budget={"usdPerMonth": 800}), check=False), "drift")


def test_a_lowered_level_is_printed(engine: Engine) -> None:
    project(engine, NODE_GROUPS)
    options = gate(engine, budget={"usdPerMonth": 700, "enforcementLevel": "advisory"})
    result = engine.preview(*options)
    assert "lowered from mandatory to advisory" in result.said


def test_missing_tags_are_written_by_remediation(engine: Engine) -> None:
    project(engine, NODE_GROUPS)
    tags = {"enforcementLevel": "remediate", "tags": ["team"], "values": {"team": "search"}}
    engine.up(*gate(engine, **{"required-tags": tags}))
    groups = [found for found in engine.state() if found["type"] == GROUP]
    assert {found["inputs"]["tags"]["team"] for found in groups} == {"search"}


def test_an_exported_state_is_judged_the_same(engine: Engine) -> None:
    project(engine, NODE_GROUPS).up()
    state = engine.folder / "state.json"
    state.write_text(engine.run("stack", "export").out)
    options = gate(engine, budget={"usdPerMonth": 700})
    result = engine.run("policy", "analyze", "--file", str(state), *options, check=False)
    assert result.code != 0
    assert "over_budget:" in result.said


@pytest.mark.slow
@pytest.mark.parametrize("operation", ["preview", "up"])
def test_our_own_program_over_budget_creates_nothing_that_costs(engine: Engine, operation: str) -> None:
    engine.copy_checkout().init("dev")
    options = gate(engine, budget={"usdPerMonth": 1000})
    result = (
        engine.preview(*options, check=False) if operation == "preview" else engine.up(*options, check=False)
    )
    assert_refused(result, "over_budget", "plimsoll:index:Workload: chat-8b")
    costly = ("NodeGroup", "NodePool", "eks/cluster:Cluster", "NatGateway", "Eip", "Instance")
    assert not [made for made in engine.created() if made.endswith(costly)]


@pytest.mark.slow
def test_our_own_program_within_its_budget_is_let_through_by_every_policy(engine: Engine) -> None:
    engine.copy_checkout().init("dev")
    result = engine.preview(*gate(engine, budget={"usdPerMonth": 3051.64}))
    assert "[mandatory" not in result.said, result.said
