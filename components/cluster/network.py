"""A new cluster has a network of its own: two kinds of subnets, one NAT gateway, S3 without NAT charges."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi

from components.pulumi_sdk import AwsResource, children
from plimsoll.objects.nodes.node_class import DISCOVERY
from plimsoll.objects.tags import CostTags

VPC_CIDR = "10.0.0.0/16"
PUBLIC_CIDRS = ("10.0.0.0/20", "10.0.16.0/20", "10.0.32.0/20")
PRIVATE_CIDRS = ("10.0.64.0/18", "10.0.128.0/18", "10.0.192.0/18")
"""Private subnets hold 16 000 addresses each: every pod takes one from the VPC."""


@dataclass(frozen=True, slots=True)
class Subnets:
    """A cluster runs in these subnets: ids, as inputs of other resources."""

    node_subnet_ids: "Sequence[pulumi.Input[str]]"
    control_plane_subnet_ids: "Sequence[pulumi.Input[str]]"
    ready: Sequence[pulumi.Resource] = ()


class Network(pulumi.ComponentResource):
    """A VPC spans the given zones. Nodes sit in private subnets and leave through one NAT gateway.

    One NAT gateway, not one per zone, is a decision about money: it costs availability of outbound
    traffic if its zone fails, never of serving. Weights come from S3 through a free gateway endpoint.
    """

    subnets: Subnets

    def __init__(
        self,
        name: str,
        region: str,
        zones: Sequence[str],
        tags: CostTags,
        provider: pulumi.ProviderResource,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Build the network `name`; `zones` are two or three availability zone names of `region`."""
        super().__init__("plimsoll:index:Network", name, {"region": region, "zones": list(zones)}, opts)
        self._name, self._tags, self._opts = name, tags, children(self, provider)
        vpc = self._make(
            "ec2/vpc:Vpc", "", cidrBlock=VPC_CIDR, enableDnsHostnames=True, enableDnsSupport=True
        )
        gateway = self._make("ec2/internetGateway:InternetGateway", "", vpcId=vpc.id)
        public = self._subnets("public", zones, PUBLIC_CIDRS, vpc, {"kubernetes.io/role/elb": "1"})
        private_tags = {"kubernetes.io/role/internal-elb": "1", DISCOVERY: name}
        private = self._subnets("private", zones, PRIVATE_CIDRS, vpc, private_tags)
        out = self._make("ec2/eip:Eip", "nat", domain="vpc")
        nat = self._make("ec2/natGateway:NatGateway", "", allocationId=out.id, subnetId=public[0].id)
        to_internet = {"cidrBlock": "0.0.0.0/0", "gatewayId": gateway.id}
        self._route("public", vpc, public, to_internet)
        table = self._route("private", vpc, private, {"cidrBlock": "0.0.0.0/0", "natGatewayId": nat.id})
        self._make(
            "ec2/vpcEndpoint:VpcEndpoint",
            "s3",
            vpcId=vpc.id,
            serviceName=f"com.amazonaws.{region}.s3",
            vpcEndpointType="Gateway",
            routeTableIds=[table.id],
        )
        ids = [subnet.id for subnet in private]
        self.subnets = Subnets(ids, ids, (nat, table))
        self.register_outputs({"vpcId": vpc.id})

    def _make(self, token: str, suffix: str, **inputs: object) -> AwsResource:
        name = f"{self._name}-{suffix}" if suffix else self._name
        return AwsResource(token, name, inputs | {"tags": self._tags.aws(name)}, self._opts)

    def _subnets(
        self,
        kind: str,
        zones: Sequence[str],
        cidrs: Sequence[str],
        vpc: AwsResource,
        discovery: dict[str, str],
    ) -> list[AwsResource]:
        made: list[AwsResource] = []
        for zone, cidr in zip(zones, cidrs, strict=False):
            name = f"{self._name}-{kind}-{zone}"
            inputs = {
                "vpcId": vpc.id,
                "availabilityZone": zone,
                "cidrBlock": cidr,
                "mapPublicIpOnLaunch": kind == "public",
                "tags": self._tags.aws(name) | discovery,
            }
            made.append(AwsResource("ec2/subnet:Subnet", name, inputs, self._opts))
        return made

    def _route(
        self, kind: str, vpc: AwsResource, subnets: Sequence[AwsResource], route: Mapping[str, object]
    ) -> AwsResource:
        table = self._make("ec2/routeTable:RouteTable", kind, vpcId=vpc.id, routes=[route])
        for index, subnet in enumerate(subnets):
            AwsResource(
                "ec2/routeTableAssociation:RouteTableAssociation",
                f"{self._name}-{kind}-{index}",
                {"routeTableId": table.id, "subnetId": subnet.id},
                self._opts,
            )
        return table
