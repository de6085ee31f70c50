"""A graph is priced at once, or resource by resource as a program registers them."""

from collections.abc import Callable, Mapping
from dataclasses import replace

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
    WORKLOAD_COMPONENT,
    is_kubernetes,
)
from plimsoll.pricing.charges import Charges
from plimsoll.pricing.index import Index
from plimsoll.pricing.kubernetes.floor import may_scale
from plimsoll.pricing.kubernetes.runs.hours import pools_it_may_use
from plimsoll.pricing.market import PriceBook
from plimsoll.pricing.own.commitments import with_commitments
from plimsoll.pricing.own.prices import OwnPrices
from plimsoll.pricing.recorded import dearer, recorded
from plimsoll.pricing.result import Charge, Priced, merge
from plimsoll.pricing.subnets import gives_public_addresses
from plimsoll.pricing.types import price_known_type


def price(
    graph: Graph,
    catalog: Catalog,
    region: str | None = None,
    own: OwnPrices | None = None,
    beside: Priced | None = None,
) -> Priced:
    """Price every resource of a graph, whoever wrote it.

    `region` says where the graph lies where it does not say so itself; without it each type is priced in
    the dearest region that offers it. What a provider recorded counts where it is dearer than what is asked
    for. Nothing is ever counted as zero for want of a price: what cannot be priced is listed, and makes the
    totals None. `own` is what the organisation pays in place of list prices; `beside` is the price of what no
    resource stands for. Equal inputs give equal results.
    """
    book = PriceBook(catalog, own)
    index = Index(book, graph.resources, region=graph.region or region)
    found = _by_urn(index)
    reported = recorded(graph)
    if reported is not None:
        others = _by_urn(Index(book, reported.resources, region=graph.region or region))
        found = {urn: dearer(priced, others[urn]) for urn, priced in found.items()}
    priced = merge([*found.values(), *([beside] if beside is not None else [])])
    if own is None:
        return priced
    return merge([with_commitments(priced, own, place_in(index)), Priced(notes=own.notes())])


def _by_urn(index: Index) -> dict[str, Priced]:
    return {resource.urn: price_resource(resource, index) for resource in index.all()}


def place_in(index: Index) -> Callable[[str], tuple[object, ...]]:
    """Order resources by name of their workload, then their own; what belongs to none comes last."""

    def place(urn: str) -> tuple[object, ...]:
        resource = at = index.with_urn(urn)
        seen: set[str] = set()
        while at is not None and at.type != WORKLOAD_COMPONENT and at.urn not in seen:
            seen.add(at.urn)
            at = index.with_urn(at.parent) if at.parent else None
        workload = at is not None and at.type == WORKLOAD_COMPONENT
        return (not workload, at.name if workload and at else "", resource.name if resource else "", urn)

    return place


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
        usable = pools_it_may_use(resource, index)
        earlier += [pool for pool in usable if pool.urn != resource.urn and pool not in earlier]
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
        self._net: dict[str, Priced] = {}
        self.committed: tuple[Charge, ...] = ()
        """What the commitments cost that can apply to something registered so far."""

    def add(self, resource: Resource) -> list[tuple[Resource, Priced]]:
        """Register a resource and return every price that this sets: its own first, then those it changes."""
        self._index.add(resource)
        changed = dict.fromkeys([resource.urn, *self._waiting])
        changed.update(dict.fromkeys(dearer.urn for dearer in repriced_by(resource, self._index)))
        return self._bought([self._price(urn) for urn in changed])

    def _bought(self, changed: list[tuple[Resource, Priced]]) -> list[tuple[Resource, Priced]]:
        """Cover the node-hours of all resources so far, and add those whose price that changes."""
        own = self._index.book.own
        if own is None or not own.discounts.in_force(own.day):
            return changed
        hours = {urn: each for urn, each in self._priced.items() if any(line.types for line in each.lines)}
        whole = with_commitments(merge(hours.values()), own, place_in(self._index))
        self.committed = tuple(line for line in whole.lines if not line.urn)
        lines: dict[str, list[Charge]] = {urn: [] for urn in hours}
        for line in whole.lines:
            if line.urn:
                lines[line.urn].append(line)
        bought = {urn: replace(hours[urn], lines=tuple(lines[urn])) for urn in hours}
        news = {resource.urn: (resource, bought.get(resource.urn, priced)) for resource, priced in changed}
        for urn, priced in bought.items():
            resource = self._index.with_urn(urn)
            if resource is not None and urn not in news and priced != self._net.get(urn):
                news[urn] = resource, priced
        self._net = bought
        return list(news.values())

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
        return merge([*(self._priced | self._net).values(), Priced(lines=self.committed)])
