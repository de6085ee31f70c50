"""Karpenter makes nodes; it is installed with its roles, policies, interruption queue and charts."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import pulumi

from components.cluster.access import ClusterAccess, Installed, NodeNetwork
from components.cluster.iam import EC2, NODE_POLICIES, PODS, document, role, trust
from components.nodes.karpenter_policies import CONTROLLER_POLICIES, controller_policies
from components.pulumi_sdk import AwsResource, HelmRelease, children
from plimsoll.objects.tags import CostTags
from plimsoll.plan.plan import Pool

CHART_VERSION = "1.14.1"
CHART_REPOSITORY = "oci://public.ecr.aws/karpenter"
NAMESPACE = "kube-system"
QUEUE_RETENTION_S = 300
"""An interruption notice is worthless after the two minutes it announces."""

EVENTS = {
    "capacity-reservation": ("aws.ec2", "EC2 Capacity Reservation Instance Interruption Warning"),
    "health": ("aws.health", "AWS Health Event"),
    "rebalance": ("aws.ec2", "EC2 Instance Rebalance Recommendation"),
    "spot-interruption": ("aws.ec2", "EC2 Spot Instance Interruption Warning"),
    "state-change": ("aws.ec2", "EC2 Instance State-change Notification"),
}
"""The five events that Karpenter drains nodes for: event source and detail type."""


class KarpenterNodes:
    """Karpenter makes nodes from the EC2NodeClass and NodePool of each pool, whoever installed it."""

    name = "karpenter"
    brings_device_plugin = False
    block_storage = ""
    own_system_nodes = False
    cluster_policies = ()
    needed_of_existing = ()

    def cluster_inputs(self, _node_role_arn: "pulumi.Input[str]", /) -> Mapping[str, Any]:
        """Ask nothing of the cluster."""
        return {}

    def install(
        self, access: ClusterAccess, tags: CostTags, /, *, create_spot_role: bool, node_overlays: bool
    ) -> Installed:
        """Install Karpenter, whose nodes have a role of their own."""
        made = Karpenter(
            "karpenter", access, tags, create_spot_role=create_spot_role, node_overlays=node_overlays
        )
        return Installed(made.node_role, made.ready)

    def pool_nodes(
        self,
        _name: str,
        _pool: Pool,
        _network: NodeNetwork | None,
        _tags: CostTags,
        _opts: pulumi.ResourceOptions,
        /,
    ) -> list[pulumi.Resource]:
        """Register nothing of AWS: Karpenter reads the pool's Kubernetes objects."""
        return []


class Karpenter(pulumi.ComponentResource):
    """Karpenter is installed. `ready` is what node pools wait for: CRDs served, controller running.

    Its nodes have a role of their own, `node_role`: EKS itself admits the role of a managed node group,
    and an access entry cannot exist twice.
    """

    ready: Sequence[pulumi.Resource]
    node_role: str

    def __init__(
        self,
        name: str,
        access: ClusterAccess,
        tags: CostTags,
        opts: pulumi.ResourceOptions | None = None,
        *,
        create_spot_role: bool = False,
        node_overlays: bool = False,
    ) -> None:
        """Install Karpenter on `access`; an account that never used spot needs `create_spot_role` once.

        It reads `node_overlays` only where told so: they are alpha, behind a gate.
        """
        super().__init__("plimsoll:index:Karpenter", name, {"version": CHART_VERSION}, opts)
        self._access, self._tags = access, tags
        self._gates = {"featureGates": {"nodeOverlay": True}} if node_overlays else {}
        self._opts = children(self, access.aws)
        self.node_role = f"{access.name}-karpenter-node"
        queue = self._queue()
        identity = self._controller(queue)
        entry = self._node_access()
        spot = [self._spot_role()] if create_spot_role else []
        self.ready = self._charts([*access.ready, identity, *entry, *spot])
        self.register_outputs({})

    def _queue(self) -> AwsResource:
        name = self._access.name
        inputs = {
            "name": name,
            "messageRetentionSeconds": QUEUE_RETENTION_S,
            "sqsManagedSseEnabled": True,
            "tags": self._tags.aws(name),
        }
        queue = AwsResource("sqs/queue:Queue", f"{name}-interruption", inputs, self._opts, ["arn", "url"])
        AwsResource(
            "sqs/queuePolicy:QueuePolicy",
            f"{name}-interruption",
            {"queueUrl": queue.output("url"), "policy": queue.output("arn").apply(_queue_policy)},
            self._opts,
        )
        for event, (source, detail) in EVENTS.items():
            self._forward(event, source, detail, queue)
        return queue

    def _forward(self, event: str, source: str, detail: str, queue: AwsResource) -> None:
        name = f"{self._access.name}-{event}"
        pattern = json.dumps({"source": [source], "detail-type": [detail]}, sort_keys=True)
        inputs = {"name": name, "eventPattern": pattern, "tags": self._tags.aws(name)}
        rule = AwsResource("cloudwatch/eventRule:EventRule", name, inputs, self._opts)
        target = {"rule": rule.output("name"), "targetId": "karpenter", "arn": queue.output("arn")}
        AwsResource("cloudwatch/eventTarget:EventTarget", name, target, self._opts)

    def _controller(self, queue: AwsResource) -> AwsResource:
        access = self._access
        name = f"{access.name}-karpenter"
        assume = trust(PODS, ["sts:AssumeRole", "sts:TagSession"])
        made, _ = role(name, assume, (), self._tags, self._opts)
        documents = pulumi.Output.all(queue.output("arn"), made.output("arn")).apply(
            lambda arns: self._documents(arns[0], arns[1])
        )
        attached = [
            self._attach(made, f"{name}-{policy}", documents.apply(lambda texts, key=policy: texts[key]))
            for policy in CONTROLLER_POLICIES
        ]
        return AwsResource(
            "eks/podIdentityAssociation:PodIdentityAssociation",
            name,
            {
                "clusterName": access.name,
                "namespace": NAMESPACE,
                "serviceAccount": "karpenter",
                "roleArn": made.output("arn"),
                "tags": self._tags.aws(name),
            },
            children(self, access.aws, [*attached, *access.ready]),
        )

    def _documents(self, queue_arn: str, controller_arn: str) -> dict[str, str]:
        access = self._access
        account = controller_arn.split(":")[4]
        cluster_arn = f"arn:aws:eks:{access.region}:{account}:cluster/{access.name}"
        node_role_arn = f"arn:aws:iam::{account}:role/{self.node_role}"
        return controller_policies(access.name, access.region, cluster_arn, node_role_arn, queue_arn)

    def _attach(self, made: AwsResource, name: str, text: "pulumi.Output[str]") -> AwsResource:
        inputs = {"name": name, "policy": text, "tags": self._tags.aws(name)}
        policy = AwsResource("iam/policy:Policy", name, inputs, self._opts, ["arn"])
        attachment = {"role": made.output("name"), "policyArn": policy.output("arn")}
        return AwsResource("iam/rolePolicyAttachment:RolePolicyAttachment", name, attachment, self._opts)

    def _spot_role(self) -> AwsResource:
        """Register the account's service-linked role for spot: without it no spot type is available."""
        name = f"{self._access.name}-spot"
        inputs = {"awsServiceName": "spot.amazonaws.com", "tags": self._tags.aws(name)}
        return AwsResource("iam/serviceLinkedRole:ServiceLinkedRole", name, inputs, self._opts)

    def _node_access(self) -> list[pulumi.Resource]:
        """Register the role of Karpenter's nodes, and the entry that lets them join the cluster."""
        access, name = self._access, self.node_role
        made, attached = role(name, trust(EC2), NODE_POLICIES, self._tags, self._opts)
        inputs = {
            "clusterName": access.name,
            "principalArn": made.output("arn"),
            "type": "EC2_LINUX",
            "tags": self._tags.aws(name),
        }
        opts = children(self, access.aws, access.ready)
        return [AwsResource("eks/accessEntry:AccessEntry", name, inputs, opts), *attached]

    def _charts(self, after: Sequence[pulumi.Resource]) -> list[pulumi.Resource]:
        """Install the CRD chart first: the main chart never upgrades CRDs, and pools need them served."""
        access = self._access
        common = {"namespace": NAMESPACE, "version": CHART_VERSION, "atomic": True}
        crds = HelmRelease(
            "karpenter-crd",
            common | {"name": "karpenter-crd", "chart": f"{CHART_REPOSITORY}/karpenter-crd"},
            children(self, access.kubernetes, after),
        )
        settings = {"clusterName": access.name, "interruptionQueue": access.name, **self._gates}
        values = {
            "settings": settings,
            "replicas": 2,
            "podLabels": self._tags.labels(),
            "nodeSelector": {"plimsoll.dev/pool": "system"},
        }
        main = HelmRelease(
            "karpenter",
            common
            | {
                "name": "karpenter",
                "chart": f"{CHART_REPOSITORY}/karpenter",
                "skipCrds": True,
                "values": values,
            },
            children(self, access.kubernetes, [crds]),
        )
        return [crds, main]


def _queue_policy(arn: str) -> str:
    """Let AWS's event services send, and nobody speak to the queue without TLS."""
    senders = {"Service": ["events.amazonaws.com", "sqs.amazonaws.com"]}
    everyone = "*"
    return document(
        [
            {"Effect": "Allow", "Principal": senders, "Action": "sqs:SendMessage", "Resource": arn},
            {
                "Sid": "DenyPlainText",
                "Effect": "Deny",
                "Principal": everyone,
                "Action": "sqs:*",
                "Resource": arn,
                "Condition": {"Bool": {"aws:SecureTransport": "false"}},
            },
        ]
    )
