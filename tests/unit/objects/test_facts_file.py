"""The facts of a cluster are read from a mapping, or from a whole stack file, and mistakes are placed."""

import pytest

from components.stack.settings import CLUSTER_KEYS as OF_THE_STACK
from plimsoll.ground.problems import SpecError
from plimsoll.objects.facts_file import CLUSTER_KEYS, NOBODY, UNSAID, read_stack_facts
from tests.make.places import ROOT

MAPPING = b"""
create: false
name: shared
endpoint: https://0123.gr7.eu-central-1.eks.amazonaws.com
certificateAuthority: QQ==
nodeRole: shared-nodes
"""


def test_a_mapping_says_the_name_the_role_and_by_its_address_the_region() -> None:
    found = read_stack_facts(MAPPING, "cluster.yaml")
    facts = found.of("chat", {"team": "search", "cost_center": "4711"})
    assert (facts.name, facts.node_role, found.region) == ("shared", "shared-nodes", "eu-central-1")
    assert (facts.tags.team, facts.tags.cost_center, facts.tags.environment) == ("search", "4711", "dev")


def test_a_stack_file_says_the_rest_too() -> None:
    found = read_stack_facts((ROOT / "stacks" / "Pulumi.existing.yaml").read_bytes(), "Pulumi.existing.yaml")
    facts = found.of("chat", {})
    assert (found.region, facts.name, facts.node_role) == ("us-east-1", "shared", "shared-nodes")
    assert (facts.metrics.keda, facts.monitoring) == (False, False)
    assert (facts.tags.team, facts.tags.cost_center, facts.tags.environment) == ("platform", "0000", "prod")


@pytest.mark.parametrize(
    ("text", "region"),
    [
        (b"zones: [us-west-2a, us-west-2b]", "us-west-2"),
        (b"name: x", None),
        (b"config:\n  plimsoll:region: us-east-2\n  plimsoll:cluster: {name: x}", "us-east-2"),
        (b"config:\n  aws:region: us-east-2\n  cluster: {name: x}", None),
    ],
)
def test_a_region_is_said_or_follows(text: bytes, region: str | None) -> None:
    assert read_stack_facts(text, "f").region == region


@pytest.mark.parametrize(
    ("text", "zone"),
    [
        (b"zones: [us-west-2b, us-west-2a]", "us-west-2b"),
        (b"name: x", ""),
        (b"zones: us-west-2a", ""),
    ],
)
def test_groups_and_gangs_stand_in_the_first_zone(text: bytes, zone: str) -> None:
    assert read_stack_facts(text, "f").of("chat", {}).zone == zone


def test_without_a_file_there_is_a_cluster_of_the_usual_name_and_nobody_pays() -> None:
    facts = UNSAID.of("chat", {})
    assert (facts.name, facts.node_role, facts.nodes) == ("plimsoll", "plimsoll-karpenter-node", "karpenter")
    assert (facts.tags.team, facts.tags.cost_center) == (NOBODY, NOBODY)


def test_its_keys_are_those_of_a_stack() -> None:
    assert sorted(CLUSTER_KEYS) == sorted(OF_THE_STACK)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            b"name: shared\nnodeRol: x",
            "f:2:1: cluster.nodeRol: unknown key 'nodeRol'; did you mean 'nodeRole'",
        ),
        (b"name: 4711", "f:1:1: cluster.name: 4711 is no name"),
        (b"config:\n  nodes: magic\n  cluster: {name: x}", "f: nodes: 'magic' is no way to make nodes"),
        (b"config:\n  tags: {team: 'a b'}\n  cluster: {name: x}", "f: tags.team: 'a b' is no label value"),
        (b"- name: x", "f:1:1"),
    ],
)
def test_a_mistake_is_said_with_its_place(text: bytes, said: str) -> None:
    with pytest.raises(SpecError) as refused:
        read_stack_facts(text, "f")
    assert said in str(refused.value)
