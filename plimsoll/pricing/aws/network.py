"""Networks bill a fixed price for existing: gateways, addresses, endpoints, balancers, zones."""

from plimsoll.graph.resource import Resource
from plimsoll.ground.tree import shown
from plimsoll.pricing.charges import Charges
from plimsoll.pricing.index import Index
from plimsoll.pricing.inputs import inputs_of
from plimsoll.pricing.result import Unpriceable
from plimsoll.pricing.subnets import MOST_ZONES, add_public_addresses


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


def price_address(resource: Resource, index: Index, charges: Charges) -> None:
    """Price a public IPv4 address, in use or idle."""
    charges.add_hours("public IPv4 address", 1, index.market(resource).service_rate("public-ipv4"))


def price_endpoint(resource: Resource, index: Index, charges: Charges) -> None:
    """Price a VPC endpoint: gateways are free, interfaces bill per zone."""
    inputs = inputs_of(resource)
    kind = inputs["vpcEndpointType"].text("Gateway")
    if kind == "Gateway":
        charges.free("a gateway endpoint has no charge")
        return
    if kind != "Interface":
        raise Unpriceable("unpriced", f"VPC endpoints of type {shown(kind)} have no price in the catalogue")
    zones = max(1, len(inputs["subnetIds"].items()), len(inputs["subnetConfigurations"].items()))
    rate = index.market(resource).service_rate("vpc-endpoint-interface-hour")
    charges.add_hours("interface endpoint, per zone", zones, rate)


def price_endpoint_zone(resource: Resource, index: Index, charges: Charges) -> None:
    """Price one more zone of an interface endpoint."""
    rate = index.market(resource).service_rate("vpc-endpoint-interface-hour")
    charges.add_hours("interface endpoint, per zone", 1, rate)


def price_transit_attachment(resource: Resource, index: Index, charges: Charges) -> None:
    """Price one attachment to a transit gateway."""
    charges.add_hours(
        "transit gateway attachment", 1, index.market(resource).service_rate("transit-gateway-attachment")
    )


def price_load_balancer(resource: Resource, index: Index, charges: Charges) -> None:
    """Price an application or network load balancer and its public addresses; capacity units are usage."""
    inputs = inputs_of(resource)
    kind = inputs["loadBalancerType"].text("application")
    items = {"application": "alb-hour", "network": "nlb-hour"}
    if kind not in items:
        raise Unpriceable("unpriced", f"load balancers of type {shown(kind)} have no price in the catalogue")
    if not inputs["minimumLoadBalancerCapacity"].absent:
        raise Unpriceable("unpriced", "reserved load balancer capacity has no price in the catalogue")
    market = index.market(resource)
    charges.add_hours("load balancer", 1, market.service_rate(items[kind]))
    if inputs["internal"].flag(default=False):
        return
    subnets, mappings = inputs["subnets"], inputs["subnetMappings"]
    given = not (subnets.absent and mappings.absent)
    unlisted = subnets.unknown or mappings.unknown
    zones = MOST_ZONES
    if given and not unlisted:
        zones = max(1, len(subnets.items()) + len(mappings.items()))
    owned = sum(1 for m in ([] if unlisted else mappings.items()) if not m["allocationId"].absent)
    add_public_addresses(charges, market, zones - owned)


def price_zone(resource: Resource, index: Index, charges: Charges) -> None:
    """Price a hosted zone."""
    charges.add("hosted zone", 1, index.market(resource).service_rate("route53-zone"))
