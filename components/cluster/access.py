"""Everything that is placed on a cluster reaches it by the same few facts, whoever made the cluster."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import pulumi

from components.pulumi_sdk import aws_provider, kubernetes_provider


@dataclass(frozen=True, slots=True)
class NodeNetwork:
    """Managed nodes are placed by these: cluster, node role and subnets."""

    cluster: "pulumi.Input[str]"
    node_role_arn: "pulumi.Input[str]"
    subnet_ids: "Sequence[pulumi.Input[str]]"
    security_group: "pulumi.Input[Any] | None" = None
    """The group that all nodes are in; None where nobody says it."""


@dataclass(frozen=True, slots=True)
class ClusterAccess:
    """What is placed on a cluster needs to know this of it; `ready` is what must exist before."""

    name: str
    region: str
    node_role: str
    aws: pulumi.ProviderResource
    kubernetes: pulumi.ProviderResource
    network: NodeNetwork | None
    ready: Sequence[pulumi.Resource]


@dataclass(frozen=True, slots=True)
class Installed:
    """What makes the nodes is installed: they have this role, and wait for what is `ready`.

    `pools` names the NodePools of the cluster itself.
    """

    node_role: str
    ready: Sequence[pulumi.Resource] = ()
    pools: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class ExistingCluster:
    """Somebody else made this cluster. Nothing about it is looked up: previews need no credentials.

    `endpoint` and `certificate_authority` (base64) are what `aws eks describe-cluster` prints.
    """

    name: str
    region: str
    endpoint: str
    certificate_authority: str
    node_role: str
    node_role_arn: str = ""
    subnet_ids: Sequence[str] = field(default=())


def kubeconfig(name: str, region: str, endpoint: str, certificate_authority: str) -> str:
    """Write a kubeconfig that asks the AWS CLI for a short-lived token: no secret in it."""
    arguments = ["--region", region, "eks", "get-token", "--cluster-name", name, "--output", "json"]
    user = {"exec": {"apiVersion": "client.authentication.k8s.io/v1", "command": "aws", "args": arguments}}
    cluster = {"server": endpoint, "certificate-authority-data": certificate_authority}
    config = {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": name, "cluster": cluster}],
        "contexts": [{"name": name, "context": {"cluster": name, "user": name}}],
        "current-context": name,
        "users": [{"name": name, "user": user}],
    }
    return json.dumps(config, sort_keys=True)


def existing_cluster(
    name: str, cluster: ExistingCluster, opts: pulumi.ResourceOptions | None = None
) -> ClusterAccess:
    """Reach a cluster that exists; creates two providers and nothing that costs anything."""
    base = opts or pulumi.ResourceOptions()
    provider = aws_provider(f"{name}-aws", cluster.region, base)
    config = kubeconfig(cluster.name, cluster.region, cluster.endpoint, cluster.certificate_authority)
    kubernetes = kubernetes_provider(f"{name}-kubernetes", cluster.name, config, base)
    arn = cluster.node_role_arn
    network = NodeNetwork(cluster.name, arn, cluster.subnet_ids) if arn else None
    return ClusterAccess(cluster.name, cluster.region, cluster.node_role, provider, kubernetes, network, ())
