"""Every resource type is priced, known to be free, or refused; there is no fourth kind."""

from collections.abc import Mapping

from plimsoll.graph.resource import Resource
from plimsoll.pricing.aws.autoscaling_group import GROUP, SCHEDULE, price_group, price_schedule
from plimsoll.pricing.aws.cluster import price_addon, price_cluster
from plimsoll.pricing.aws.fleet import FLEET, SPOT_FLEET, price_fleet, price_spot_fleet
from plimsoll.pricing.aws.free_types import FREE_PREFIXES, FREE_TYPES, NO_PRICE, free_aws_types
from plimsoll.pricing.aws.instance import (
    INSTANCE,
    RESERVATION,
    SPOT_REQUEST,
    price_instance,
    price_reservation,
)
from plimsoll.pricing.aws.node_group import price_node_group
from plimsoll.pricing.aws.service import (
    price_address,
    price_alarm,
    price_certificate,
    price_endpoint,
    price_endpoint_zone,
    price_file_system,
    price_function,
    price_key,
    price_load_balancer,
    price_lustre,
    price_nat_gateway,
    price_parameter,
    price_scaling_policy,
    price_secret,
    price_table,
    price_transit_attachment,
    price_volume,
    price_vpc,
    price_zone,
)
from plimsoll.pricing.charges import Bill
from plimsoll.pricing.index import CLUSTER, NODE_GROUP, Scene
from plimsoll.pricing.kubernetes.helm import RELEASES, RENDERERS, price_release, price_renderer
from plimsoll.pricing.kubernetes.kinds import Pricing, price_kubernetes
from plimsoll.pricing.result import Unpriceable

PRICED: Mapping[str, Pricing] = {
    CLUSTER: price_cluster,
    NODE_GROUP: price_node_group,
    GROUP: price_group,
    SCHEDULE: price_schedule,
    INSTANCE: price_instance,
    SPOT_REQUEST: price_instance,
    RESERVATION: price_reservation,
    SPOT_FLEET: price_spot_fleet,
    FLEET: price_fleet,
    "aws:acm/certificate:Certificate": price_certificate,
    "aws:alb/loadBalancer:LoadBalancer": price_load_balancer,
    "aws:autoscaling/policy:Policy": price_scaling_policy,
    "aws:cloudwatch/metricAlarm:MetricAlarm": price_alarm,
    "aws:dynamodb/table:Table": price_table,
    "aws:ebs/volume:Volume": price_volume,
    "aws:ec2/eip:Eip": price_address,
    "aws:ec2/natGateway:NatGateway": price_nat_gateway,
    "aws:ec2/vpc:Vpc": price_vpc,
    "aws:ec2/vpcEndpoint:VpcEndpoint": price_endpoint,
    "aws:ec2/vpcEndpointSubnetAssociation:VpcEndpointSubnetAssociation": price_endpoint_zone,
    "aws:ec2transitgateway/vpcAttachment:VpcAttachment": price_transit_attachment,
    "aws:efs/fileSystem:FileSystem": price_file_system,
    "aws:eks/addon:Addon": price_addon,
    "aws:fsx/lustreFileSystem:LustreFileSystem": price_lustre,
    "aws:kms/key:Key": price_key,
    "aws:kms/replicaKey:ReplicaKey": price_key,
    "aws:kms/externalKey:ExternalKey": price_key,
    "aws:lambda/function:Function": price_function,
    "aws:lb/loadBalancer:LoadBalancer": price_load_balancer,
    "aws:route53/zone:Zone": price_zone,
    "aws:secretsmanager/secret:Secret": price_secret,
    "aws:servicediscovery/privateDnsNamespace:PrivateDnsNamespace": price_zone,
    "aws:servicediscovery/publicDnsNamespace:PublicDnsNamespace": price_zone,
    "aws:ssm/parameter:Parameter": price_parameter,
    **dict.fromkeys(RELEASES, price_release),
    **dict.fromkeys(RENDERERS, price_renderer),
}

FREE = free_aws_types()


def price_known_type(resource: Resource, scene: Scene, bill: Bill) -> None:
    """Price a resource by its type; a type that is neither priced nor known to be free is refused."""
    pricing = PRICED.get(resource.type)
    if pricing is not None:
        pricing(resource, scene, bill)
        return
    free = _known_free(resource.type)
    if free is not None:
        bill.free(*free)
        return
    if price_kubernetes(resource, scene, bill):
        return
    if not resource.custom:
        bill.free("a component: its children are priced one by one")
        return
    for prefix, why in NO_PRICE.items():
        if resource.type.startswith(prefix):
            raise Unpriceable("unpriced", why)
    raise Unpriceable(
        "unpriced", f"resources of type {resource.type[:100]!a} are neither priced nor known to be free"
    )


def _known_free(token: str) -> tuple[str, str] | None:
    if token in FREE:
        return FREE[token]
    if token in FREE_TYPES:
        return FREE_TYPES[token], ""
    for prefix, why in FREE_PREFIXES.items():
        if token.startswith(prefix):
            return why, ""
    return None
