"""Every resource type is priced, free, billed by use, covered by pools, or refused; nothing falls through."""

from collections.abc import Mapping

from plimsoll.graph.resource import Resource
from plimsoll.graph.types import (
    ADDON,
    AUTOSCALING_GROUP,
    CERTIFICATE,
    CLUSTER,
    DNS_NAMESPACES,
    ELASTIC_IP,
    FILE_SYSTEM,
    FLEET,
    FUNCTION,
    HELM_RELEASE,
    HOSTED_ZONE,
    INSTANCE,
    KMS_KEYS,
    LOAD_BALANCERS,
    LUSTRE,
    METRIC_ALARM,
    NAT_GATEWAY,
    NODE_GROUP,
    PARAMETER,
    RENDERERS,
    RESERVATION,
    SCALING_POLICY,
    SCALING_SCHEDULE,
    SECRET_STORE,
    SPOT_FLEET,
    SPOT_REQUEST,
    TABLE,
    TRANSIT_ATTACHMENT,
    VOLUME,
    VPC,
    VPC_ENDPOINT,
    VPC_ENDPOINT_SUBNET,
)
from plimsoll.pricing.aws.autoscaling_group import price_group, price_schedule
from plimsoll.pricing.aws.classified import price_classified
from plimsoll.pricing.aws.cluster import price_addon, price_cluster
from plimsoll.pricing.aws.ec2_fleet import price_fleet, price_spot_fleet
from plimsoll.pricing.aws.instance import price_instance, price_reservation
from plimsoll.pricing.aws.network import (
    price_address,
    price_endpoint,
    price_endpoint_zone,
    price_load_balancer,
    price_nat_gateway,
    price_transit_attachment,
    price_vpc,
    price_zone,
)
from plimsoll.pricing.aws.node_group import price_node_group
from plimsoll.pricing.aws.services import (
    price_alarm,
    price_certificate,
    price_function,
    price_key,
    price_parameter,
    price_scaling_policy,
    price_secret,
)
from plimsoll.pricing.aws.storage import price_file_system, price_lustre, price_table, price_volume
from plimsoll.pricing.charges import Charges
from plimsoll.pricing.foreign import price_foreign
from plimsoll.pricing.index import Index
from plimsoll.pricing.kubernetes.helm import price_release, price_renderer
from plimsoll.pricing.kubernetes.instead import instead
from plimsoll.pricing.kubernetes.kinds import Pricing, price_kubernetes, runs_pods
from plimsoll.pricing.pods import price_pods
from plimsoll.pricing.result import Unpriceable

PRICED: Mapping[str, Pricing] = {
    CLUSTER: price_cluster,
    NODE_GROUP: price_node_group,
    AUTOSCALING_GROUP: price_group,
    SCALING_SCHEDULE: price_schedule,
    INSTANCE: price_instance,
    SPOT_REQUEST: price_instance,
    RESERVATION: price_reservation,
    SPOT_FLEET: price_spot_fleet,
    FLEET: price_fleet,
    CERTIFICATE: price_certificate,
    **dict.fromkeys(LOAD_BALANCERS, price_load_balancer),
    SCALING_POLICY: price_scaling_policy,
    METRIC_ALARM: price_alarm,
    TABLE: price_table,
    VOLUME: price_volume,
    ELASTIC_IP: price_address,
    NAT_GATEWAY: price_nat_gateway,
    VPC: price_vpc,
    VPC_ENDPOINT: price_endpoint,
    VPC_ENDPOINT_SUBNET: price_endpoint_zone,
    TRANSIT_ATTACHMENT: price_transit_attachment,
    FILE_SYSTEM: price_file_system,
    ADDON: price_addon,
    LUSTRE: price_lustre,
    **dict.fromkeys(KMS_KEYS, price_key),
    FUNCTION: price_function,
    HOSTED_ZONE: price_zone,
    SECRET_STORE: price_secret,
    **dict.fromkeys(DNS_NAMESPACES, price_zone),
    PARAMETER: price_parameter,
    HELM_RELEASE: price_release,
    **dict.fromkeys(RENDERERS, price_renderer),
}


def price_known_type(resource: Resource, index: Index, charges: Charges) -> None:
    """Price a resource by its type; a type that nobody knows is refused."""
    pricing, other = PRICED.get(resource.type), instead(resource.type)
    if other:
        raise Unpriceable("unpriced", other)
    if pricing is not None:
        pricing(resource, index, charges)
    elif price_classified(resource, charges):
        return
    elif runs_pods(resource.type):
        price_pods(resource, index, charges)
    elif not (price_kubernetes(resource, index, charges) or price_foreign(resource, charges)):
        raise Unpriceable(
            "unpriced", f"resources of type {resource.type[:100]!a} are neither priced nor known to be free"
        )
