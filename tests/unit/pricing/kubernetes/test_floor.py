"""The floor of a pool: what is pinned to it and never scaled away."""

from decimal import Decimal
from typing import Any

import pytest

from plimsoll.graph.resource import Resource
from plimsoll.ground.markers import UNKNOWN
from plimsoll.ground.units import to_cent
from tests.make.graphs import node_class, node_pool, resource, types_in
from tests.make.prices import priced

HOUR, SPOT, DISK = Decimal("0.8048"), Decimal("0.30"), Decimal(8)


def pods(selector: dict[str, str], name: str = "web", gpus: str = "1", **spec: Any) -> Resource:
    container = {"name": "c", "resources": {"requests": {"cpu": "1"}, "limits": {"nvidia.com/gpu": gpus}}}
    template = {"spec": {"nodeSelector": selector, "containers": [container]}}
    return resource(
        "kubernetes:apps/v1:Deployment", name, metadata={"name": name}, spec={"template": template} | spec
    )


def pool(name: str, *types: str, capacity: tuple[str, ...] = ("on-demand",), **labels: str) -> Resource:
    capacity_type = {"key": "karpenter.sh/capacity-type", "operator": "In", "values": list(capacity)}
    return node_pool(
        types_in(*(types or ("g6.xlarge",))), capacity_type, name=name, labels=labels, limits={"nodes": "9"}
    )


def floor(*resources: Resource) -> Decimal:
    found = priced(node_class(), *resources).floor
    assert found is not None
    return found


def usd(hour: Decimal, nodes: int) -> Decimal:
    return to_cent(hour * 730 * nodes) + nodes * DISK


def test_fixed_replicas_keep_their_nodes() -> None:
    assert floor(pool("a", team="search"), pods({"team": "search"}, replicas=3)) == usd(HOUR, 3)


def test_the_floor_of_a_spot_pool_is_at_the_spot_price() -> None:
    spot = pool("a", capacity=("spot", "on-demand"), team="search")
    assert floor(spot, pods({"team": "search"}, replicas=3)) == usd(SPOT, 3)


@pytest.mark.parametrize(
    ("token", "spec", "least"),
    [
        ("kubernetes:autoscaling/v2:HorizontalPodAutoscaler", {"minReplicas": 2, "maxReplicas": 9}, 2),
        ("kubernetes:autoscaling/v2:HorizontalPodAutoscaler", {"maxReplicas": 9}, 1),
        ("kubernetes:keda.sh/v1alpha1:ScaledObject", {"minReplicaCount": 4}, 4),
        ("kubernetes:keda.sh/v1alpha1:ScaledObject", {}, 0),
    ],
)
def test_an_autoscaler_says_how_few_there_may_be(token: str, spec: dict[str, Any], least: int) -> None:
    scaler = resource(token, spec=spec | {"scaleTargetRef": {"name": "web"}})
    assert floor(pool("a", team="search"), pods({"team": "search"}, replicas=7), scaler) == usd(HOUR, least)


def test_several_pods_share_a_node_that_holds_them() -> None:
    big = pool("a", "g6.12xlarge", team="search")
    assert floor(big, pods({"team": "search"}, replicas=5)) == usd(Decimal("4.6016"), 2)


def test_the_cheapest_admitted_type_that_holds_them_counts() -> None:
    either = pool("a", "g6.xlarge", "g6.12xlarge", team="search")
    assert floor(either, pods({"team": "search"}, replicas=2)) == usd(HOUR, 2)
    assert floor(either, pods({"team": "search"}, gpus="4", replicas=2)) == usd(Decimal("4.6016"), 2)


def test_pods_that_two_pools_could_take_are_on_neither_floor() -> None:
    pools = (pool("a", team="search", tier="base"), pool("b", team="search", tier="burst"))
    assert floor(*pools, pods({"team": "search"}, replicas=3)) == 0
    assert floor(*pools, pods({"team": "search", "tier": "base"}, replicas=3)) == usd(HOUR, 3)


@pytest.mark.parametrize("replicas", [0, UNKNOWN])
def test_no_or_unknown_replicas_hold_nothing(replicas: object) -> None:
    assert floor(pool("a", team="search"), pods({"team": "search"}, replicas=replicas)) == 0


def test_the_floor_is_never_above_the_ceiling() -> None:
    result = priced(node_class(), pool("a", team="search"), pods({"team": "search"}, replicas=9))
    assert result.floor is not None
    assert result.ceiling is not None
    assert result.floor <= result.ceiling
