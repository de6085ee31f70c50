"""A workload's objects are plain data, and what components register is exactly them."""

from dataclasses import replace

import pytest
import yaml

from components.nodes.maker import NODE_MAKERS
from plimsoll.objects.caps.cluster import of_cluster
from plimsoll.objects.cluster import ClusterFacts, MetricSource
from plimsoll.objects.container import missing_image
from plimsoll.objects.nodes.makers import NODE_OBJECTS
from plimsoll.objects.tags import CostTags
from plimsoll.objects.workload import of_workload
from plimsoll.plan.of_stack import plan_workloads
from plimsoll.show.preview.manifests import manifests
from tests.make.graphs import walk
from tests.make.places import ROOT
from tests.make.plans import ALONE, BASE, plan
from tests.make.program import graph_of

TAGS = CostTags("search", "4711", "prod", "support-chat")
SHARED = CostTags("platform", "0000", "prod")
FACTS = ClusterFacts("demo", TAGS, "demo-karpenter-node")
EXISTING = {
    "create": False,
    "name": "demo",
    "endpoint": "https://example",
    "certificateAuthority": "QQ==",
    "nodeRole": "demo-karpenter-node",
    "nodeRoleArn": "arn:aws:iam::123456789012:role/demo",
    "subnetIds": ["subnet-1", "subnet-2"],
}
SPANNING = replace(BASE, nodes_per_replica=2, max_nodes=4)
SHAPES = {
    "karpenter": (plan(), FACTS, {}),
    "one pool": (plan(ALONE), FACTS, {}),
    "managed": (plan(), replace(FACTS, nodes="managed"), {"nodes": "managed"}),
    "auto-mode": (plan(), replace(FACTS, nodes="auto-mode"), {"nodes": "auto-mode"}),
    "hpa": (plan(ALONE), replace(FACTS, metrics=MetricSource(keda=False)), {"keda": "false"}),
    "unwatched": (plan(), replace(FACTS, monitoring=False), {"prometheus": "false"}),
    "spanning": (plan(SPANNING), FACTS, {"leaderWorkerSet": "true"}),
    "own image": (
        plan(),
        replace(FACTS, images={"support-chat": "registry.example/chat:1"}),
        {"images": {"support-chat": "registry.example/chat:1"}},
    ),
}


def by_identity(objects):
    made = {
        (each["kind"], each["metadata"].get("namespace"), each["metadata"]["name"]): each for each in objects
    }
    assert len(made) == len(objects)
    return made


def written(graph):
    """The objects that `preview --format k8s` writes."""
    return by_identity([yaml.safe_load(text) for text in manifests(graph).files.values()])


@pytest.mark.parametrize("shape", SHAPES)
def test_components_register_exactly_these_objects(monkeypatch, shape):
    made, facts, config = SHAPES[shape]
    graph = graph_of(monkeypatch, made, cluster=EXISTING, **config)
    assert written(graph) == by_identity(of_workload(made, facts))


def test_an_example_is_written_as_its_objects(monkeypatch):
    """In a cluster that the stack makes, the one object beside a workload's own is the cluster's cap."""
    plans = plan_workloads([ROOT / "workloads/chat-8b.yaml"], "us-east-1", None)
    ((name, made),) = plans.items()
    owner = made.workload.get("owner") or {}
    tags = CostTags(owner["team"], owner["cost_center"], owner.get("environment") or "prod", name)
    objects = (
        *of_workload(made, ClusterFacts("demo", tags, "demo-karpenter-node")),
        *of_cluster({name: made.chosen.pools}, SHARED),
    )
    assert written(graph_of(monkeypatch, plans)) == by_identity(objects)


@pytest.mark.parametrize("shape", SHAPES)
def test_objects_are_plain_and_share_nothing(shape):
    """Two lists that are one would be written as an anchor and an alias."""
    made, facts, _ = SHAPES[shape]
    parts = [part for part in walk(list(of_workload(made, facts))) if isinstance(part, dict | list) and part]
    assert len({id(part) for part in parts}) == len(parts)
    assert "&id" not in yaml.safe_dump(list(of_workload(made, facts)))


def test_the_order_is_one_in_which_they_can_be_applied():
    kinds = [each["kind"] for each in of_workload(plan(), replace(FACTS, token="hf_x"))]
    assert kinds == [
        "Namespace",
        "ValidatingAdmissionPolicy",
        "ValidatingAdmissionPolicyBinding",
        "PriorityClass",
        "ResourceQuota",
        "Secret",
        "Service",
        "PodDisruptionBudget",
        "PodMonitor",
        *["EC2NodeClass", "NodePool"] * 2,
        *["Deployment", "Deployment", "ScaledObject"],
    ]


def test_a_value_that_only_a_program_will_know_is_carried_untouched():
    class Later:
        """Not text, not a number: comparing or printing it would say so."""

        def __bool__(self):
            raise TypeError

        __str__ = __bool__

    role, token = Later(), Later()
    parts = list(walk(list(of_workload(plan(), replace(FACTS, node_role=role, token=token)))))
    assert sum(part is role for part in parts) == 2, "one for each pool's node class"
    assert sum(part is token for part in parts) == 1, "in the Secret alone"


def test_a_missing_image_is_told_with_who_may_name_one():
    assert missing_image(plan(), FACTS) is None
    made = plan()
    bare = replace(made, serving=replace(made.serving, engine=None, image=None, model=None, args=()))
    problem = missing_image(bare, FACTS)
    assert problem is not None
    assert problem.path == "support-chat.measured.image"
    assert "images.support-chat in the stack" in problem.fix
    assert missing_image(bare, replace(FACTS, images={"support-chat": "a/b:1"})) is None


def test_every_node_maker_is_known_to_objects_and_to_components():
    assert list(NODE_OBJECTS) == list(NODE_MAKERS)
