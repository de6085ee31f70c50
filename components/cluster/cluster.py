"""The Cluster component makes an EKS cluster with its network, its system nodes and the access to it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pulumi
from pulumi.output import UNKNOWN

from components.cluster.access import ClusterAccess, NodeNetwork, kubeconfig
from components.cluster.iam import EC2, EKS, NODE_POLICIES, role, trust
from components.cluster.network import Network, Subnets
from components.nodes.launch_template import launch_template
from components.nodes.maker import NodeMaker
from components.pulumi_sdk import AwsResource, aws_provider, children, kubernetes_provider
from plimsoll.objects.nodes.node_class import DISCOVERY
from plimsoll.objects.tags import CostTags
from plimsoll.plan.of_cluster import system_nodes

KUBERNETES_VERSION = "1.36"
"""Newest on EKS, and the last in Karpenter v1.14's compatibility matrix."""

ADDONS = ("coredns", "eks-pod-identity-agent", "kube-proxy", "metrics-server", "vpc-cni")
BEFORE_NODES = ("eks-pod-identity-agent", "kube-proxy", "vpc-cni")
"""Add-ons that run on the node itself: without the CNI a node never becomes ready."""


@dataclass(frozen=True, slots=True)
class ClusterInputs:
    """A cluster is made of these.

    `subnet_ids` are private subnets of an existing VPC, which must carry the tag
    `karpenter.sh/discovery: <name>`; empty means a new VPC over `zones`. `admins` are IAM principals
    that get cluster-admin. `public_access_cidrs` may reach the API from outside; empty means anybody
    who can authenticate.
    """

    name: str
    region: str
    maker: NodeMaker
    zones: Sequence[str] = ()
    subnet_ids: Sequence[str] = ()
    version: str = KUBERNETES_VERSION
    admins: Sequence[str] = ()
    public_access_cidrs: Sequence[str] = ()


class Cluster(pulumi.ComponentResource):
    """An EKS cluster stands here with everything around it that costs money, and no more.

    Access is by access entries and Pod Identity alone. Its inputs carry the ceiling of the shared
    parts, so that a policy can refuse it before any child exists.
    """

    access: ClusterAccess
    endpoint: "pulumi.Output[str]"
    certificate_authority: "pulumi.Output[str]"

    def __init__(
        self,
        name: str,
        inputs: ClusterInputs,
        tags: CostTags,
        ceiling: Mapping[str, str],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Make the cluster; `ceiling` is the plan's ceiling of the cluster-scoped lines."""
        declared = {
            "ceiling": ceiling,
            "name": inputs.name,
            "region": inputs.region,
            "nodes": inputs.maker.name,
        }
        super().__init__("plimsoll:index:Cluster", name, declared, opts)
        self._inputs, self._tags = inputs, tags
        self._aws = aws_provider(f"{name}-aws", inputs.region, children(self))
        self._opts = children(self, self._aws)
        self._node_role = role(f"{inputs.name}-node", trust(EC2), NODE_POLICIES, tags, self._opts)
        subnets = self._subnets()
        control = self._control_plane(subnets)
        self._admit_admins(control)
        self.endpoint = control.output("endpoint")
        self.certificate_authority = control.output("certificateAuthority").apply(lambda ca: ca["data"])
        self.access = self._access(control, subnets)
        self.register_outputs({"name": inputs.name, "endpoint": self.endpoint})

    def _subnets(self) -> Subnets:
        wanted = self._inputs
        if wanted.subnet_ids:
            return Subnets(wanted.subnet_ids, wanted.subnet_ids)
        network = Network(
            wanted.name,
            wanted.region,
            wanted.zones,
            self._tags,
            self._aws,
            pulumi.ResourceOptions(parent=self),
        )
        return network.subnets

    def _control_plane(self, subnets: Subnets) -> AwsResource:
        wanted, maker = self._inputs, self._inputs.maker
        open_to = wanted.public_access_cidrs
        policies = ("AmazonEKSClusterPolicy", *maker.cluster_policies)
        assume = trust(EKS, ["sts:AssumeRole", "sts:TagSession"])
        made, attached = role(f"{wanted.name}-cluster", assume, policies, self._tags, self._opts)
        inputs: dict[str, Any] = {
            "name": wanted.name,
            "version": wanted.version,
            "roleArn": made.output("arn"),
            # Extended support costs six times as much: stay on the standard term, or be upgraded.
            "upgradePolicy": {"supportType": "STANDARD"},
            "accessConfig": {
                "authenticationMode": "API",
                "bootstrapClusterCreatorAdminPermissions": True,
            },
            "bootstrapSelfManagedAddons": False,
            "vpcConfig": {
                "subnetIds": list(subnets.control_plane_subnet_ids),
                "endpointPrivateAccess": True,
                "endpointPublicAccess": True,
                **({"publicAccessCidrs": list(open_to)} if open_to else {}),
            },
            "tags": self._tags.aws(wanted.name),
        }
        inputs |= maker.cluster_inputs(self._node_role[0].output("arn"))
        opts = children(self, self._aws, attached)
        computed = ["endpoint", "certificateAuthority"]
        return AwsResource("eks/cluster:Cluster", wanted.name, inputs, opts, computed)

    def _admit_admins(self, control: AwsResource) -> None:
        for index, principal in enumerate(self._inputs.admins):
            name = f"{self._inputs.name}-admin-{index}"
            common = {"clusterName": control.output("name"), "principalArn": principal}
            entry = AwsResource(
                "eks/accessEntry:AccessEntry", name, common | {"tags": self._tags.aws(name)}, self._opts
            )
            granted = common | {
                "policyArn": "arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy",
                "accessScope": {"type": "cluster"},
            }
            AwsResource(
                "eks/accessPolicyAssociation:AccessPolicyAssociation",
                name,
                granted,
                children(self, self._aws, [entry]),
            )

    def _access(self, control: AwsResource, subnets: Subnets) -> ClusterAccess:
        wanted = self._inputs
        security_group = control.output("vpcConfig").apply(_security_group)
        AwsResource(
            "ec2/tag:Tag",
            f"{wanted.name}-discovery",
            {"resourceId": security_group, "key": DISCOVERY, "value": wanted.name},
            self._opts,
        )
        node_role, attached = self._node_role
        config = pulumi.Output.all(self.endpoint, self.certificate_authority).apply(
            lambda known: kubeconfig(wanted.name, wanted.region, known[0], known[1])
        )
        network = NodeNetwork(
            control.output("name"), node_role.output("arn"), list(subnets.node_subnet_ids), security_group
        )
        own = wanted.maker.own_system_nodes
        ready = [] if own else self._system_nodes(control, network, attached, subnets)
        kubernetes = kubernetes_provider(
            f"{wanted.name}-kubernetes", wanted.name, config, children(self, depends_on=[control])
        )
        return ClusterAccess(
            wanted.name, wanted.region, f"{wanted.name}-node", self._aws, kubernetes, network, ready
        )

    def _system_nodes(
        self,
        control: AwsResource,
        network: NodeNetwork,
        attached: Sequence[pulumi.Resource],
        subnets: Subnets,
    ) -> list[pulumi.Resource]:
        system, name = system_nodes(), f"{self._inputs.name}-system"
        early = [self._addon(control, addon, []) for addon in BEFORE_NODES]
        template = launch_template(name, system.volume_gib, self._tags, self._opts)
        inputs = {
            "clusterName": network.cluster,
            "nodeRoleArn": network.node_role_arn,
            "subnetIds": list(network.subnet_ids),
            "amiType": "AL2023_x86_64_STANDARD",
            "capacityType": "ON_DEMAND",
            "instanceTypes": [system.instance_type],
            "scalingConfig": {
                "minSize": system.min_nodes,
                "desiredSize": system.desired_nodes,
                "maxSize": system.max_nodes,
            },
            "updateConfig": {"maxUnavailable": 1},
            "launchTemplate": {"id": template.id, "version": template.output("latestVersion").apply(str)},
            "labels": self._tags.labels() | {"plimsoll.dev/pool": "system"},
            "tags": self._tags.aws(name),
        }
        opts = children(
            self,
            self._aws,
            [*attached, *early, *subnets.ready],
            ignore_changes=["scalingConfig.desiredSize"],
        )
        group = AwsResource("eks/nodeGroup:NodeGroup", name, inputs, opts)
        late = [self._addon(control, addon, [group]) for addon in ADDONS if addon not in BEFORE_NODES]
        return [group, *early, *late]

    def _addon(self, control: AwsResource, addon: str, after: Sequence[pulumi.Resource]) -> AwsResource:
        name = f"{self._inputs.name}-{addon}"
        inputs = {
            "clusterName": control.output("name"),
            "addonName": addon,
            "resolveConflictsOnCreate": "OVERWRITE",
            "resolveConflictsOnUpdate": "PRESERVE",
            "tags": self._tags.aws(name),
        }
        return AwsResource("eks/addon:Addon", name, inputs, children(self, self._aws, after))


def _security_group(config: Mapping[str, Any]) -> object:
    """Read the group that EKS makes; a preview on known subnets echoes a configuration without it."""
    return config.get("clusterSecurityGroupId", UNKNOWN)
