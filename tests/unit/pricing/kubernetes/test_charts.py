"""Known charts are priced by their defaults, which values override."""

from decimal import Decimal
from typing import Any

import pytest

from plimsoll.pricing.result import Priced
from tests.make.graphs import resource
from tests.make.prices import only_problem, priced

GP2 = Decimal("0.10")


def release(chart: str, values: Any = None, repo: str = "https://charts.bitnami.com/bitnami") -> Priced:
    inputs = {"chart": chart, "repositoryOpts": {"repo": repo}, "values": values or {}}
    return priced(resource("kubernetes:helm.sh/v3:Release", "r", **inputs))


@pytest.mark.parametrize(
    ("chart", "values", "gib"),
    [
        ("etcd", {}, 8),
        ("etcd", {"replicaCount": 3}, 24),
        ("etcd", {"persistence": {"size": "50Gi"}}, 50),
        ("etcd", {"persistence": {"enabled": False}}, 0),
        ("postgresql", {}, 16),
        ("postgresql", {"primary": {"persistence": {"size": "100Gi"}}}, 108),
        ("keycloak", {}, 16),  # by the database that it brings
        ("keycloak", {"postgresql": {"enabled": False}}, 0),
    ],
)
def test_a_chart_bills_its_volumes(chart: str, values: Any, gib: int) -> None:
    assert release(chart, values).ceiling == GP2 * gib


def test_a_chart_bills_its_load_balancer_unless_a_value_says_otherwise() -> None:
    assert release("nginx", {"service": {"type": "ClusterIP"}}).ceiling == 0
    (balancer, _) = release("nginx").lines[0:2]
    assert balancer.item == "load balancer"


@pytest.mark.parametrize(
    ("chart", "values"),
    [
        ("etcd", {"persistence": {"storageClass": "fast"}}),  # a class that the graph does not have
        ("etcd", {"disasterRecovery": {"pvc": {"storageClassName": "fast"}}}),
        ("minio-of-words", {}),
        ("airflow", {"web": {"resources": {"limits": {"nvidia.com/gpu": 1}}}}),
    ],
)
def test_what_a_chart_may_create_beyond_that_is_refused(chart: str, values: Any) -> None:
    assert only_problem(release(chart, values))[0] == "unpriced"


def test_an_unknown_chart_is_told_how_to_render_it() -> None:
    assert "helm template" in only_problem(release("surprise"))[1]
    assert "helm template" in only_problem(release("minio", repo="https://charts.min.io"))[1]
