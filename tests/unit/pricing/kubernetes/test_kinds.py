"""Kubernetes objects: what makes something in AWS, what runs on nodes, what nobody can see into."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from plimsoll.graph.resource import Resource
from plimsoll.ground.markers import UNKNOWN, Secret
from tests.make.graphs import node_class, node_pool, resource, types_in
from tests.make.prices import only_problem, priced

SERVICE = "kubernetes:core/v1:Service"
DEPLOYMENT = "kubernetes:apps/v1:Deployment"
RELEASE = "kubernetes:helm.sh/v3:Release"
_LB = "service.beta.kubernetes.io/aws-load-balancer-"


def pods(gpus: object = "1", selector: Any = None, **spec: Any) -> Resource:
    resources = {"limits": {"nvidia.com/gpu": gpus}} if gpus is not None else {"requests": {"cpu": "1"}}
    pod = {"containers": [{"name": "c", "resources": resources}], "nodeSelector": selector or {}}
    return resource(
        DEPLOYMENT, "web", metadata={"name": "web"}, spec={"replicas": 2, "template": {"spec": pod}} | spec
    )


def gpu_pool(**labels: str) -> Resource:
    return node_pool(types_in("g6.xlarge"), limits={"nodes": "2"}, labels=labels)


def test_pods_are_not_counted_beside_the_pool_that_they_run_on() -> None:
    pool = (node_class(), gpu_pool(team="search"))
    assert priced(*pool, pods(selector={"team": "search"})).ceiling == priced(*pool).ceiling


@pytest.mark.parametrize("gpus", ["1", 1, UNKNOWN])
def test_gpu_pods_without_a_pool_cannot_be_priced(gpus: object) -> None:
    assert only_problem(priced(pods(gpus)))[0] == "unpriced"


def test_gpu_pods_that_select_another_pool_cannot_be_priced() -> None:
    result = priced(node_class(), gpu_pool(team="search"), pods(selector={"team": "ads"}))
    assert only_problem(result)[0] == "unpriced"


def test_gpu_pods_beside_a_pool_without_gpus_cannot_be_priced() -> None:
    system = resource(
        "aws:eks/nodeGroup:NodeGroup", scalingConfig={"minSize": 1, "maxSize": 2}, instanceTypes=["m7i.large"]
    )
    assert only_problem(priced(system, pods()))[0] == "unpriced"
    gpus = replace(
        system, inputs=system.inputs | {"instanceTypes": ["g6.xlarge"], "labels": {"team": "search"}}
    )
    assert priced(gpus, pods(selector={"team": "search"})).cannot_price == ()
    assert only_problem(priced(gpus, pods(selector={"tier": "burst"})))[0] == "unpriced"


def test_labels_that_a_node_has_of_itself_may_be_selected() -> None:
    pool = (node_class(), gpu_pool())
    assert priced(*pool, pods(selector={"karpenter.sh/nodepool": "pool"})).cannot_price == ()
    assert priced(*pool, pods(selector={"nvidia.com/gpu.product": "L4"})).cannot_price == ()


def test_a_pool_that_is_only_read_does_not_price_pods() -> None:
    assert only_problem(priced(replace(gpu_pool(), external=True), pods()))[0] == "unpriced"


def test_pods_without_accelerators_run_where_nodes_are_priced() -> None:
    result = priced(pods(None))
    assert result.ceiling == 0


@pytest.mark.parametrize("label", [{"nvidia.com/gpu": "true"}, {"nvidia.com/gpu.present": "true"}])
def test_a_label_named_like_an_accelerator_is_no_request(label: dict[str, str]) -> None:
    assert priced(pods(None, selector=label)).ceiling == 0


@pytest.mark.parametrize(
    "spec", [UNKNOWN, {"template": UNKNOWN}, {"template": {"spec": {"containers": UNKNOWN}}}]
)
def test_pods_that_cannot_be_seen_are_refused(spec: object) -> None:
    assert only_problem(priced(resource(DEPLOYMENT, spec=spec)))[0] == "unknown_value"


def test_claims_on_devices_ask_for_accelerators_too() -> None:
    pod = {"containers": [], "resourceClaims": [{"name": "gpu", "resourceClaimTemplateName": "one-gpu"}]}
    assert only_problem(priced(resource("kubernetes:core/v1:Pod", spec=pod)))[0] == "unpriced"


@pytest.mark.parametrize(
    "token",
    [
        "kubernetes:batch/v1:Job",
        "kubernetes:apps/v1:StatefulSet",
        "kubernetes:leaderworkerset.x-k8s.io/v1:LeaderWorkerSet",
        "kubernetes:ray.io/v1:RayCluster",
        "kubernetes:trainer.kubeflow.org/v1alpha1:TrainJob",
    ],
)
def test_every_kind_with_pods_is_looked_into(token: str) -> None:
    deep = {"a": [{"template": {"spec": {"containers": [{"resources": {"limits": {"amd.com/gpu": 1}}}]}}}]}
    assert only_problem(priced(resource(token, spec=deep)))[0] == "unpriced"


def test_a_load_balancer_service_bills_hours_and_addresses() -> None:
    external = {_LB + "type": "external", _LB + "scheme": "internet-facing"}
    spec = {"type": "LoadBalancer"}
    facing = priced(resource(SERVICE, metadata={"annotations": external}, spec=spec))
    inner = priced(resource(SERVICE, metadata={}, spec=spec | {"loadBalancerClass": "service.k8s.aws/nlb"}))
    assert facing.ceiling == Decimal("16.43") + 6 * Decimal("3.65")
    assert inner.ceiling == Decimal("16.43")
    classic = priced(resource(SERVICE, metadata={}, spec=spec))
    assert classic.ceiling == Decimal("18.25") + 6 * Decimal("3.65")
    other = resource(SERVICE, metadata={}, spec=spec | {"loadBalancerClass": "example.com/lb"})
    assert only_problem(priced(other))[0] == "unpriced"
    assert only_problem(priced(resource(SERVICE, spec={"type": UNKNOWN})))[0] == "unknown_value"
    assert priced(resource(SERVICE, spec={"type": "ClusterIP"})).ceiling == 0


def test_an_ingress_is_a_load_balancer_unless_another_controller_serves_it() -> None:
    token = "kubernetes:networking.k8s.io/v1:Ingress"
    assert priced(resource(token, spec={"ingressClassName": "alb"})).ceiling == Decimal("16.43")
    assert priced(resource(token, spec={"ingressClassName": "nginx"})).ceiling == 0
    unnamed = priced(resource(token, spec={})).ceiling
    assert unnamed is not None
    assert unnamed > Decimal("16.43")


def claim(**spec: Any) -> Resource:
    base = {"resources": {"requests": {"storage": "100Gi"}}}
    return resource("kubernetes:core/v1:PersistentVolumeClaim", metadata={"name": "data"}, spec=base | spec)


def storage_class(**parameters: str) -> Resource:
    return resource(
        "kubernetes:storage.k8s.io/v1:StorageClass",
        metadata={"name": "fast"},
        provisioner="ebs.csi.aws.com",
        parameters=parameters,
    )


def test_a_claim_bills_its_size_by_its_storage_class() -> None:
    assert priced(claim(storageClassName="gp2")).ceiling == 10
    assert priced(storage_class(type="gp3"), claim(storageClassName="fast")).ceiling == 8
    fast = storage_class(type="io2", iops="2000")
    assert priced(fast, claim(storageClassName="fast")).ceiling == Decimal("12.50") + 130
    assert only_problem(priced(claim(storageClassName="fast")))[0] == "unpriced"
    assert (
        only_problem(priced(storage_class(type="gp9"), claim(storageClassName="fast")))[0] == "invalid_value"
    )
    nothing = claim(storageClassName="gp2", resources={"requests": {"storage": UNKNOWN}})
    assert only_problem(priced(nothing))[0] == "unknown_value"


def test_a_stateful_set_bills_a_volume_for_each_replica() -> None:
    template = {"spec": {"storageClassName": "gp2", "resources": {"requests": {"storage": "10Gi"}}}}
    spec = {"replicas": 3, "volumeClaimTemplates": [template], "template": {"spec": {"containers": []}}}
    assert priced(resource("kubernetes:apps/v1:StatefulSet", spec=spec)).ceiling == 3


def test_an_autoscaler_raises_the_volumes_of_a_stateful_set() -> None:
    template = {"spec": {"storageClassName": "gp2", "resources": {"requests": {"storage": "10Gi"}}}}
    spec = {"replicas": 3, "volumeClaimTemplates": [template]}
    pods = resource("kubernetes:apps/v1:StatefulSet", metadata={"name": "db"}, spec=spec)
    scaled = {"scaleTargetRef": {"name": "db"}, "maxReplicas": 20}
    scaler = resource("kubernetes:autoscaling/v2:HorizontalPodAutoscaler", spec=scaled)
    assert priced(pods, scaler).ceiling == 20


def test_ephemeral_volumes_bill_for_each_pod() -> None:
    claim = {"spec": {"storageClassName": "gp2", "resources": {"requests": {"storage": "1Ti"}}}}
    pod = {"containers": [], "volumes": [{"name": "scratch", "ephemeral": {"volumeClaimTemplate": claim}}]}
    spec = {"replicas": 2, "template": {"spec": pod}}
    assert priced(resource(DEPLOYMENT, spec=spec)).ceiling == Decimal("204.80")
    assert only_problem(priced(resource("kubernetes:apps/v1:DaemonSet", spec=spec)))[0] == "unpriced"


@pytest.mark.parametrize(
    "token",
    [
        "kubernetes:core/v1:ConfigMap",
        "kubernetes:autoscaling/v2:HorizontalPodAutoscaler",
        "kubernetes:keda.sh/v1alpha1:ScaledObject",
        "kubernetes:apiextensions.k8s.io/v1:CustomResourceDefinition",
        "kubernetes:rbac.authorization.k8s.io/v1:ClusterRole",
        "kubernetes:core/v1:ConfigMapPatch",
    ],
)
def test_objects_that_stay_inside_the_cluster_are_free(token: str) -> None:
    assert priced(resource(token)).ceiling == 0


@pytest.mark.parametrize(
    "token",
    [
        "kubernetes:argoproj.io/v1alpha1:Application",
        "kubernetes:ec2.services.k8s.aws/v1alpha1:Instance",
        "kubernetes:karpenter.sh/v1:NodePoolPatch",
        "kubernetes:apps/v1:DeploymentPatch",
        "kubernetes:karpenter.sh/v1alpha5:Provisioner",
        "kubernetes:snapshot.storage.k8s.io/v1:VolumeSnapshot",
    ],
)
def test_objects_that_may_make_anything_are_refused(token: str) -> None:
    assert only_problem(priced(resource(token)))[0] == "unpriced"


def test_a_node_claim_is_a_node_beside_every_limit() -> None:
    spec = {
        "nodeClassRef": {"group": "karpenter.k8s.aws", "kind": "EC2NodeClass", "name": "gpu"},
        "requirements": [types_in("p5.48xlarge")],
    }
    result = priced(node_class(), resource("kubernetes:karpenter.sh/v1:NodeClaim", spec=spec))
    assert result.lines[0].item == "nodes p5.48xlarge"
    assert result.lines[0].quantity == 730


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({}, None),
        ({"tolerations": [{"key": "nvidia.com/gpu", "operator": "Exists"}], "replicas": 2}, None),
        ({"persistence": {"enabled": False}}, None),
        ({"service": {"type": "LoadBalancer"}}, "unpriced"),
        ({"resources": {"limits": {"nvidia.com/gpu": 1}}}, "unpriced"),
        ({"persistence": {"enabled": True}}, "unpriced"),
        ({"extraObjects": [{"kind": "NodePool"}]}, "unpriced"),
        (
            {"prometheus": {"prometheusSpec": {"storageSpec": {"volumeClaimTemplate": {"spec": {}}}}}},
            "invalid_value",
        ),
        (UNKNOWN, "unknown_value"),
        (Secret({"service": {"type": "LoadBalancer"}}), "unpriced"),
    ],
)
def test_a_known_chart_is_free_until_its_values_ask_for_more(values: object, code: str | None) -> None:
    home = {"repo": "https://prometheus-community.github.io/helm-charts"}
    result = priced(resource(RELEASE, chart="kube-prometheus-stack", repositoryOpts=home, values=values))
    if code is None:
        assert result.ceiling == 0
    else:
        assert only_problem(result)[0] == code


@pytest.mark.parametrize(
    "inputs",
    [
        {"chart": "vllm-stack", "repositoryOpts": {"repo": "https://charts.example"}},
        {"chart": "oci://registry.example/charts/anything"},
        {"chart": UNKNOWN},
        {"chart": "karpenter"},  # a folder of that name
        {"chart": "./karpenter"},
        {"chart": "oci://registry.example/karpenter"},
        {"chart": "keda", "repositoryOpts": {"repo": "http://kedacore.github.io/charts"}},
        {"chart": "keda", "repositoryOpts": {"repo": UNKNOWN}},
    ],
)
def test_a_chart_that_is_not_known_may_make_anything(inputs: dict[str, object]) -> None:
    assert only_problem(priced(resource(RELEASE, **inputs)))[0] in ("unpriced", "unknown_value")


def test_a_known_chart_from_its_registry_is_free() -> None:
    assert priced(resource(RELEASE, chart="oci://public.ecr.aws/karpenter/karpenter", values={})).ceiling == 0


def test_what_renders_objects_is_known_by_its_children() -> None:
    group = replace(resource("kubernetes:yaml/v2:ConfigGroup", "group"), custom=False)
    assert only_problem(priced(group))[0] == "unknown_value"
    child = replace(resource("kubernetes:core/v1:ConfigMap"), parent=group.urn)
    assert priced(group, child).ceiling == 0
