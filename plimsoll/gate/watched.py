"""A watched stack keeps its history on a volume that no workload's plan holds, and no more than that."""

from decimal import Decimal

from plimsoll.catalog.facts import Catalog
from plimsoll.gate.claims import claimed
from plimsoll.graph.resource import Graph, Resource
from plimsoll.graph.types import ADDONS_COMPONENT
from plimsoll.pricing.result import ZERO, Unpriceable

MOST_GIB = 25
"""What the add-ons of a stack may claim besides its plans: the 20 GB that Prometheus keeps are 80 % of it."""

VOLUMES = ("ebs-gp3-storage", "ebs-gp2-storage")
"""Of the class that a stack makes, or of EKS's own."""


def history_usd(graph: Graph, catalog: Catalog, region: str | None) -> Decimal:
    """Say what add-ons of the graph state for such a volume, USD a month; 0 if that is more than it costs."""
    known = [price.price.usd for item in VOLUMES if region and (price := catalog.service(item, region))]
    most = max(known, default=ZERO) * MOST_GIB
    addons = (resource for resource in graph.resources if resource.type == ADDONS_COMPONENT)
    stated = sum(map(_stated, addons), ZERO)
    return stated if stated <= most else ZERO


def _stated(resource: Resource) -> Decimal:
    try:
        return claimed(resource) or ZERO
    except Unpriceable:
        return ZERO  # `unpriced-cost` refuses it
