"""Kubernetes kinds are pods, or make AWS resources, or cost nothing.

Keyed by API group and kind, whatever the version: `kubernetes:apps/v1:Deployment` is `apps`, `Deployment`.
"""

import re
from collections.abc import Callable, Mapping

from plimsoll.graph.resource import Resource
from plimsoll.pricing.charges import Charges
from plimsoll.pricing.index import Index
from plimsoll.pricing.kubernetes.network import price_gateway, price_ingress, price_service
from plimsoll.pricing.kubernetes.pool import price_node_claim, price_node_pool
from plimsoll.pricing.kubernetes.storage import price_claim
from plimsoll.pricing.result import Unpriceable

Pricing = Callable[[Resource, Index, Charges], None]

_TOKEN = re.compile(r"kubernetes:(?:(?P<group>[a-z0-9.-]+)/)?(?P<version>v[a-z0-9]+):(?P<kind>[A-Za-z0-9]+)")

_PODS = {
    "core": "Pod PodTemplate ReplicationController",
    "apps": "DaemonSet Deployment ReplicaSet StatefulSet",
    "extensions": "DaemonSet Deployment ReplicaSet",
    "batch": "CronJob Job",
    "jobset.x-k8s.io": "JobSet",
    "keda.sh": "ScaledJob",
    "leaderworkerset.x-k8s.io": "LeaderWorkerSet",
    "ray.io": "RayCluster RayJob RayService",
    "trainer.kubeflow.org": "ClusterTrainingRuntime TrainJob TrainingRuntime",
    "kubeflow.org": "MPIJob PyTorchJob TFJob",
}

_FREE_TABLE = """
admissionregistration.k8s.io: *
apiextensions.k8s.io: CustomResourceDefinition
apiregistration.k8s.io: APIService
apps: ControllerRevision
autoscaling: HorizontalPodAutoscaler
autoscaling.k8s.io: *
cert-manager.io: *
certificates.k8s.io: *
coordination.k8s.io: *
core: ConfigMap Endpoints Event LimitRange Namespace Node PersistentVolume ResourceQuota Secret
core: ServiceAccount Binding
crd.k8s.amazonaws.com: ENIConfig
discovery.k8s.io: *
eks.amazonaws.com: NodeClass IngressClassParams TargetGroupBinding
elbv2.k8s.aws: *
events.k8s.io: *
external-secrets.io: *
extensions: NetworkPolicy PodSecurityPolicy
flowcontrol.apiserver.k8s.io: *
gateway.networking.k8s.io: BackendTLSPolicy GatewayClass GRPCRoute HTTPRoute ReferenceGrant
gateway.networking.k8s.io: TCPRoute TLSRoute UDPRoute
inference.networking.k8s.io: *
inference.networking.x-k8s.io: *
karpenter.k8s.aws: EC2NodeClass
karpenter.sh: NodeOverlay
keda.sh: ClusterTriggerAuthentication ScaledObject TriggerAuthentication
kueue.x-k8s.io: *
meta: *
monitoring.coreos.com: AlertmanagerConfig PodMonitor Probe PrometheusRule ScrapeConfig
monitoring.coreos.com: ServiceMonitor
networking.k8s.io: IngressClass IPAddress NetworkPolicy ServiceCIDR
node.k8s.io: RuntimeClass
nvidia.com: ClusterPolicy NVIDIADriver
policy: *
rbac.authorization.k8s.io: *
resource.k8s.io: *
scheduling.k8s.io: *
snapshot.storage.k8s.io: VolumeSnapshotClass
storage.k8s.io: *
vpcresources.k8s.aws: SecurityGroupPolicy
"""
"""Kinds that make nothing outside the cluster, as `group: Kind Kind …`; `*` is every kind of a group."""

_FREE: dict[str, set[str]] = {}
for _line in _FREE_TABLE.strip().splitlines():
    _group, _, _kinds = _line.partition(":")
    _FREE.setdefault(_group, set()).update(_kinds.split())

_PRICED: Mapping[tuple[str, str], Pricing] = {
    ("core", "Service"): price_service,
    ("core", "PersistentVolumeClaim"): price_claim,
    ("networking.k8s.io", "Ingress"): price_ingress,
    ("extensions", "Ingress"): price_ingress,
    ("gateway.networking.k8s.io", "Gateway"): price_gateway,
}

_POOL_VERSIONS = ("v1", "v1beta1")


def runs_pods(token: str) -> bool:
    """Tell whether a type is a workload of pods, whatever its version."""
    match = _TOKEN.fullmatch(token)
    return match is not None and match["kind"] in _PODS.get(match["group"] or "core", "").split()


def _is_free(group: str, kind: str) -> bool:
    kinds = _FREE.get(group, set())
    return "*" in kinds or kind in kinds


def price_kubernetes(resource: Resource, index: Index, charges: Charges) -> bool:
    """Price a Kubernetes object; False if its kind is not known."""
    match = _TOKEN.fullmatch(resource.type)
    if match is None:
        return False
    group, kind = match["group"] or "core", match["kind"]
    if group == "karpenter.sh" and match["version"] in _POOL_VERSIONS and kind in ("NodePool", "NodeClaim"):
        (price_node_pool if kind == "NodePool" else price_node_claim)(resource, index, charges)
        return True
    pricing = _PRICED.get((group, kind))
    if pricing is not None:
        pricing(resource, index, charges)
        return True
    if kind.endswith("Patch") and not _is_free(group, kind.removesuffix("Patch")):
        raise Unpriceable("unpriced", "it changes an object that is not in the graph")
    if _is_free(group, kind) or (kind.endswith("Patch") and _is_free(group, kind.removesuffix("Patch"))):
        charges.free("a Kubernetes object that makes nothing outside the cluster")
        return True
    return False
