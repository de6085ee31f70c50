"""A case is judged: a graph with its price, the facts that the price rests on, and the day."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from plimsoll.catalog.facts import Catalog
from plimsoll.graph.resource import Graph, Resource
from plimsoll.pricing import Priced
from plimsoll.pricing.market import PriceBook


@dataclass
class Case:
    """A case holds everything a rule may look at. The date is an argument: nothing here reads a clock."""

    graph: Graph
    priced: Priced
    catalog: Catalog
    on_date: str
    blocking: frozenset[str] = frozenset()
    """Names of the policies whose violations block, as configured."""
    region: str | None = None
    """Where resources lie that do not say so, if somebody named a region for them."""

    @cached_property
    def by_urn(self) -> dict[str, Resource]:
        """Index the resources by URN; of two with one URN the later counts."""
        return {resource.urn: resource for resource in self.graph.resources}

    @cached_property
    def book(self) -> PriceBook:
        """Index the catalogue by instance type."""
        return PriceBook(self.catalog)

    @cached_property
    def costly(self) -> set[str]:
        """Collect the URNs of resources that cost money, or whose cost is not known."""
        priced = self.priced
        return {line.urn for line in priced.lines} | {p.urn for p in priced.cannot_price}

    def ancestors(self, resource: Resource) -> Iterator[Resource]:
        """Walk from a resource's parent up; a loop of parents ends the walk."""
        seen = {resource.urn}
        parent = resource.parent
        while parent and parent not in seen and parent in self.by_urn:
            seen.add(parent)
            yield self.by_urn[parent]
            parent = self.by_urn[parent].parent

    def created(self) -> Iterator[Resource]:
        """Walk the resources that this stack creates: what it only reads is not its own to judge."""
        yield from (resource for resource in self.by_urn.values() if not resource.external)
