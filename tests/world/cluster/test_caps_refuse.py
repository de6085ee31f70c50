"""What the caps refuse in a real cluster, with the message; and what must get past them."""

import copy
from collections.abc import Callable
from typing import Any

import pytest

from tests.world.cluster.guarded import Guarded, stranger
from tests.world.cluster.requests import APPROVER, DEPLOYER
from tests.world.cluster.test_caps_take_the_plan import template_pods

pytestmark = pytest.mark.cluster

Object = dict[str, Any]
HOME, CPU_HOME = "hand-made", "ranker"
BASE, BURST = "hand-made-base", "hand-made-burst"
EXEMPT = {"plimsoll.dev/exempt": "ticket-4711"}


def requirement(key: str, *values: str, operator: str = "In") -> Object:
    return {"key": key, "operator": operator, "values": list(values)}


def pool_requirements(name: str, **instead: Object) -> Callable[[Guarded], Object]:
    """The requirements of a pool with some replaced, by the last part of their key."""

    def patch(guarded: Guarded) -> Object:
        kept = copy.deepcopy(guarded.of("NodePool", name)["spec"]["template"]["spec"]["requirements"])
        changed = [instead.get(item["key"].rpartition("/")[2].replace("-", "_"), item) for item in kept]
        return {"spec": {"template": {"spec": {"requirements": [item for item in changed if item]}}}}

    return patch


def template(**spec: Any) -> Object:
    return {"spec": {"template": {"spec": spec}}}


def containers(name: str, **resources: Any) -> Callable[[Guarded], Object]:
    def patch(guarded: Guarded) -> Object:
        found = copy.deepcopy(guarded.of("Deployment", name)["spec"]["template"]["spec"]["containers"])
        found[0]["resources"] = resources
        return template(containers=found)

    return patch


def disk(**ebs: Any) -> Callable[[Guarded], Object]:
    def patch(guarded: Guarded) -> Object:
        found = copy.deepcopy(guarded.of("EC2NodeClass", BASE)["spec"]["blockDeviceMappings"])
        found[0]["ebs"] |= ebs
        return {"spec": {"blockDeviceMappings": found}}

    return patch


def two_disks(guarded: Guarded) -> Object:
    found = copy.deepcopy(guarded.of("EC2NodeClass", BASE)["spec"]["blockDeviceMappings"])
    more = copy.deepcopy(found[0]) | {"deviceName": "/dev/xvdb", "rootVolume": False}
    return {"spec": {"blockDeviceMappings": [*found, more]}}


TYPE, CAPACITY = "node.kubernetes.io/instance-type", "karpenter.sh/capacity-type"
CHANGES: dict[str, tuple[str, str, str, Any, str]] = {
    "GPU limit up": ("NodePool", BASE, "", {"spec": {"limits": {"nvidia.com/gpu": "12"}}}, "at most 8"),
    "GPU limit in another notation": (
        "NodePool",
        BASE,
        "",
        {"spec": {"limits": {"nvidia.com/gpu": "1k"}}},
        "at most 8",
    ),
    "node limit up": ("NodePool", BASE, "", {"spec": {"limits": {"nodes": "3"}}}, "at most 2"),
    "node limit as a number": ("NodePool", BASE, "", {"spec": {"limits": {"nodes": 3}}}, "at most 2"),
    "GPU limit gone": (
        "NodePool",
        BASE,
        "",
        {"spec": {"limits": {"nvidia.com/gpu": None}}},
        "must have limits.nvidia.com/gpu",
    ),
    "no limits": ("NodePool", BASE, "", {"spec": {"limits": None}}, "must have limits."),
    "another type too": (
        "NodePool",
        BASE,
        "",
        pool_requirements(BASE, instance_type=requirement(TYPE, "g6e.12xlarge", "p5.48xlarge")),
        "instance-type In g6e.12xlarge",
    ),
    "any type but one": (
        "NodePool",
        BASE,
        "",
        pool_requirements(BASE, instance_type=requirement(TYPE, "t3.nano", operator="NotIn")),
        "instance-type In g6e.12xlarge",
    ),
    "no type named": (
        "NodePool",
        BASE,
        "",
        pool_requirements(BASE, instance_type={}),
        "instance-type In g6e.12xlarge",
    ),
    "spot in the on-demand base": (
        "NodePool",
        BASE,
        "",
        pool_requirements(BASE, capacity_type=requirement(CAPACITY, "on-demand", "spot")),
        "capacity-type In on-demand",
    ),
    "reserved capacity in the burst": (
        "NodePool",
        BURST,
        "",
        pool_requirements(BURST, capacity_type=requirement(CAPACITY, "on-demand", "reserved", "spot")),
        "capacity-type In on-demand, spot",
    ),
    "another node class": (
        "NodePool",
        BASE,
        "",
        template(nodeClassRef={"name": "bigger"}),
        "must refer to its own node class",
    ),
    "nodes expire every hour": ("NodePool", BASE, "", template(expireAfter="1h"), "keep expireAfter 720h"),
    "all nodes replaced at once": (
        "NodePool",
        BASE,
        "",
        {"spec": {"disruption": {"budgets": [{"nodes": "100%"}]}}},
        "at most one node",
    ),
    "drains that never end": ("NodePool", BASE, "", template(terminationGracePeriod="48h"), "GracePeriod 1h"),
    "the taint gone": ("NodePool", BASE, "", template(taints=None), "keep the taint"),
    "a bigger disk": ("EC2NodeClass", BASE, "", disk(volumeSize="201Gi"), "at most 200Gi"),
    "a bigger disk in other units": ("EC2NodeClass", BASE, "", disk(volumeSize="1Ti"), "at most 200Gi"),
    "a dearer disk": ("EC2NodeClass", BASE, "", disk(volumeType="io2", iops=64000), "one gp3 volume"),
    "provisioned throughput": ("EC2NodeClass", BASE, "", disk(throughput=1000), "baseline speed"),
    "a second disk": ("EC2NodeClass", BASE, "", two_disks, "one gp3 volume"),
    "public addresses": (
        "EC2NodeClass",
        BASE,
        "",
        {"spec": {"associatePublicIPAddress": True}},
        "must not add public addresses",
    ),
    "paid metrics": ("EC2NodeClass", BASE, "", {"spec": {"detailedMonitoring": True}}, "detailed monitoring"),
    "more replicas": ("Deployment", BASE, "", {"spec": {"replicas": 3}}, "more replicas than planned"),
    "more replicas by scale": ("Deployment", BASE, "scale", {"spec": {"replicas": 3}}, "more replicas than"),
    "more replicas than the maximum": (
        "Deployment",
        BURST,
        "scale",
        {"spec": {"replicas": 5}},
        "hand-made-burst: 4",
    ),
    "more groups": ("LeaderWorkerSet", "spanning-base", "", {"spec": {"replicas": 3}}, "more replicas than"),
    "bigger groups": (
        "LeaderWorkerSet",
        "spanning-base",
        "",
        {"spec": {"leaderWorkerTemplate": {"size": 3}}},
        "spans at most 2 nodes",
    ),
    "a surge": (
        "Deployment",
        BASE,
        "",
        {"spec": {"strategy": {"rollingUpdate": {"maxSurge": 1}}}},
        "maxSurge must be 0",
    ),
    "a surge in percent": (
        "Deployment",
        BASE,
        "",
        {"spec": {"strategy": {"rollingUpdate": {"maxSurge": "25%"}}}},
        "maxSurge must",
    ),
    "more GPUs in a pod": (
        "Deployment",
        BASE,
        "",
        containers(BASE, limits={"nvidia.com/gpu": "8"}, requests={"nvidia.com/gpu": "8"}),
        "exactly 4 nvidia.com/gpu",
    ),
    "fewer GPUs in a pod": (
        "Deployment",
        BASE,
        "",
        containers(BASE, limits={"nvidia.com/gpu": "1"}, requests={"nvidia.com/gpu": "1"}),
        "exactly 4 nvidia.com/gpu",
    ),
    "a slice beside the GPUs": (
        "Deployment",
        BASE,
        "",
        containers(BASE, limits={"nvidia.com/gpu": "4", "nvidia.com/mig-1g.10gb": "7"}),
        "exactly 4 nvidia.com/gpu",
    ),
    "a maximum up": (
        "ScaledObject",
        BURST,
        "",
        {"spec": {"maxReplicaCount": 5}},
        "at most the plan's (hand-made-base: 2",
    ),
    "no maximum": (
        "ScaledObject",
        BURST,
        "",
        {"spec": {"maxReplicaCount": None}},
        "must have maxReplicaCount",
    ),
    "a fallback above the maximum": (
        "ScaledObject",
        BURST,
        "",
        {"spec": {"fallback": {"replicas": 50}}},
        "fallback.replicas above",
    ),
    "paused at many": (
        "ScaledObject",
        BURST,
        "",
        {"metadata": {"annotations": {"autoscaling.keda.sh/paused-replicas": "50"}}},
        "paused-replicas above",
    ),
}
"""Kind, name, subresource, patch, and what the refusal says."""


@pytest.mark.parametrize("case", CHANGES)
def test_a_change_of_a_planned_object_is_refused(guarded: Guarded, case: str) -> None:
    kind, name, subresource, patch, says = CHANGES[case]
    manifest = guarded.of(kind, name)
    found = patch(guarded) if callable(patch) else patch
    why = guarded.as_user(DEPLOYER).change(manifest, found, subresource)
    assert "ValidatingAdmissionPolicy 'plimsoll-" in why
    assert says in why


def namespaced(kind: str, version: str, spec: Object, namespace: str = HOME, **metadata: Any) -> Object:
    head = {"name": "extra", "namespace": namespace, **metadata}
    return {"apiVersion": version, "kind": kind, "metadata": head, "spec": spec}


def gpu_pod(namespace: str, *, gpus: str = "4", resource: str = "nvidia.com/gpu", **spec: Any) -> Object:
    asked = {"limits": {resource: gpus}} if gpus else {}
    container = {"name": "c", "image": "example.org/c", "resources": asked}
    return namespaced("Pod", "v1", {"containers": [container], **spec}, namespace)


def balancer(**metadata: Any) -> Object:
    ports = [{"port": 80}]
    return namespaced("Service", "v1", {"type": "LoadBalancer", "ports": ports}, **metadata)


def ingress(**metadata: Any) -> Object:
    backend = {"service": {"name": HOME, "port": {"number": 80}}}
    return namespaced("Ingress", "networking.k8s.io/v1", {"defaultBackend": backend}, **metadata)


def claim() -> Object:
    resources = {"requests": {"storage": "1Ti"}}
    return namespaced(
        "PersistentVolumeClaim", "v1", {"accessModes": ["ReadWriteOnce"], "resources": resources}
    )


def autoscaler(most: int) -> Object:
    target = {"apiVersion": "apps/v1", "kind": "Deployment", "name": BURST}
    return namespaced(
        "HorizontalPodAutoscaler", "autoscaling/v2", {"scaleTargetRef": target, "maxReplicas": most}
    )


def node_claim(**labels: str) -> Object:
    metadata = {"name": "by-hand", "labels": labels}
    spec = {"nodeClassRef": {"group": "karpenter.k8s.aws", "kind": "EC2NodeClass", "name": BASE}}
    return {"apiVersion": "karpenter.sh/v1", "kind": "NodeClaim", "metadata": metadata, "spec": spec}


def auto_mode_class(size: str) -> Object:
    head = {"apiVersion": "eks.amazonaws.com/v1", "kind": "NodeClass", "metadata": {"name": BASE}}
    return head | {"spec": {"ephemeralStorage": {"size": size}}}


def namespace(**labels: str) -> Object:
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "new-team", "labels": labels}}


def stateful(gpus: str) -> Object:
    made = gpu_pod(HOME, gpus=gpus)
    labels = {"app": "extra"}
    return namespaced(
        "StatefulSet",
        "apps/v1",
        {
            "serviceName": "extra",
            "selector": {"matchLabels": labels},
            "template": {"metadata": {"labels": labels}, "spec": made["spec"]},
        },
    )


ON_POOL = {"tolerations": [{"key": "plimsoll.dev/workload", "operator": "Equal", "value": HOME}]}
EVERYWHERE = {"tolerations": [{"operator": "Exists"}]}
ELSEWHERE = "default"
CREATIONS: dict[str, tuple[str, Object, str]] = {
    "a pool of nobody's": (DEPLOYER, stranger("more", {}, {"nodes": "1"}), "in no plan of the cluster"),
    "a pool without limits": (DEPLOYER, stranger("more", {}), "must have limits.nodes"),
    "an exempt pool without limits": (APPROVER, stranger("more", EXEMPT), "must have limits.nodes"),
    "a pool that exempts itself": (DEPLOYER, stranger("more", EXEMPT, {"nodes": "1"}), "in no plan"),
    "a second burst": (
        APPROVER,
        stranger("hand-made-more", {"plimsoll.dev/workload": HOME}, {"nodes": "1"}),
        "and no other",
    ),
    "a node by hand": (DEPLOYER, node_claim(), "only Karpenter makes nodes"),
    "a node by hand, labelled": (APPROVER, node_claim(**{"karpenter.sh/nodepool": BASE}), "only Karpenter"),
    "a load balancer": (DEPLOYER, balancer(), "a load balancer is not in the plan"),
    "a load balancer that exempts itself": (DEPLOYER, balancer(labels=EXEMPT), "is not in the plan"),
    "an ingress": (DEPLOYER, ingress(), "Ingress is not in the plan"),
    "a volume": (DEPLOYER, claim(), "a volume of its own is not in the plan"),
    "a second autoscaler": (DEPLOYER, autoscaler(5), "maxReplicas above the plan's"),
    "an autoscaler of the old version": (
        DEPLOYER,
        autoscaler(5) | {"apiVersion": "autoscaling/v1"},
        "maxReplicas above the plan's",
    ),
    "a StatefulSet with GPUs of its own": (DEPLOYER, stateful("8"), "exactly 4 nvidia.com/gpu"),
    "a quota without its entry": (
        DEPLOYER,
        namespaced("ResourceQuota", "v1", {"hard": {"pods": "5"}}, name=HOME),
        "must have requests.",
    ),
    "a bigger disk in Auto Mode": (DEPLOYER, auto_mode_class("300Gi"), "storage of at most 200Gi"),
    "a pod with more GPUs": (DEPLOYER, gpu_pod(HOME, gpus="8"), "exactly 4 nvidia.com/gpu"),
    "a pod with another resource": (
        DEPLOYER,
        gpu_pod(HOME, gpus="1", resource="amd.com/gpu"),
        "exactly 4 nvidia.com/gpu",
    ),
    "GPUs of an init container": (
        DEPLOYER,
        gpu_pod(HOME, initContainers=[gpu_pod(HOME)["spec"]["containers"][0] | {"name": "first"}]),
        "exactly 4 nvidia.com/gpu",
    ),
    "a small pod that has a node bought": (
        DEPLOYER,
        gpu_pod(HOME, gpus="", **ON_POOL),
        "a node bought for it",
    ),
    "a small pod that tolerates all": (
        DEPLOYER,
        gpu_pod(HOME, gpus="", **EVERYWHERE),
        "a node bought for it",
    ),
    "GPUs for a ranker": (DEPLOYER, gpu_pod(CPU_HOME, gpus="1"), "at least 4 CPU and no accelerator"),
    "a small pod on the ranker's pool": (
        DEPLOYER,
        gpu_pod(CPU_HOME, gpus="", tolerations=[{"key": "plimsoll.dev/workload", "operator": "Exists"}]),
        "at least 4 CPU",
    ),
    "GPUs elsewhere": (DEPLOYER, gpu_pod(ELSEWHERE, gpus="1"), "outside the planned namespaces asks"),
    "GPUs elsewhere, by a controller": ("replicaset", gpu_pod(ELSEWHERE, gpus="1"), "outside the planned"),
    "GPUs in kube-system": (DEPLOYER, gpu_pod("kube-system", gpus="1"), "outside the planned namespaces"),
    "Neuron elsewhere": (
        DEPLOYER,
        gpu_pod(ELSEWHERE, gpus="1", resource="aws.amazon.com/neuron"),
        "outside the planned",
    ),
    "a stranger on a planned pool": (DEPLOYER, gpu_pod(ELSEWHERE, gpus="", **ON_POOL), "tolerates the taint"),
    "a stranger that tolerates all": (
        DEPLOYER,
        gpu_pod(ELSEWHERE, gpus="", **EVERYWHERE),
        "tolerates the taint",
    ),
    "a namespace that exempts itself": (DEPLOYER, namespace(**EXEMPT), "takes the verb exempt"),
    "a namespace that calls itself planned": (
        DEPLOYER,
        namespace(**{"plimsoll.dev/workload": "x"}),
        "takes the verb exempt",
    ),
}
"""Who, what, and what the refusal says."""


@pytest.mark.parametrize("case", CREATIONS)
def test_what_nobody_planned_is_refused(guarded: Guarded, case: str) -> None:
    user, manifest, says = CREATIONS[case]
    why = guarded.as_user(user).refusal(manifest)
    assert "ValidatingAdmissionPolicy 'plimsoll-" in why
    assert says in why


ADMITTED: dict[str, tuple[str, Object]] = {
    "a node by Karpenter": ("karpenter", node_claim(**{"karpenter.sh/nodepool": BASE})),
    "a daemon's pod on every node": ("daemonset", gpu_pod("kube-system", gpus="", **EVERYWHERE)),
    "a daemon's pod in a workload's namespace": ("daemonset", gpu_pod(HOME, gpus="", **EVERYWHERE)),
    "a controller of the system that tolerates all": (
        "replicaset",
        gpu_pod("kube-system", gpus="", **EVERYWHERE),
    ),
    "a pod bound to a node": (DEPLOYER, gpu_pod(ELSEWHERE, gpus="", nodeName="n1", **EVERYWHERE)),
    "a pod that evictions do not hurry": (
        DEPLOYER,
        gpu_pod(ELSEWHERE, gpus="", tolerations=[{"operator": "Exists", "effect": "NoExecute"}]),
    ),
    "a plain pod elsewhere": (DEPLOYER, gpu_pod(ELSEWHERE, gpus="")),
    "a plain pod beside the workload": (DEPLOYER, gpu_pod(HOME, gpus="")),
    "an exempt pool with a bound": (APPROVER, stranger("more", EXEMPT, {"nodes": "1"})),
    "a pool of another stack": (
        APPROVER,
        stranger("more", {"plimsoll.dev/workload": "another"}, {"nodes": "1"}),
    ),
    "an exempt load balancer": (APPROVER, balancer(labels=EXEMPT)),
    "an exempt namespace": (APPROVER, namespace(**EXEMPT)),
    "an ordinary namespace": (DEPLOYER, namespace(team="search")),
    "an autoscaler within the maximum": (DEPLOYER, autoscaler(4)),
    "a balancer in another namespace": (DEPLOYER, balancer(namespace=ELSEWHERE)),
}


@pytest.mark.parametrize("case", ADMITTED)
def test_what_costs_nothing_or_is_allowed_gets_past(guarded: Guarded, case: str) -> None:
    user, manifest = ADMITTED[case]
    assert guarded.as_user(user).refusal(manifest) == ""


def test_less_is_always_allowed_and_so_is_what_changes_no_spec(guarded: Guarded) -> None:
    deployer, karpenter = guarded.as_user(DEPLOYER), guarded.as_user("karpenter")
    pool, served = guarded.of("NodePool", BASE), guarded.of("Deployment", BASE)
    less = {"spec": {"limits": {"nvidia.com/gpu": "4", "nodes": 1}}}
    assert deployer.change(pool, less) == ""
    assert deployer.change(served, {"spec": {"replicas": 1}}) == ""
    assert deployer.change(served, {"spec": {"replicas": 0}}, "scale") == ""
    hashed = {"metadata": {"annotations": {"karpenter.sh/nodepool-hash": "1"}, "finalizers": ["a.b/c"]}}
    assert karpenter.change(pool, hashed) == ""
    assert karpenter.change(guarded.of("EC2NodeClass", BASE), hashed) == ""


def test_a_namespace_exempted_by_someone_trusted_may_use_gpus(guarded: Guarded) -> None:
    opened = namespace(**EXEMPT)
    guarded.as_user(APPROVER).create(opened)
    try:
        assert guarded.as_user("replicaset").refusal(gpu_pod("new-team", gpus="1")) == ""
        relabelled = {"metadata": {"labels": {"team": "search"}}}
        assert guarded.as_user(DEPLOYER).change(opened, relabelled) == ""
    finally:
        guarded.server.delete(opened)


def test_a_replica_with_one_accelerator_more_is_refused_at_the_pod_too(guarded: Guarded) -> None:
    """Whoever makes it, and whatever made it possible."""
    (replica,) = template_pods(guarded.of("Deployment", BASE))
    more = copy.deepcopy(replica)
    for amounts in more["spec"]["containers"][0]["resources"].values():
        amounts["nvidia.com/gpu"] = "5"
    controller = guarded.as_user("replicaset")
    assert controller.refusal(replica) == ""
    assert "exactly 4 nvidia.com/gpu" in controller.refusal(more)


def test_a_dry_run_passes_since_it_writes_nothing(guarded: Guarded) -> None:
    """A preview of a raised plan asks for dry runs while the old caps are in force."""
    more = stranger("more", {})
    guarded.server.dry_run(more)
    assert "limits.nodes" in guarded.as_user(DEPLOYER).refusal(more)
