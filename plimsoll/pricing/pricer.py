"""Price a graph whole, or resource by resource as a program registers them."""

from plimsoll.catalog import Catalog
from plimsoll.graph import Graph, Resource
from plimsoll.pricing.bill import Bill
from plimsoll.pricing.known_types import price_known_type
from plimsoll.pricing.market import PriceBook
from plimsoll.pricing.result import Priced, merge
from plimsoll.pricing.scene import Scene


def price(graph: Graph, catalog: Catalog, region: str | None = None) -> Priced:
    """Price every resource of a graph, whoever wrote it.

    `region` says where the graph lies where it does not say so itself; without it each type is priced in
    the dearest region that offers it. Nothing is ever counted as zero for want of a price: what cannot be
    priced is listed, and makes the totals None. Equal inputs give equal results.
    """
    scene = Scene(PriceBook(catalog), graph.resources, region=graph.region or region)
    return merge(price_resource(resource, scene) for resource in scene.all())


def price_resource(resource: Resource, scene: Scene) -> Priced:
    """Price one resource, given the others of the scene."""
    if resource.external:
        return Priced(external=(resource.urn,))
    bill = Bill(resource)
    bill.attempt(lambda: price_known_type(resource, scene, bill))
    return bill.priced()


class Pricer:
    """A running total: price resources in the order in which a program registers them.

    A reference to something not yet registered gives a `pending` refusal that later resources settle, so
    each `add` prices the resource and again those that were waiting.
    """

    def __init__(self, catalog: Catalog, region: str | None = None) -> None:
        self._scene = Scene(PriceBook(catalog), region=region, complete=False)
        self._priced: dict[str, Priced] = {}

    def add(self, resource: Resource) -> Priced:
        """Register a resource and return its own price; `total` then includes it."""
        self._scene.add(resource)
        own = price_resource(resource, self._scene)
        self._priced[resource.urn] = own
        for urn, earlier in list(self._priced.items()):
            if urn != resource.urn and any(problem.pending for problem in earlier.cannot_price):
                waiting = self._scene.with_urn(urn)
                assert waiting is not None
                self._priced[urn] = price_resource(waiting, self._scene)
        return own

    def total(self) -> Priced:
        """Sum up everything registered so far."""
        return merge(self._priced.values())

    def settle(self) -> Priced:
        """Price all of it once more as complete: what is still pending is refused for good."""
        self._scene.complete = True
        return merge(price_resource(resource, self._scene) for resource in self._scene.all())
