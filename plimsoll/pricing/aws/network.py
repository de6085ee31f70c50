"""Networks bill a fixed price for existing: gateways, addresses, endpoints, balancers, zones."""

from plimsoll.graph.resource import Resource
from plimsoll.ground.tree import shown
from plimsoll.pricing.charges import Charges
from plimsoll.pricing.index import Index
from plimsoll.pricing.inputs import inputs_of
from plimsoll.pricing.result import Unpriceable
from plimsoll.pricing.subnets import MOST_ZONES, add_public_addresses

ENDPOINTS = {"Interface": "vpc-endpoint-interface-hour", "GatewayLoadBalancer": "vpc-endpoint-gwlb-hour"}
BALANCERS = {"application": "alb-hour", "network": "nlb-hour", "gateway": "gwlb-hour"}
"""Catalogue items by the kind that a resource says it is."""


def price_vpc(resource: Resource, _index: Index, charges: Charges) -> None:
    """Know a VPC to be free, unless it makes every instance in it dedicated."""
    if inputs_of(resource)["instanceTenancy"].text("default") != "default":
        raise Unpriceable(
            "unpriced", "instanceTenancy makes every instance in the VPC dedicated, which has no price here"
        )
    charges.free("a VPC has no charge")


def price_nat_gateway(resource: Resource, index: Index, charges: Charges) -> None:
    """Price a NAT gateway's hours. Its public addresses are resources of their own."""
    inputs = inputs_of(resource)
    if inputs["availabilityMode"].text("zonal") != "zonal":
        raise Unpriceable("unpriced", "a regional NAT gateway bills for each zone that it expands to")
    charges.add_hours("NAT gateway", 1, index.market(resource).service_rate("nat-gateway-hour"))


def price_endpoint(resource: Resource, index: Index, charges: Charges) -> None:
    """Price a VPC endpoint: gateways are free, interfaces bill per zone."""
    inputs = inputs_of(resource)
    kind = inputs["vpcEndpointType"].text("Gateway")
    if kind == "Gateway":
        charges.free("a gateway endpoint has no charge")
        return
    item = ENDPOINTS.get(kind)
    if item is None:
        raise Unpriceable("unpriced", f"VPC endpoints of type {shown(kind)} have no price in the catalogue")
    zones = max(1, len(inputs["subnetIds"].items()), len(inputs["subnetConfigurations"].items()))
    rate = index.market(resource).service_rate(item)
    charges.add_hours(f"{kind.lower()} endpoint, per zone", zones, rate)


def price_load_balancer(resource: Resource, index: Index, charges: Charges) -> None:
    """Price an application or network load balancer and its public addresses; capacity units are usage."""
    inputs = inputs_of(resource)
    kind = inputs["loadBalancerType"].text("application")
    if kind not in BALANCERS:
        raise Unpriceable("unpriced", f"load balancers of type {shown(kind)} have no price in the catalogue")
    if not inputs["minimumLoadBalancerCapacity"].absent:
        raise Unpriceable("unpriced", "reserved load balancer capacity has no price in the catalogue")
    market = index.market(resource)
    charges.add_hours("load balancer", 1, market.service_rate(BALANCERS[kind]))
    if kind == "gateway" or inputs["internal"].flag(default=False):
        return
    subnets, mappings = inputs["subnets"], inputs["subnetMappings"]
    given = not (subnets.absent and mappings.absent)
    unlisted = subnets.unknown or mappings.unknown
    zones = MOST_ZONES
    if given and not unlisted:
        zones = max(1, len(subnets.items()) + len(mappings.items()))
    owned = sum(1 for m in ([] if unlisted else mappings.items()) if not m["allocationId"].absent)
    add_public_addresses(charges, market, zones - owned)


def price_classic_balancer(resource: Resource, index: Index, charges: Charges) -> None:
    """Price a classic load balancer and its public addresses; bytes are usage."""
    inputs, market = inputs_of(resource), index.market(resource)
    charges.add_hours("classic load balancer", 1, market.service_rate("clb-hour"))
    if inputs["internal"].flag(default=False):
        return
    zones = inputs["availabilityZones"] if inputs["subnets"].absent else inputs["subnets"]
    count = MOST_ZONES if zones.absent or zones.unknown else max(1, len(zones.items()))
    add_public_addresses(charges, market, count)


def price_vpn(resource: Resource, index: Index, charges: Charges) -> None:
    """Price a VPN connection, and its attachment to a transit gateway; bytes are usage."""
    inputs, market = inputs_of(resource), index.market(resource)
    if inputs["enableAcceleration"].flag(default=False):
        raise Unpriceable("unpriced", "accelerated VPN connections have no price in the catalogue")
    charges.add_hours("VPN connection", 1, market.service_rate("site-to-site-vpn"))
    if not inputs["transitGatewayId"].absent:
        rate = market.service_rate("transit-gateway-vpn-attachment")
        charges.add_hours("transit gateway attachment", 1, rate)


def price_resolver(resource: Resource, index: Index, charges: Charges) -> None:
    """Price a resolver endpoint: each of its interfaces, two at least."""
    interfaces = max(2, len(inputs_of(resource)["ipAddresses"].items()))
    charges.add_hours(
        "resolver interfaces", interfaces, index.market(resource).service_rate("route53-resolver-eni")
    )
