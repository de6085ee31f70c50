"""Fargate profiles bill the pods of the graph that they select."""

from decimal import Decimal
from typing import Any

import pytest

from plimsoll.catalog.tables import load
from plimsoll.graph.resource import Resource
from plimsoll.pricing.result import Priced
from tests.make.graphs import resource
from tests.make.prices import only_problem, priced


def profile(*selectors: dict[str, Any]) -> Resource:
    return resource("aws:eks/fargateProfile:FargateProfile", "f", clusterName="c", selectors=list(selectors))


def deployment(replicas: int = 2, namespace: str = "apps", **requests: str) -> Resource:
    template = {
        "metadata": {"labels": {"app": "web"}},
        "spec": {"containers": [{"resources": {"requests": requests}}]},
    }
    metadata = {"name": "web", "namespace": namespace}
    return resource(
        "kubernetes:apps/v1:Deployment",
        "web",
        metadata=metadata,
        spec={"replicas": replicas, "template": template},
    )


def billed(*resources: Resource) -> Priced:
    return priced(*resources, catalog=load())


@pytest.mark.parametrize(
    ("requests", "vcpu", "gib"),
    [
        ({}, "0.25", "0.5"),
        ({"cpu": "250m", "memory": "512Mi"}, "0.25", "1"),  # 256 MB are added
        ({"cpu": "1", "memory": "1Gi"}, "1", "2"),
        ({"cpu": "1100m"}, "2", "4"),
        ({"cpu": "100m", "memory": "10Gi"}, "2", "11"),
        ({"cpu": "8", "memory": "17Gi"}, "8", "20"),
    ],
)
def test_a_pod_bills_the_next_larger_size(requests: dict[str, str], vcpu: str, gib: str) -> None:
    lines = {line.item: line for line in billed(profile({"namespace": "apps"}), deployment(**requests)).lines}
    assert lines["Fargate vCPU of web"].quantity == 2 * 730 * Decimal(vcpu)
    assert lines["Fargate GB of web"].quantity == 2 * 730 * Decimal(gib)


def test_the_price_is_that_of_vcpu_and_gigabytes() -> None:
    result = billed(profile({"namespace": "apps"}), deployment(1, cpu="1", memory="1Gi"))
    assert result.ceiling == Decimal("36.04")  # 730 h × (0.04048 + 2 × 0.004445)
    assert result.floor == 0


def test_only_what_a_selector_matches_is_billed() -> None:
    by_label = profile({"namespace": "ap*", "labels": {"app": "w*"}})
    assert billed(by_label, deployment()).lines
    for other in ({"namespace": "apps", "labels": {"app": "db"}}, {"namespace": "web"}):
        assert only_problem(billed(profile(other), deployment()))[0] == "unlimited"


def test_core_dns_is_what_a_system_profile_bills() -> None:
    assert billed(
        profile({"namespace": "kube-system", "labels": {"k8s-app": "kube-dns"}})
    ).ceiling == Decimal("18.02")


def test_a_pod_larger_than_any_size_is_refused() -> None:
    assert only_problem(billed(profile({"namespace": "apps"}), deployment(cpu="17")))[0] == "invalid_value"
