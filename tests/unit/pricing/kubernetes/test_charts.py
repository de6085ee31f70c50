"""Known charts are priced by their defaults, which values override."""

from decimal import Decimal
from typing import Any

import pytest

from plimsoll.ground.markers import UNKNOWN
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


PROMETHEUS = "https://prometheus-community.github.io/helm-charts"
TEMPLATE = {"spec": {"resources": {"requests": {"storage": "25Gi"}}}}
OF_A_CLASS = {"spec": {"storageClassName": "fast", **TEMPLATE["spec"]}}


def kept(**spec: Any) -> dict[str, Any]:
    return {"prometheus": {"prometheusSpec": {"storageSpec": {"volumeClaimTemplate": TEMPLATE}, **spec}}}


@pytest.mark.parametrize(
    ("values", "gib"),
    [
        (kept(), 25),
        (kept(replicas=2), 50),
        (kept(replicas=2, shards=3), 150),
        (kept(replicas=0), 25),
        (kept() | {"alertmanager": {"alertmanagerSpec": {"storage": {"volumeClaimTemplate": TEMPLATE}}}}, 50),
        ({"prometheus": {"enabled": False, **kept()["prometheus"]}}, 0),
        ({}, 0),
    ],
)
def test_a_claim_template_of_a_chart_bills_a_volume_a_pod(values: Any, gib: int) -> None:
    found = release("kube-prometheus-stack", values, PROMETHEUS)
    assert found.cannot_price == ()
    assert found.ceiling == found.floor == GP2 * gib


@pytest.mark.parametrize(
    ("values", "code"),
    [
        (kept(replicas=UNKNOWN), "unknown_value"),
        (kept(storageSpec={"volumeClaimTemplate": OF_A_CLASS}), "unpriced"),
        (kept(storageSpec={"ephemeral": {"volumeClaimTemplate": TEMPLATE}}), "unpriced"),
        (kept(storageSpec={"volumeClaimTemplate": {"spec": {"resources": {}}}}), "invalid_value"),
        ({"grafana": {"persistence": {"enabled": True, "size": "10Gi"}}}, "unpriced"),
    ],
)
def test_a_claim_whose_volume_nobody_knows_is_refused(values: Any, code: str) -> None:
    assert only_problem(release("kube-prometheus-stack", values, PROMETHEUS))[0] == code


@pytest.mark.parametrize(
    "values",
    [
        {"grafana": {"ingress": {"enabled": True, "ingressClassName": "alb"}}},
        {"grafana": {"ingress": {"annotations": {"kubernetes.io/ingress.class": "alb"}}}},
        {"server": {"pvcStorage": "50Gi"}},
        {"server": {"dataDisk": {"size": "50Gi"}}},
        {"server": {"persistence": True}},
    ],
)
def test_values_that_have_a_balancer_or_a_volume_made_are_refused(values: Any) -> None:
    code, message = only_problem(release("kube-prometheus-stack", values, PROMETHEUS))
    assert code == "unpriced"
    assert "helm template" in message


@pytest.mark.parametrize("kind", ["${TYPE}", "loadbalancer"])
def test_a_service_type_that_cannot_be_read_is_not_a_harmless_one(kind: str) -> None:
    code, message = only_problem(
        release("kube-prometheus-stack", {"grafana": {"service": {"type": kind}}}, PROMETHEUS)
    )
    assert code == "invalid_value"
    assert "ClusterIP" in message


@pytest.mark.parametrize(
    "values",
    [
        {"grafana": {"ingress": {"enabled": False, "ingressClassName": "alb"}}},
        {"grafana": {"ingress": {"enabled": True, "ingressClassName": "nginx"}}},
        {"grafana": {"persistence": {"enabled": False, "size": "10Gi"}}},
        {"server": {"persistence": {"existingClaim": "mine", "size": "10Gi"}}},
        {"server": {"resources": {"limits": {"memory": "4Gi", "ephemeral-storage": "20Gi"}}}},
        {"server": {"storageSpec": {"emptyDir": {"sizeLimit": "10Gi"}}}},
        {"server": {"service": {"type": "NodePort"}, "strategy": {"type": "Recreate"}}},
    ],
)
def test_values_that_only_name_them_are_not(values: Any) -> None:
    assert release("kube-prometheus-stack", values, PROMETHEUS).ceiling == 0


def test_a_registry_is_the_same_home_however_it_is_written() -> None:
    for repo in ("oci://registry-1.docker.io/bitnamicharts", "https://registry-1.docker.io/bitnamicharts/"):
        assert release("etcd", repo=repo).ceiling == GP2 * 8
