"""One plan, placed: the objects say what the plan says, and avoid what is known to hurt."""

from dataclasses import replace
from functools import cache

import pytest

from plimsoll.ground.markers import UNKNOWN, Secret
from plimsoll.ground.problems import SpecError
from plimsoll.plan.autoscaling import Autoscaling
from tests.make.graphs import of_type, one, walk
from tests.make.plans import ALONE, BASE, BURST, plan
from tests.make.program import graph_of

CPU = replace(ALONE, instance_type="c7i.2xlarge", accelerators_per_node=0, vcpus_per_node=8)


@cache
def placed():
    """The graph of the plan with base and burst, which most tests look at."""
    with pytest.MonkeyPatch.context() as patch:
        return graph_of(patch, plan())


def cpu_plan():
    made = plan(CPU)
    serving = replace(made.serving, accelerators=0, cpu_request=4.0, memory_request_gib=6.0, engine=None)
    return replace(made, serving=serving)


def test_limits_are_the_plans_to_the_node(monkeypatch):
    graph = placed()
    limits = {found.name: found.inputs["spec"]["limits"] for found in of_type(graph, ":NodePool")}
    assert limits == {
        "support-chat-base": {"nvidia.com/gpu": "8", "nodes": "2"},
        "support-chat-burst": {"nvidia.com/gpu": "16", "nodes": "4"},
    }
    cpu = one(graph_of(monkeypatch, cpu_plan()), ":NodePool")
    assert cpu.inputs["spec"]["limits"] == {"cpu": "48", "nodes": "6"}


def test_pools_admit_one_type_and_pin_the_gpu_count():
    for found in of_type(placed(), ":NodePool"):
        wanted = {
            item["key"]: item["values"] for item in found.inputs["spec"]["template"]["spec"]["requirements"]
        }
        assert wanted["node.kubernetes.io/instance-type"] == ["g6e.12xlarge"]
        assert wanted["karpenter.k8s.aws/instance-gpu-count"] == ["4"]
        spot = found.name.endswith("burst")
        assert wanted["karpenter.sh/capacity-type"] == (["on-demand", "spot"] if spot else ["on-demand"])


def test_each_deployment_can_only_run_in_its_own_pool():
    graph = placed()
    for found in of_type(graph, ":Deployment"):
        pod = found.inputs["spec"]["template"]["spec"]
        pool = one(graph, ":NodePool", found.name).inputs["spec"]["template"]
        assert pod["nodeSelector"].items() <= pool["metadata"]["labels"].items()
        tolerated = {(item["key"], item["value"], item["effect"]) for item in pod["tolerations"]}
        assert {(t["key"], t["value"], t["effect"]) for t in pool["spec"]["taints"]} <= tolerated
        assert pool["metadata"]["labels"]["nvidia.com/gpu.present"] == "true"


def test_replicas_are_unset_under_an_autoscaler_and_fixed_elsewhere():
    graph = placed()
    assert one(graph, ":Deployment", "support-chat-base").inputs["spec"]["replicas"] == 2
    assert "replicas" not in one(graph, ":Deployment", "support-chat-burst").inputs["spec"]
    scaled = one(graph, ":ScaledObject").inputs["spec"]
    assert scaled["scaleTargetRef"]["name"] == "support-chat-burst"
    assert (scaled["minReplicaCount"], scaled["maxReplicaCount"]) == (0, 4)
    assert not of_type(graph, ":HorizontalPodAutoscaler")


def test_the_burst_scales_on_what_the_base_does_not_carry(monkeypatch):
    scaled = one(placed(), ":ScaledObject").inputs["spec"]
    trigger = scaled["triggers"][0]
    assert trigger["metadata"]["threshold"] == "24"
    assert trigger["metricType"] == "AverageValue"
    assert trigger["metadata"]["query"].endswith("- 2 * 24, 0)")
    assert 'vllm:num_requests_waiting{namespace="support-chat"}' in trigger["metadata"]["query"]
    alone = one(graph_of(monkeypatch, plan(ALONE)), ":ScaledObject").inputs["spec"]
    assert "clamp_min" not in alone["triggers"][0]["metadata"]["query"]


def test_without_keda_an_hpa_and_the_rule_that_feeds_it(monkeypatch):
    graph = graph_of(monkeypatch, plan(ALONE), keda="false")
    hpa = one(graph, ":HorizontalPodAutoscaler").inputs["spec"]
    assert (hpa["minReplicas"], hpa["maxReplicas"]) == (1, 6)
    pods = hpa["metrics"][0]["pods"]
    assert pods["target"] == {"type": "AverageValue", "averageValue": "24"}
    rule = one(graph, ":PrometheusRule").inputs["spec"]["groups"][0]["rules"][0]
    assert rule["record"] == pods["metric"]["name"]
    assert rule["expr"].startswith("sum by (namespace, pod) (")
    assert not of_type(graph, ":ScaledObject")
    assert hpa["behavior"]["scaleDown"]["stabilizationWindowSeconds"] == 840


def test_an_hpa_cannot_hold_an_empty_pool(monkeypatch):
    with pytest.raises(SpecError, match="refuses minReplicas 0"):
        graph_of(monkeypatch, plan(), keda="false")


def test_scaling_by_cpu_needs_no_prometheus(monkeypatch):
    made = replace(cpu_plan(), autoscaling=Autoscaling("cpu", 0.7, "share", 1, 6, scale_to_zero=False))
    scaled = one(graph_of(monkeypatch, made), ":ScaledObject").inputs["spec"]
    assert scaled["triggers"] == [{"type": "cpu", "metricType": "Utilization", "metadata": {"value": "70"}}]
    assert "fallback" not in scaled


def test_scale_to_zero_watches_the_gateway_or_is_refused(monkeypatch):
    pool = replace(ALONE, min_replicas=0, min_nodes=0)
    made = plan(pool)
    made = replace(made, autoscaling=replace(made.autoscaling, min_replicas=0, scale_to_zero=True))
    with pytest.raises(SpecError, match="outlives the last pod"):
        graph_of(monkeypatch, made)
    graph = graph_of(monkeypatch, made, gatewayQuery='sum(rate(arrivals{app="{workload}"}[1m]))')
    trigger = one(graph, ":ScaledObject").inputs["spec"]["triggers"][0]["metadata"]
    assert trigger["query"] == 'sum(rate(arrivals{app="support-chat"}[1m]))'


def test_probes_wait_for_the_planned_cold_start():
    made = plan()
    deployment = one(placed(), ":Deployment", "support-chat-base").inputs["spec"]
    probe = deployment["template"]["spec"]["containers"][0]["startupProbe"]
    assert probe["periodSeconds"] * probe["failureThreshold"] >= made.serving.cold_start_s
    assert deployment["progressDeadlineSeconds"] > probe["periodSeconds"] * probe["failureThreshold"]


def test_a_rollout_never_needs_a_node_above_the_limit():
    for found in of_type(placed(), ":Deployment"):
        assert found.inputs["spec"]["strategy"]["rollingUpdate"] == {"maxSurge": 0, "maxUnavailable": 1}


def test_gpu_limits_equal_requests_and_the_quota_is_the_last_replica(monkeypatch):
    graph = placed()
    for found in of_type(graph, ":Deployment"):
        resources = found.inputs["spec"]["template"]["spec"]["containers"][0]["resources"]
        assert resources["requests"]["nvidia.com/gpu"] == resources["limits"]["nvidia.com/gpu"] == "4"
    assert one(graph, ":ResourceQuota").inputs["spec"]["hard"] == {"requests.nvidia.com/gpu": "24"}
    cpu = graph_of(monkeypatch, cpu_plan())
    assert one(cpu, ":ResourceQuota").inputs["spec"]["hard"] == {"requests.cpu": "24"}


def test_one_service_and_one_disruption_budget_cover_both_pools():
    graph = placed()
    selector = one(graph, ":Service").inputs["spec"]["selector"]
    budget = one(graph, ":PodDisruptionBudget").inputs["spec"]
    for found in of_type(graph, ":Deployment"):
        labels = found.inputs["spec"]["template"]["metadata"]["labels"]
        assert selector.items() <= labels.items()
        assert budget["selector"]["matchLabels"].items() <= labels.items()
    assert budget["unhealthyPodEvictionPolicy"] == "AlwaysAllow"


def test_spot_pods_are_gone_before_the_two_minutes_are_over():
    graph = placed()
    burst = one(graph, ":Deployment", "support-chat-burst").inputs["spec"]["template"]["spec"]
    assert burst["terminationGracePeriodSeconds"] <= 100


def test_components_carry_their_ceiling_before_any_child():
    graph = placed()
    workload = one(graph, "plimsoll:index:Workload")
    assert workload.inputs["ceiling"] == {"usdPerMonth": "222.22"}
    assert one(graph, "plimsoll:index:Cluster").inputs["ceiling"] == {"usdPerMonth": "111.11"}
    order = [found.urn for found in graph.resources]
    children = [found for found in graph.resources if found.parent == workload.urn]
    assert children
    assert all(order.index(child.urn) > order.index(workload.urn) for child in children)


def test_auto_mode_has_pools_of_its_own_kind_and_a_bounded_one_for_the_cluster(monkeypatch):
    graph = graph_of(monkeypatch, plan(), nodes="auto-mode")
    assert one(graph, "plimsoll:index:Workload").inputs["ceiling"] == {"usdPerMonth": "222.22"}
    cluster = one(graph, "eks/cluster:Cluster").inputs
    assert cluster["computeConfig"] == {"enabled": True, "nodePools": []}
    system = one(graph, ":NodePool", "demo-system-nodepool").inputs["spec"]
    assert system["limits"] == {"nodes": "3"}
    assert one(graph, "eks/accessEntry:AccessEntry", "demo-node").inputs["type"] == "EC2"
    pool = one(graph, ":NodePool", "support-chat-base").inputs["spec"]["template"]["spec"]
    assert pool["nodeClassRef"] == {
        "group": "eks.amazonaws.com",
        "kind": "NodeClass",
        "name": "support-chat-base",
    }
    keys = {item["key"] for item in pool["requirements"]}
    assert "eks.amazonaws.com/instance-gpu-count" in keys
    assert not [key for key in keys if key.startswith("karpenter.k8s.aws/")]
    assert not of_type(graph, ":NodeGroup")
    assert "nvidia-device-plugin" not in [found.name for found in of_type(graph, ":Release")]


def test_managed_node_groups_have_the_plans_bounds(monkeypatch):
    graph = graph_of(monkeypatch, plan(), nodes="managed")
    burst = one(graph, ":NodeGroup", "support-chat-burst").inputs
    assert burst["scalingConfig"] == {"minSize": 0, "desiredSize": 0, "maxSize": 4}
    assert burst["capacityType"] == "SPOT"
    assert burst["amiType"] == "AL2023_x86_64_NVIDIA"
    assert burst["instanceTypes"] == ["g6e.12xlarge"]
    assert "nodeGroupName" not in burst
    assert not of_type(graph, ":NodePool")


def test_nothing_that_bears_a_price_is_unknown(monkeypatch):
    priced = {
        ":NodePool": ("spec",),
        ":NodeGroup": ("instanceTypes", "scalingConfig", "capacityType"),
        ":EC2NodeClass": ("spec",),
        ":LaunchTemplate": ("blockDeviceMappings",),
        "plimsoll:index:Workload": ("ceiling",),
    }
    for nodes in ("karpenter", "managed"):
        for found in graph_of(monkeypatch, plan(), nodes=nodes).resources:
            for suffix, keys in priced.items():
                if found.type.endswith(suffix):
                    values = [item for key in keys for item in walk(found.inputs[key])]
                    assert not [item for item in values if item is UNKNOWN], found.urn


def test_secrets_are_secret_wherever_they_are(monkeypatch):
    graph = graph_of(monkeypatch, plan(), huggingFaceToken="hf_very_secret")
    secret = one(graph, ":Secret")
    assert secret.inputs["stringData"]["token"] == Secret("hf_very_secret")
    for found in graph.resources:
        assert not [item for item in walk(found.inputs) if isinstance(item, str) and "hf_very" in item]
    container = one(graph, ":Deployment", "support-chat-base").inputs["spec"]["template"]["spec"][
        "containers"
    ][0]
    assert {
        "name": "HF_TOKEN",
        "valueFrom": {"secretKeyRef": {"name": "hugging-face", "key": "token"}},
    } in container["env"]
    kubeconfig = one(graph, "pulumi:providers:kubernetes").inputs["kubeconfig"]
    assert isinstance(kubeconfig, Secret)


def test_a_replica_over_several_nodes_is_a_group(monkeypatch):
    spanning = replace(BASE, nodes_per_replica=2, max_nodes=4)
    graph = graph_of(monkeypatch, plan(spanning), leaderWorkerSet="true")
    group = one(graph, ":LeaderWorkerSet").inputs["spec"]
    assert group["replicas"] == 2
    assert group["leaderWorkerTemplate"]["size"] == 2
    selector = one(graph, ":Service").inputs["spec"]["selector"]
    leader = group["leaderWorkerTemplate"]["leaderTemplate"]["metadata"]["labels"]
    worker = group["leaderWorkerTemplate"]["workerTemplate"]["metadata"]["labels"]
    assert selector.items() <= leader.items()
    assert not selector.items() <= worker.items()


def test_a_measured_service_without_an_image_can_be_previewed_only(monkeypatch):
    made = plan(ALONE)
    made = replace(made, serving=replace(made.serving, engine=None, image=None, model=None, args=()))
    deployment = one(graph_of(monkeypatch, made), ":Deployment").inputs["spec"]["template"]["spec"]
    assert "not-set" in deployment["containers"][0]["image"]
    chosen = graph_of(monkeypatch, made, images={"support-chat": "registry.example/chat:1"})
    image = one(chosen, ":Deployment").inputs["spec"]["template"]["spec"]["containers"][0]["image"]
    assert image == "registry.example/chat:1"


def test_spot_falls_back_and_base_stands_when_both_pools_exist(monkeypatch):
    names = [found.name for found in of_type(graph_of(monkeypatch, plan(BASE, BURST)), ":Deployment")]
    assert sorted(names) == ["support-chat-base", "support-chat-burst"]
