"""Whatever stands in the inputs, every resource gets an answer, and nothing raises."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plimsoll.graph.resource import Resource
from plimsoll.ground.markers import UNKNOWN, Secret
from plimsoll.ground.quantity import parse_quantity
from plimsoll.pricing.types import PRICED
from tests.make.graphs import node_class, node_pool, resource, types_in
from tests.make.prices import priced

HONEST = (
    node_class(),
    node_pool(types_in("g6.xlarge", "g5.xlarge"), limits={"nvidia.com/gpu": "4"}, labels={"team": "search"}),
    resource(
        "aws:eks/nodeGroup:NodeGroup",
        "group",
        scalingConfig={"minSize": 1, "maxSize": 3, "desiredSize": 1},
        instanceTypes=["m7i.large"],
        diskSize=50,
        capacityType="SPOT",
    ),
    resource(
        "aws:ec2/launchTemplate:LaunchTemplate",
        "lt",
        name="lt",
        instanceType="g6.xlarge",
        blockDeviceMappings=[{"deviceName": "/dev/xvda", "ebs": {"volumeSize": 50, "volumeType": "gp3"}}],
        networkInterfaces=[{"associatePublicIpAddress": "true"}],
    ),
    resource(
        "aws:autoscaling/group:Group",
        "asg",
        name="asg",
        minSize=0,
        maxSize=4,
        mixedInstancesPolicy={
            "launchTemplate": {
                "launchTemplateSpecification": {"launchTemplateName": "lt"},
                "overrides": [{"instanceType": "g5.xlarge", "weightedCapacity": "2"}],
            }
        },
    ),
    resource(
        "aws:ec2/instance:Instance",
        "one",
        instanceType="m7i.large",
        rootBlockDevice={"volumeSize": 30, "volumeType": "gp3"},
        availabilityZone="us-east-1a",
    ),
    resource(
        "aws:eks/cluster:Cluster",
        "c",
        upgradePolicy={"supportType": "STANDARD"},
        computeConfig={"enabled": False},
    ),
    resource("aws:lb/loadBalancer:LoadBalancer", "lb", subnets=["a", "b"], internal=False),
    resource(
        "kubernetes:apps/v1:Deployment",
        "web",
        metadata={"name": "web"},
        spec={
            "replicas": 2,
            "template": {
                "spec": {
                    "nodeSelector": {"team": "search"},
                    "containers": [{"resources": {"limits": {"nvidia.com/gpu": "1"}}}],
                }
            },
        },
    ),
    resource(
        "kubernetes:core/v1:Service",
        "svc",
        metadata={"name": "svc"},
        spec={"type": "LoadBalancer", "loadBalancerClass": "service.k8s.aws/nlb"},
    ),
    resource(
        "kubernetes:helm.sh/v3:Release",
        "keda",
        chart="keda",
        repositoryOpts={"repo": "https://kedacore.github.io/charts"},
        values={"a": {"b": 1}},
    ),
)

ODD = st.sampled_from(
    [
        None, UNKNOWN, Secret("s"), Secret({"a": 1}), True, False, 0, -1, 1.5, 10**30, float("nan"),
        float("inf"), "", " ", "3", "1e999", "NaN", "\x00", "\u202e", "p5.48xlarge", "us-east-1a",
        "x" * 10_000, [], [None], [[]],
        {}, {"": None}, {"id": UNKNOWN}, b"bytes", object(),
    ]
)  # fmt: skip


def leaves(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place inside nested inputs, outer ones included."""
    found = [path] if path else []
    if isinstance(value, Mapping):
        return found + [place for key, inner in value.items() for place in leaves(inner, (*path, key))]
    if isinstance(value, list):
        return found + [place for index, inner in enumerate(value) for place in leaves(inner, (*path, index))]
    return found


def replaced(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    if not path:
        return new
    head, rest = path[0], path[1:]
    if isinstance(value, Mapping):
        return {key: replaced(inner, rest, new) if key == head else inner for key, inner in value.items()}
    return [replaced(inner, rest, new) if index == head else inner for index, inner in enumerate(value)]


def accounted(resources: tuple[Resource, ...]) -> None:
    """Price them, and check that each has exactly one of the five answers; and that totals follow."""
    result = priced(*resources)
    listed = [item.urn for group in (result.free, result.by_use, result.covered_by_pools) for item in group]
    refused = {problem.urn for problem in result.cannot_price}
    answered = [*listed, *refused, *result.priced_urns()]
    assert sorted(answered) == sorted({item.urn for item in resources})
    assert (result.ceiling is None) == bool(result.cannot_price)
    assert all(line.usd_per_month >= 0 and line.quantity > 0 for line in result.lines)
    assert all(problem.message.isprintable() for problem in result.cannot_price)


def test_the_honest_graph_is_priced() -> None:
    assert priced(*HONEST).cannot_price == ()


@settings(max_examples=400, deadline=None)
@given(st.data())
def test_one_odd_value_anywhere_never_raises(data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(HONEST) - 1))
    victim = HONEST[index]
    path = data.draw(st.sampled_from(leaves(victim.inputs)))
    broken = replace(victim, inputs=replaced(victim.inputs, path, data.draw(ODD)))
    accounted((*HONEST[:index], broken, *HONEST[index + 1 :]))


@settings(max_examples=200, deadline=None)
@given(
    st.sampled_from(sorted(PRICED)),
    st.dictionaries(
        st.sampled_from(
            [
                "spec",
                "instanceType",
                "launchTemplate",
                "size",
                "region",
                "subnetIds",
                "chart",
                "values",
                "name",
                "period",
            ]
        ),
        ODD,
    ),
)
def test_any_known_type_with_any_inputs_never_raises(token: str, inputs: dict[str, Any]) -> None:
    accounted((Resource(f"urn:{token}", token, "x", inputs),))


@pytest.mark.parametrize("key", ["\x1b[31mcpu", "\u0441pu", "a\nb", "x" * 5_000])
def test_a_hostile_key_is_escaped_in_the_message(key: str) -> None:
    for limits in ({key: "4"}, {key: "four"}):
        result = priced(node_class(), node_pool(types_in("g6.xlarge"), limits=limits))
        (problem,) = result.cannot_price
        assert problem.message.isascii()
        assert problem.message.isprintable()
        assert len(problem.message) < 1_000


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("16", "16"), ("1.5", "1.5"), ("500m", "0.5"), ("1e3", "1000"), ("1E3", "1000"), ("2k", "2000"),
        ("200Gi", str(200 * 2**30)), ("1E", str(10**18)), (".5", "0.5"), ("5.", "5"), ("-1", "-1"),
        ("100n", "1e-7"),
    ],
)  # fmt: skip
def test_quantities_mean_what_kubernetes_means(text: str, value: str) -> None:
    found = parse_quantity(text)
    assert found is not None
    assert found == type(found)(value)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " 1",
        "1 ",
        "1 Gi",
        "1gi",
        "1GiB",
        "0x10",
        "1_000",
        "1,5",
        "\u0661",
        "NaN",
        "inf",
        "1e",
        "1e1000",
        "--1",
        "9" * 50,
    ],
)
def test_what_is_not_a_quantity_is_none(text: str) -> None:
    assert parse_quantity(text) is None
