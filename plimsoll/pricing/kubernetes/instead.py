"""Kinds that stand for objects which are not in the graph, or no longer exist: what to give instead."""

from plimsoll.graph.resource import Resource
from plimsoll.graph.types import kind_of

_DEPLOYED = "what it deploys is not in the graph"

_BY_KIND: dict[tuple[str, str], str] = {
    ("argoproj.io", "Application"): f"an Argo CD Application: {_DEPLOYED}; "
    "render it first: argocd app manifests NAME | plimsoll check -",
    ("argoproj.io", "ApplicationSet"): f"an Argo CD ApplicationSet: {_DEPLOYED}; "
    "render its Applications first: argocd app manifests NAME | plimsoll check -",
    ("helm.toolkit.fluxcd.io", "HelmRelease"): f"a HelmRelease of Flux: {_DEPLOYED}; "
    "render the chart with its values first: helm template RELEASE CHART -f VALUES | plimsoll check -",
    ("kustomize.toolkit.fluxcd.io", "Kustomization"): f"a Kustomization of Flux: {_DEPLOYED}; "
    "build it first: flux build kustomization NAME --path DIR | plimsoll check -",
    ("infra.contrib.fluxcd.io", "Terraform"): f"a Terraform run of Flux: {_DEPLOYED}; "
    "Terraform is not read, so what it creates needs a check of its own",
    ("helm.cattle.io", "HelmChart"): f"a HelmChart of k3s: {_DEPLOYED}; "
    "render the chart with its values first: helm template RELEASE CHART -f VALUES | plimsoll check -",
    ("fleet.cattle.io", "GitRepo"): f"a GitRepo of Fleet: {_DEPLOYED}; give the manifests in it",
    ("pulumi.com", "Stack"): f"a Stack of the Pulumi operator: {_DEPLOYED}; "
    "give its state: pulumi stack export | plimsoll check -",
    ("karpenter.sh", "Provisioner"): "Provisioner is an old API of Karpenter, of before karpenter.sh/v1, "
    "and no longer exists; convert it to a NodePool of karpenter.sh/v1, whose spec.limits bound it",
    ("karpenter.sh", "Machine"): "Machine is an old API of Karpenter and no longer exists; "
    "use NodeClaim of karpenter.sh/v1",
    ("karpenter.k8s.aws", "AWSNodeTemplate"): "AWSNodeTemplate is an old API of Karpenter and no longer "
    "exists; convert it to an EC2NodeClass of karpenter.k8s.aws/v1, whose blockDeviceMappings size the disks",
}

_CROSSPLANE = (
    "it asks a controller to make cloud resources, which are not in the graph; "
    "give the resources to Pulumi and check its digest, or exempt the object with its owner"
)
_BY_GROUP: dict[str, str] = {
    "cluster.x-k8s.io": f"Cluster API: {_CROSSPLANE}",
    "cnrm.cloud.google.com": "only AWS has prices in the catalogue",
    "crossplane.io": f"Crossplane: {_CROSSPLANE}",
    "kro.run": f"kro: {_CROSSPLANE}",
    "services.k8s.aws": f"AWS Controllers for Kubernetes: {_CROSSPLANE}",
    "upbound.io": f"Crossplane: {_CROSSPLANE}",
}
"""API groups by how they end."""


def instead(resource: Resource) -> str:
    """Say what to give in place of an object of such a type; "" if the type is no such."""
    group, kind = kind_of(resource)
    found = _BY_KIND.get((group, kind))
    if found is not None:
        return found
    return next((why for end, why in _BY_GROUP.items() if group == end or group.endswith(f".{end}")), "")
