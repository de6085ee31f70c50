"""A search domain bills data, master and warm nodes by the hour; its EBS storage has no price here.

Source: aws.amazon.com/opensearch-service/pricing.
"""

from plimsoll.graph.resource import Resource
from plimsoll.pricing.charges import Charges
from plimsoll.pricing.index import Index
from plimsoll.pricing.inputs import inputs_of

DEFAULT_TYPE = "m4.large.search"
DEFAULT_MASTERS = 3
DEFAULT_WARM = 2
"""What the service starts where nobody says. Source: documentation of opensearch.Domain."""


def price_domain(resource: Resource, index: Index, charges: Charges) -> None:
    """Price a domain's nodes, and refuse its EBS storage."""
    inputs, market = inputs_of(resource), index.market(resource)
    cluster = inputs["clusterConfig"]
    groups = [
        ("data", cluster["instanceType"].text(DEFAULT_TYPE), cluster["instanceCount"].count(1, least=1))
    ]
    if cluster["dedicatedMasterEnabled"].flag(default=False):
        kind = cluster["dedicatedMasterType"].text(DEFAULT_TYPE)
        groups.append(("master", kind, cluster["dedicatedMasterCount"].count(DEFAULT_MASTERS)))
    if cluster["warmEnabled"].flag(default=False):
        groups.append(("warm", cluster["warmType"].text(), cluster["warmCount"].count(DEFAULT_WARM)))
    for option in cluster["nodeOptions"].items():
        node = option["nodeConfig"]
        if node["enabled"].flag(default=False):
            groups.append((option["nodeType"].text(), node["type"].text(), node["count"].required().count()))
    for role, kind, count in groups:
        item = f"opensearch-{kind.removesuffix('.elasticsearch').removesuffix('.search')}.search"
        charges.add_hours(f"search {role} nodes {kind}", count, market.service_rate(item))
    if inputs["ebsOptions"]["ebsEnabled"].flag(default=False):
        charges.cannot("unpriced", "the EBS storage of search domains has no price in the catalogue")
