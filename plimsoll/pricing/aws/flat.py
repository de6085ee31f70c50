"""Some resources bill one flat price each, by the hour or by the month, whatever their inputs say."""

from collections.abc import Mapping

from plimsoll.graph.resource import Resource
from plimsoll.graph.types import ELASTIC_IP
from plimsoll.pricing.charges import Charges
from plimsoll.pricing.index import Index

BY_THE_HOUR: Mapping[str, tuple[str, str]] = {
    "aws:amp/scraper:Scraper": ("metrics collector", "amp-collector-hour"),
    "aws:cloudhsmv2/hsm:Hsm": ("HSM", "cloudhsm-hsm"),
    "aws:ec2/trafficMirrorSession:TrafficMirrorSession": ("mirrored interface", "traffic-mirroring-session"),
    "aws:ec2clientvpn/networkAssociation:NetworkAssociation": (
        "client VPN association",
        "client-vpn-association",
    ),
    "aws:ec2transitgateway/peeringAttachment:PeeringAttachment": (
        "transit gateway attachment",
        "transit-gateway-peering",
    ),
    "aws:ec2transitgateway/vpcAttachment:VpcAttachment": (
        "transit gateway attachment",
        "transit-gateway-attachment",
    ),
    ELASTIC_IP: ("public IPv4 address", "public-ipv4"),
    "aws:ec2/vpcEndpointSubnetAssociation:VpcEndpointSubnetAssociation": (
        "interface endpoint, per zone",
        "vpc-endpoint-interface-hour",
    ),
    "aws:vpclattice/service:Service": ("VPC Lattice service", "vpc-lattice-service"),
}
"""Label and catalogue item of what bills by the hour. Bytes and requests beside it are in no total."""

BY_THE_MONTH: Mapping[str, tuple[str, str]] = {
    "aws:cloudwatch/compositeAlarm:CompositeAlarm": ("composite alarm", "cloudwatch-alarm-composite"),
    "aws:route53/zone:Zone": ("hosted zone", "route53-zone"),
    "aws:servicediscovery/privateDnsNamespace:PrivateDnsNamespace": ("hosted zone", "route53-zone"),
    "aws:servicediscovery/publicDnsNamespace:PublicDnsNamespace": ("hosted zone", "route53-zone"),
}
"""Label and catalogue item of what bills by the month."""


def price_hours(resource: Resource, index: Index, charges: Charges) -> None:
    """Price a month of what bills by the hour."""
    label, item = BY_THE_HOUR[resource.type]
    charges.add_hours(label, 1, index.market(resource).service_rate(item))


def price_month(resource: Resource, index: Index, charges: Charges) -> None:
    """Price one of what bills by the month."""
    label, item = BY_THE_MONTH[resource.type]
    charges.add(label, 1, index.market(resource).service_rate(item))
