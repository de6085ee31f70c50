"""A Redshift cluster bills its nodes by the hour; managed storage and concurrency scaling bill by use.

Source: aws.amazon.com/redshift/pricing.
"""

from plimsoll.graph.resource import Resource
from plimsoll.pricing.charges import Charges
from plimsoll.pricing.index import Index
from plimsoll.pricing.inputs import inputs_of
from plimsoll.pricing.result import Unpriceable
from plimsoll.pricing.subnets import add_public_addresses


def price_warehouse(resource: Resource, index: Index, charges: Charges) -> None:
    """Price a cluster's nodes, twice where a second zone stands by."""
    inputs, market = inputs_of(resource), index.market(resource)
    kind = inputs["nodeType"].text()
    nodes = inputs["numberOfNodes"].count(1, least=1)
    if (
        inputs["clusterType"].text("single-node" if nodes == 1 else "multi-node") == "single-node"
        and nodes > 1
    ):
        raise Unpriceable("invalid_value", f"clusterType is single-node, and numberOfNodes is {nodes}")
    zones = 2 if inputs["multiAz"].flag(default=False) else 1
    if inputs["publiclyAccessible"].flag(default=False):
        add_public_addresses(charges, market, (nodes + 1) * zones)  # the leader node has one too
    charges.add_hours(f"Redshift nodes {kind}", nodes * zones, market.service_rate(f"redshift-{kind}"))
