"""Custom resources of other people's operators: free, covered by capped pools, or refused with the reason."""

from typing import Any

import pytest

from plimsoll.graph.resource import Resource
from plimsoll.pricing.result import Priced
from tests.make.graphs import node_class, node_pool, resource, types_in
from tests.make.prices import only_problem, priced

POOL = (node_class(), node_pool(types_in("g6.xlarge"), limits={"nodes": "2"}))
GPU = {"resources": {"limits": {"nvidia.com/gpu": 1}}}


def workflow(container: Any = None) -> Resource:
    spec = {"templates": [{"name": "main", "container": container or GPU}]}
    return resource("kubernetes:argoproj.io/v1alpha1:Workflow", "w", metadata={"name": "w"}, spec=spec)


def covered(result: Priced) -> list[str]:
    assert not result.cannot_price
    return [each.type.rpartition(":")[2] for each in result.covered_by_pools]


def test_pods_beside_capped_pools_are_covered_and_add_nothing() -> None:
    result = priced(*POOL, workflow())
    assert covered(result) == ["Workflow"]
    assert result.ceiling == priced(*POOL).ceiling


def test_one_uncapped_pool_covers_nothing() -> None:
    open_pool = node_pool(types_in("g6.xlarge"), name="open")
    assert priced(*POOL, open_pool, workflow()).covered_by_pools == ()


def test_accelerators_beyond_the_pools_are_refused() -> None:
    pool = (node_class(), node_pool(types_in("m7i.large"), limits={"cpu": "10"}))
    assert only_problem(priced(*pool, workflow()))[0] == "unpriced"
    assert covered(priced(*pool, workflow({"image": "x"}))) == ["Workflow"]


def test_pods_that_show_themselves_without_pools_are_priced_as_pods_are() -> None:
    assert priced(workflow({"image": "x"})).ceiling == 0
    assert only_problem(priced(workflow()))[0] == "unpriced"


@pytest.mark.parametrize(
    ("token", "spec", "words"),
    [
        ("serving.kserve.io/v1alpha2:LLMInferenceService", {"replicas": 1}, "no pool bounds"),
        ("postgresql.cnpg.io/v1:Cluster", {"instances": 3}, "volumes"),
        ("rds.services.k8s.aws/v1alpha1:DBInstance", {}, "cloud resources"),
        ("argoproj.io/v1alpha1:Application", {}, "render it"),
        ("karpenter.sh/v1alpha5:Provisioner", {}, "NodePool"),
        ("kyverno.example/v1:ClusterPolicy", {}, "neither priced nor known"),
    ],
)
def test_a_kind_that_cannot_be_priced_says_why(token: str, spec: Any, words: str) -> None:
    code, message = only_problem(priced(resource(f"kubernetes:{token}", spec=spec)))
    assert (code, words in message) == ("unpriced", True), message


def test_a_free_kind_is_free_in_any_case_and_version() -> None:
    for token in ("networking.istio.io/v1:VirtualService", "networking.istio.io/v1beta1:virtualservice"):
        assert priced(resource(f"kubernetes:{token}", spec={})).ceiling == 0
