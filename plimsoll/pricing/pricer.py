"""A graph is priced at once, or resource by resource as a program registers them."""

from collections.abc import Mapping

from plimsoll.catalog.facts import Catalog
from plimsoll.graph.resource import Graph, Resource
from plimsoll.graph.types import (
    AUTOSCALERS,
    AUTOSCALING_GROUP,
    CLOUDFORMATION_STACK,
    CLUSTER,
    DEPLOYMENT,
    FARGATE_PROFILE,
    FLEET,
    INSTANCE,
    LAUNCH_TEMPLATE,
    NODE_GROUP,
    NODE_OVERLAYS,
    NODE_POOLS,
    SCALING_SCHEDULE,
    SPOT_FLEET,
    SPOT_REQUEST,
    STATEFUL_SET,
    SUBNET,
    is_kubernetes,
)
from plimsoll.pricing.charges import Charges
from plimsoll.pricing.index import Index
from plimsoll.pricing.kubernetes.floor import may_scale
from plimsoll.pricing.market import PriceBook
from plimsoll.pricing.recorded import dearer, recorded
from plimsoll.pricing.result import Priced, merge
from plimsoll.pricing.subnets import gives_public_addresses
from plimsoll.pricing.types import price_known_type


def price(graph: Graph, catalog: Catalog, region: str | None = None) -> Priced:
    """Price every resource of a graph, whoever wrote it.

    `region` says where the graph lies where it does not say so itself; without it each type is priced in
    the dearest region that offers it. What a provider recorded counts where it is dearer than what is asked
    for. Nothing is ever counted as zero for want of a price: what cannot be priced is listed, and makes the
    totals None. Equal inputs give equal results.
    """
    book = PriceBook(catalog)
    asked = _by_urn(graph, book, region)
    reported = recorded(graph)
    if reported is None:
        return merge(asked.values())
    others = _by_urn(reported, book, region)
    return merge(dearer(priced, others[urn]) for urn, priced in asked.items())


def _by_urn(graph: Graph, book: PriceBook, region: str | None) -> dict[str, Priced]:
    index = Index(book, graph.resources, region=graph.region or region)
    return {resource.urn: price_resource(resource, index) for resource in index.all()}


def price_resource(resource: Resource, index: Index) -> Priced:
    """Price one resource, given the others of the index."""
    if resource.external:
        return Priced(external=(resource.urn,))
    charges = Charges(resource)
    charges.attempt(lambda: price_known_type(resource, index, charges))
    return charges.priced()


_CHANGES: Mapping[str, tuple[str, ...]] = {
    CLUSTER: NODE_POOLS,
    **dict.fromkeys(NODE_OVERLAYS, NODE_POOLS),
    SCALING_SCHEDULE: (AUTOSCALING_GROUP, CLOUDFORMATION_STACK),
    **dict.fromkeys(AUTOSCALERS, (STATEFUL_SET, DEPLOYMENT, FARGATE_PROFILE)),
    SUBNET: (*NODE_POOLS, NODE_GROUP, AUTOSCALING_GROUP, CLOUDFORMATION_STACK, INSTANCE, SPOT_REQUEST),
    LAUNCH_TEMPLATE: (NODE_GROUP, AUTOSCALING_GROUP, CLOUDFORMATION_STACK, INSTANCE, SPOT_FLEET, FLEET),
}
"""Types whose arrival may make resources of other types dearer than they seemed before."""


def repriced_by(resource: Resource, index: Index) -> list[Resource]:
    """List the earlier resources whose price a newly registered one may change."""
    if resource.type == SUBNET and not gives_public_addresses(resource):
        return []
    earlier = [each for each in index.of_type(*_CHANGES.get(resource.type, ())) if not each.external]
    if resource.type in AUTOSCALERS:
        return [each for each in earlier if each.type == FARGATE_PROFILE or may_scale(resource, each)]
    if is_kubernetes(resource):
        # Any workload may be one whose pods a profile selects.
        earlier += [profile for profile in index.of_type(FARGATE_PROFILE) if not profile.external]
    return earlier


class Pricer:
    """A running total: price resources in the order in which a program registers them.

    A reference to something not yet registered gives a `pending` refusal that later resources settle, and
    a later resource may make an earlier one dearer, so each `add` prices the resource and again those.
    """

    def __init__(self, book: PriceBook, region: str | None = None) -> None:
        self._index = Index(book, region=region, complete=False)
        self._priced: dict[str, Priced] = {}
        self._waiting: dict[str, None] = {}

    def add(self, resource: Resource) -> list[tuple[Resource, Priced]]:
        """Register a resource and return every price that this sets: its own first, then those it changes."""
        self._index.add(resource)
        changed = dict.fromkeys([resource.urn, *self._waiting])
        changed.update(dict.fromkeys(dearer.urn for dearer in repriced_by(resource, self._index)))
        return [self._price(urn) for urn in changed]

    def _price(self, urn: str) -> tuple[Resource, Priced]:
        resource = self._index.with_urn(urn)
        assert resource is not None
        priced = self._priced[urn] = price_resource(resource, self._index)
        self._waiting.pop(urn, None)
        if any(problem.pending for problem in priced.cannot_price):
            self._waiting[urn] = None
        return resource, priced

    def total(self) -> Priced:
        """Sum up everything registered so far."""
        return merge(self._priced.values())
