"""Where pods may land: they select the pool, and tolerate its taints."""

from typing import Any

import pytest

from plimsoll.catalog.tables import load
from plimsoll.gate.case import Case
from plimsoll.gate.landing import landing_pools, may_be_spot
from plimsoll.graph.resource import Resource
from plimsoll.pricing.result import Priced
from tests.make.graphs import graph, need, pool, resource

TAINT = {"key": "run", "value": "1", "effect": "NoSchedule"}


def pods(**spec: Any) -> Resource:
    body = {"template": {"spec": {"containers": []} | spec}}
    return resource("kubernetes:apps/v1:Deployment", "d", metadata={"name": "d"}, spec=body)


def lands(made: Resource, on: Resource) -> bool:
    whole = graph(on, made)
    return bool(list(landing_pools(made, Case(whole, Priced(), load(), "2026-01-01"))))


def changed(**spec: Any) -> Resource:
    made = pool()
    made.inputs["spec"]["template"]["spec"].update(spec)
    return made


@pytest.mark.parametrize(
    ("selector", "lands_there"),
    [
        ({"karpenter.sh/nodepool": "gpu"}, True),
        ({"karpenter.sh/nodepool": "other"}, False),
        ({"node.kubernetes.io/instance-type": "g6.xlarge"}, True),
        ({"node.kubernetes.io/instance-type": "p5.48xlarge"}, False),
        ({"karpenter.k8s.aws/instance-family": "g6"}, True),
        ({"acme.com/team": "search"}, False),
    ],
)
def test_a_selector_is_met_by_labels_and_requirements(selector: dict[str, str], lands_there: bool) -> None:
    assert lands(pods(nodeSelector=selector), pool()) is lands_there


def test_taints_keep_off_what_does_not_tolerate_them() -> None:
    tainted = changed(taints=[TAINT])
    assert not lands(pods(), tainted)
    assert lands(pods(tolerations=[{"key": "run", "operator": "Exists"}]), tainted)
    assert lands(pods(), changed(taints=[TAINT | {"effect": "PreferNoSchedule"}]))


def test_a_pool_without_a_capacity_type_may_be_anything() -> None:
    assert may_be_spot(pool())
    on_demand = pool()
    requirement = need("karpenter.sh/capacity-type", "In", "on-demand")
    on_demand.inputs["spec"]["template"]["spec"]["requirements"].append(requirement)
    assert not may_be_spot(on_demand)
