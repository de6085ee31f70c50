"""Resources are registered by token and mapping; the SDK's own classes say whether they are right."""

import pytest

from tests.make.aws_sdk import args_class, missing_inputs, unknown_inputs
from tests.make.plans import ALONE, plan
from tests.make.program import graph_of
from tests.unit.pricing.aws.test_managed import PRICED

SHAPES = {
    "karpenter": {},
    "managed": {"nodes": "managed"},
    "auto-mode": {"nodes": "auto-mode"},
    "budgets": {
        "budget": {"usdPerMonth": "60000", "emails": ["finops@example.com"]},
        "activateCostTags": "true",
        "createSpotRole": "true",
        "cluster": {"name": "demo", "admins": ["arn:aws:iam::123456789012:role/admin"]},
    },
}


@pytest.mark.parametrize("config", SHAPES.values(), ids=SHAPES)
def test_every_aws_input_is_one_that_the_sdk_knows(monkeypatch, config):
    graph = graph_of(monkeypatch, plan(), **config)
    aws = [found for found in graph.resources if found.type.startswith("aws:")]
    assert aws
    for found in aws:
        args = args_class(found.type)
        assert not list(unknown_inputs(found.inputs, args)), found.urn
        assert not missing_inputs(found.inputs, args), found.urn


def test_a_misspelt_input_would_be_seen():
    args = args_class("aws:eks/nodeGroup:NodeGroup")
    inputs = {"clusterNme": "x", "scalingConfig": {"maxSze": 1, "minSize": 1, "desiredSize": 1}}
    assert list(unknown_inputs(inputs, args)) == ["clusterNme", "scalingConfig.maxSze"]
    assert "node_role_arn" in missing_inputs(inputs, args)


@pytest.mark.parametrize("config", SHAPES.values(), ids=SHAPES)
def test_everything_that_can_be_tagged_carries_the_taxonomy(monkeypatch, config):
    from plimsoll.objects.tags import TAXONOMY
    from tests.make.aws_sdk import names

    graph = graph_of(monkeypatch, {"chat": plan(name="chat"), "rank": plan(ALONE, name="rank")}, **config)
    tagged = 0
    for found in graph.resources:
        if found.type.startswith("aws:") and "tags" in names(args_class(found.type)):
            assert set(TAXONOMY) <= set(found.inputs["tags"]), found.urn
            tagged += 1
        if found.type.startswith("kubernetes:") and "spec" in found.inputs:
            assert set(TAXONOMY) <= set(found.inputs["metadata"]["labels"]), found.urn
    assert tagged > 20 or "cluster" not in config


def test_what_nodes_are_made_of_is_tagged_too(monkeypatch):
    from plimsoll.objects.tags import TAXONOMY

    graph = graph_of(monkeypatch, plan())
    classes = [found for found in graph.resources if found.type.endswith(":EC2NodeClass")]
    assert len(classes) == 2
    for found in classes:
        assert set(TAXONOMY) <= set(found.inputs["spec"]["tags"])
        assert found.inputs["spec"]["tags"]["team"] == "search"
    managed = graph_of(monkeypatch, plan(), nodes="managed")
    templates = [found for found in managed.resources if found.type.endswith(":LaunchTemplate")]
    assert len(templates) == 3
    for found in templates:
        made = {entry["resourceType"]: set(entry["tags"]) for entry in found.inputs["tagSpecifications"]}
        assert set(made) == {"instance", "network-interface", "volume"}
        assert all(set(TAXONOMY) <= keys for keys in made.values())


def test_karpenter_is_never_given_a_tag_it_forbids(monkeypatch):
    forbidden = ("karpenter.sh/", "karpenter.k8s.aws/", "eks:eks-cluster-name", "kubernetes.io/cluster")
    graph = graph_of(monkeypatch, plan())
    for found in graph.resources:
        if found.type.endswith(":EC2NodeClass"):
            tags = found.inputs["spec"]["tags"]
            assert not [key for key in tags if key.startswith(forbidden)]
            assert all(len(key) <= 128 and len(value) <= 256 for key, value in tags.items())
            assert len(tags) <= 50


@pytest.mark.parametrize(("token", "inputs", "_ceiling"), PRICED)
def test_every_input_of_a_managed_service_that_a_price_reads_exists(token, inputs, _ceiling):
    assert list(unknown_inputs(inputs, args_class(token))) == []
