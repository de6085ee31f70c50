"""Helm releases, and components that render objects, make what cannot be seen in the graph.

A release is only known to be free where its chart is, and its values do not ask for what costs money.
"""

from collections.abc import Mapping
from typing import cast

from plimsoll.graph.resource import Resource
from plimsoll.ground.markers import UNKNOWN
from plimsoll.ground.tree import Spot, View, shown
from plimsoll.pricing.charges import Charges
from plimsoll.pricing.index import Index
from plimsoll.pricing.inputs import inputs_of
from plimsoll.pricing.kubernetes.demand import asked_in, asks_for_accelerator
from plimsoll.pricing.result import Unpriceable

FREE_CHARTS: Mapping[str, str] = {
    "aws-ebs-csi-driver": "kubernetes-sigs.github.io/aws-ebs-csi-driver",
    "aws-efs-csi-driver": "kubernetes-sigs.github.io/aws-efs-csi-driver",
    "aws-for-fluent-bit": "aws.github.io/eks-charts",
    "aws-load-balancer-controller": "aws.github.io/eks-charts",
    "aws-node-termination-handler": "aws.github.io/eks-charts",
    "cert-manager": "charts.jetstack.io",
    "cluster-autoscaler": "kubernetes.github.io/autoscaler",
    "dcgm-exporter": "nvidia.github.io/dcgm-exporter/helm-charts",
    "external-dns": "kubernetes-sigs.github.io/external-dns",
    "external-secrets": "charts.external-secrets.io",
    "gpu-operator": "helm.ngc.nvidia.com/nvidia",
    "jobset": "registry.k8s.io/jobset/charts",
    "karpenter": "public.ecr.aws/karpenter",
    "karpenter-crd": "public.ecr.aws/karpenter",
    "keda": "kedacore.github.io/charts",
    "kube-prometheus-stack": "prometheus-community.github.io/helm-charts",
    "kube-state-metrics": "prometheus-community.github.io/helm-charts",
    "kueue": "registry.k8s.io/kueue/charts",
    "lws": "registry.k8s.io/lws/charts",
    "metrics-server": "kubernetes-sigs.github.io/metrics-server",
    "node-feature-discovery": "kubernetes-sigs.github.io/node-feature-discovery",
    "nvidia-device-plugin": "nvidia.github.io/k8s-device-plugin",
    "opencost": "opencost.github.io/opencost-helm-chart",
    "prometheus-adapter": "prometheus-community.github.io/helm-charts",
    "prometheus-node-exporter": "prometheus-community.github.io/helm-charts",
    "vpa": "charts.fairwinds.com/stable",
}
"""Charts whose default values make no load balancer, volume or node, and where their owners publish them.

Source: their own values files. A chart of the same name from elsewhere is another chart.
"""

_COSTLY_KEYS = frozenset(
    {
        "extraobjects",
        "extramanifests",
        "extradeploy",
        "additionalobjects",
        "rawresources",
        "nodepools",
        "nodepool",
        "ec2nodeclasses",
        "storageclassname",
        "storageclass",
        "volumeclaimtemplate",
        "persistentvolumeclaim",
    }
)


def price_release(resource: Resource, _index: Index, charges: Charges) -> None:
    """Know a release of a known chart to be free, where its values ask for nothing that costs money."""
    inputs = inputs_of(resource)
    chart, home = _chart(inputs)
    if FREE_CHARTS.get(chart) != home:
        where = f" from {shown(home)}" if chart in FREE_CHARTS else ""
        raise Unpriceable(
            "unpriced",
            f"the chart {shown(chart)}{where} may create anything; its objects are not in the graph",
        )
    if inputs["valueYamlFiles"].items():
        raise Unpriceable("unpriced", "valueYamlFiles are not in the graph; give the values as `values`")
    for spot in asked_in(inputs["values"].value, "values"):
        _refuse(spot)
    charges.free("a chart that is known to create nothing that bills, with values that do not change that")


def _chart(inputs: View) -> tuple[str, str]:
    """Split a release's chart into its name and where it is fetched, without the scheme."""
    chart = inputs["chart"].text()
    if chart.startswith("oci://"):
        home, _, name = chart.removeprefix("oci://").rpartition("/")
        return name, home
    repo = inputs["repositoryOpts"]["repo"].text("")
    return chart, repo.removeprefix("https://").rstrip("/")


def _refuse(spot: Spot) -> None:
    key, value = spot.key, spot.value
    if value is UNKNOWN and key in ("values", "service", "persistence", "type", "enabled"):
        raise Unpriceable("unknown_value", f"the chart's value {key} is not known before the update")
    if value == "LoadBalancer":
        raise Unpriceable("unpriced", "the chart's values ask for a load balancer")
    if asks_for_accelerator(spot):
        raise Unpriceable("unpriced", "the chart's values ask for accelerators")
    if key.lower() in _COSTLY_KEYS and value not in (None, "", (), [], {}):
        raise Unpriceable("unpriced", f"the chart's value {key} may create what bills")
    volume = key.lower() in ("persistence", "persistentvolume") and isinstance(value, Mapping)
    if volume and cast("Mapping[str, object]", value).get("enabled") not in (None, False):
        raise Unpriceable("unpriced", f"the chart's value {key}.enabled asks for a volume")


def price_renderer(resource: Resource, index: Index, charges: Charges) -> None:
    """Know a rendering component by its children: without any, what it renders is not known yet."""
    if not index.has_children(resource.urn):
        raise Unpriceable(
            "unknown_value",
            "what it renders is not known before the update: none of its objects is in the graph",
            pending=not index.complete,
        )
    charges.free("a component: what it renders is priced object by object")
