"""What a change of a spec may do to what runs: most change objects in place, few replace anything.

Identity is name and type (the URN). A replacement is a URN that goes, or an input that its provider
cannot change in place. Those inputs are from the providers' own documentation: for Kubernetes, name,
namespace, kind and the immutable selectors; for AWS, the properties marked as forcing replacement.
"""

from dataclasses import replace

import pytest

from plimsoll.graph.resource import Graph
from tests.make.plans import ALONE, BASE, BURST, plan
from tests.make.program import graph_of

FORCES_REPLACEMENT = {
    "aws:eks/cluster:Cluster": ("name", "roleArn", "vpcConfig.subnetIds", "kubernetesNetworkConfig"),
    "aws:eks/nodeGroup:NodeGroup": (
        "amiType",
        "capacityType",
        "clusterName",
        "instanceTypes",
        "nodeGroupName",
        "nodeRoleArn",
        "subnetIds",
    ),
    "aws:ec2/vpc:Vpc": ("cidrBlock",),
    "aws:ec2/subnet:Subnet": ("availabilityZone", "cidrBlock", "vpcId"),
    "aws:ec2/natGateway:NatGateway": ("allocationId", "subnetId"),
    "aws:iam/role:Role": ("name",),
    "aws:sqs/queue:Queue": ("name",),
    "kubernetes:core/v1:Service": ("spec.clusterIP", "spec.type"),
    "kubernetes:apps/v1:Deployment": ("spec.selector",),
    "kubernetes:karpenter.sh/v1:NodePool": (
        "spec.template.spec.nodeClassRef.group",
        "spec.template.spec.nodeClassRef.kind",
    ),
    "kubernetes:scheduling.k8s.io/v1:PriorityClass": ("value",),
    "kubernetes:helm.sh/v3:Release": ("name", "namespace"),
}
ALWAYS = ("metadata.name", "metadata.namespace", "apiVersion", "kind")


def at(inputs, path):
    for key in path.split("."):
        inputs = inputs.get(key) if hasattr(inputs, "get") else None
    return inputs


def replaced(before: Graph, after: Graph) -> set[str]:
    """`Type name` of everything that goes, or cannot change in place."""
    old = {found.urn: found for found in before.resources}
    new = {found.urn: found for found in after.resources}
    gone = {urn for urn in old if urn not in new}
    for urn in old.keys() & new.keys():
        paths = FORCES_REPLACEMENT.get(old[urn].type, ())
        paths += ALWAYS if old[urn].type.startswith("kubernetes:") else ()
        if any(at(old[urn].inputs, path) != at(new[urn].inputs, path) for path in paths):
            gone.add(urn)
    return {f"{old[urn].type.rpartition(':')[2]} {old[urn].name}" for urn in gone}


def more_load():
    made = plan(BASE, replace(BURST, max_nodes=8, max_replicas=8))
    return replace(made, autoscaling=replace(made.autoscaling, max_replicas=8))


def dearer():
    made = plan()
    cost = replace(made.cost, lines=tuple(replace(line, usd_per_month="999.99") for line in made.cost.lines))
    return replace(made, cost=cost, clock=replace(made.clock, priced_on="2026-12-01"))


def other_owner():
    made = plan()
    return replace(made, workload={**made.workload, "owner": {"team": "ads", "cost_center": "1"}})


def other_budget():
    made = plan()
    return replace(made, workload={**made.workload, "budget": {"usd_per_month": 1.0, "basis": "ceiling"}})


def other_machine():
    return plan(
        *(replace(pool, instance_type="p5.48xlarge", accelerators_per_node=8) for pool in (BASE, BURST))
    )


def longer_start():
    made = plan()
    return replace(made, serving=replace(made.serving, cold_start_s=900.0))


def no_spot():
    return plan(ALONE)


GROUPS = {"NodeGroup support-chat-base", "NodeGroup support-chat-burst"}
BURST_PARTS = {
    "EC2NodeClass support-chat-burst",
    "NodePool support-chat-burst",
    "Deployment support-chat-burst",
    "ScaledObject support-chat-burst",
}
CHANGES = {
    "more load": (more_load, set(), set()),
    "prices": (dearer, set(), set()),
    "owner": (other_owner, set(), set()),
    "budget": (other_budget, set(), set()),
    "cold start": (longer_start, set(), set()),
    "instance type": (other_machine, set(), GROUPS),
    "spot no longer allowed": (
        no_spot,
        BURST_PARTS,
        {
            "NodeGroup support-chat-burst",
            "LaunchTemplate support-chat-burst",
            "Deployment support-chat-burst",
            "ScaledObject support-chat-burst",
        },
    ),
}


@pytest.mark.parametrize("nodes", ["karpenter", "managed"])
@pytest.mark.parametrize("change", CHANGES)
def test_a_change_replaces_no_more_than_it_may(monkeypatch, change, nodes):
    after, by_karpenter, in_groups = CHANGES[change]
    alerts = {"budget": {"usdPerMonth": "60000", "emails": ["finops@example.com"]}}
    before_graph = graph_of(monkeypatch, plan(), nodes=nodes, **alerts)
    after_graph = graph_of(monkeypatch, after(), nodes=nodes, **alerts)
    assert replaced(before_graph, after_graph) == (by_karpenter if nodes == "karpenter" else in_groups)


def test_a_second_workload_touches_nothing_of_the_first(monkeypatch):
    before = graph_of(monkeypatch, plan())
    after = graph_of(monkeypatch, {"support-chat": plan(), "rank": plan(ALONE, name="rank")})
    assert replaced(before, after) == set()
    old = {found.urn: found.inputs for found in before.resources}
    same = {found.urn: found.inputs for found in after.resources if found.urn in old}
    # The cluster's own caps list every workload of the stack: that is their point.
    same = {urn: inputs for urn, inputs in same.items() if "plimsoll:index:ClusterCaps" not in urn}
    assert {urn: inputs for urn, inputs in same.items() if inputs != old[urn]} == {}


def test_tags_of_the_stack_replace_nothing(monkeypatch):
    before = graph_of(monkeypatch, plan())
    tags = {"team": "platform", "cost-center": "9999", "project": "apollo"}
    assert replaced(before, graph_of(monkeypatch, plan(), tags=tags)) == set()


def test_the_same_spec_gives_the_same_graph(monkeypatch):
    assert graph_of(monkeypatch, plan()).resources == graph_of(monkeypatch, plan()).resources
