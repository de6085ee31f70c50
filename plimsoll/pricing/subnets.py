"""Subnets decide what is public, and how many zones something may spread over."""

from collections.abc import Sequence
from typing import cast

from plimsoll.graph.resource import Resource
from plimsoll.graph.types import SUBNET
from plimsoll.pricing.charges import Charges
from plimsoll.pricing.index import Index
from plimsoll.pricing.market import Market

MOST_ZONES = 6
"""Zones of the largest region, us-east-1: what a load balancer may spread over where nobody says."""


def gives_public_addresses(subnet: Resource) -> bool:
    """Say whether a subnet gives its instances public addresses; one that may is one that does."""
    return subnet.inputs.get("mapPublicIpOnLaunch") not in (None, False)


def public_subnets(index: Index) -> list[Resource]:
    """List the graph's subnets that give public addresses."""
    return index.memo(
        "public subnets",
        lambda: [each for each in index.of_type(SUBNET) if gives_public_addresses(each)],
        (SUBNET,),
    )


def lands_on_public_subnet(resource: Resource, prop: str, index: Index) -> bool:
    """Say whether a subnet that the resource refers to gives its instances public addresses."""
    public = public_subnets(index)
    if not public:
        return False
    known_ids = _texts(resource.inputs.get(prop))
    named = any(subnet.id is not None and subnet.id in known_ids for subnet in public)
    return named or any(map(gives_public_addresses, index.referred(resource, prop, (SUBNET,))))


def _texts(value: object) -> Sequence[object]:
    if isinstance(value, str):
        return (value,)
    return cast("Sequence[object]", value) if isinstance(value, list | tuple) else ()


def zones_of(index: Index) -> int:
    """Count the zones that the graph's subnets lie in; the most there can be where they do not say."""
    zones: set[str] = set()
    for subnet in index.of_type(SUBNET):
        zone = subnet.inputs.get("availabilityZone")
        if not isinstance(zone, str):
            return MOST_ZONES
        zones.add(zone)
    return len(zones) or MOST_ZONES


def add_public_addresses(charges: Charges, market: Market, zones: int) -> None:
    """Add the public addresses of something that has one in each zone."""
    if zones > 0:
        charges.add_hours("public addresses", zones, market.service_rate("public-ipv4"))
