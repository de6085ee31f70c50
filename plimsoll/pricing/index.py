"""A resource is priced against an index: the price book, and the resources seen so far."""

import re
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from typing import TypeVar, cast

from plimsoll.graph.resource import Resource
from plimsoll.graph.types import AWS_PROVIDER, CLUSTER, is_kubernetes
from plimsoll.ground.markers import UNKNOWN
from plimsoll.ground.tree import View
from plimsoll.pricing.inputs import inputs_of, refuse
from plimsoll.pricing.market import Market, PriceBook
from plimsoll.pricing.result import Unpriceable

T = TypeVar("T")

_ZONE = re.compile(r"(?P<region>[a-z]{2}(?:-[a-z]+)+-[0-9])(?P<letter>[a-z])", re.ASCII)


def region_of_zone(zone: View) -> str:
    """Work out the region from an availability zone's name; local zones have their own prices."""
    name = zone.text()
    match = _ZONE.fullmatch(name)
    if match is None:
        raise Unpriceable(
            "unpriced", f"{zone.path} is {name[:60]!a}: only ordinary availability zones are priced"
        )
    return match["region"]


def _object_name(resource: Resource) -> object:
    metadata = resource.inputs.get("metadata")
    name = cast("Mapping[str, object]", metadata).get("name") if isinstance(metadata, Mapping) else None
    return name if isinstance(name, str) else None


ANY_KUBERNETES = "kubernetes"
"""Word by which a memo is forgotten after any object of Kubernetes has come."""


class Index:
    """The graph as known so far, indexed by type and by URN.

    `complete` is false while resources may still be registered: a reference that leads nowhere is then
    pending, not wrong.
    """

    def __init__(
        self,
        book: PriceBook,
        resources: Iterable[Resource] = (),
        *,
        region: str | None = None,
        complete: bool = True,
    ) -> None:
        self.book = book
        self.region = region
        self.complete = complete
        self._by_type: dict[str, dict[str, Resource]] = {}
        self._by_urn: dict[str, Resource] = {}
        self._parents: set[str] = set()
        self._memos: dict[Hashable, object] = {}
        self._until: dict[str, set[Hashable]] = {}
        for resource in resources:
            self.add(resource)

    def add(self, resource: Resource) -> None:
        """Register a resource; one with a known URN takes the earlier one's place."""
        earlier = self._by_urn.get(resource.urn)
        if earlier is not None:
            self._by_type[earlier.type].pop(earlier.urn, None)
            self._forget(earlier.type)
        self._forget(resource.type)
        self._forget(resource.urn)
        if is_kubernetes(resource):
            self._forget(ANY_KUBERNETES)
        self._by_urn[resource.urn] = resource
        if resource.parent is not None:
            self._parents.add(resource.parent)
        self._by_type.setdefault(resource.type, {})[resource.urn] = resource

    def memo(self, key: Hashable, make: Callable[[], T], until: Iterable[str]) -> T:
        """Make a value once, and again after a resource of one of these types or URNs has come."""
        if key not in self._memos:
            self._memos[key] = make()
            for word in until:
                self._until.setdefault(word, set()).add(key)
        return cast("T", self._memos[key])

    def _forget(self, word: str) -> None:
        for key in self._until.pop(word, ()):
            self._memos.pop(key, None)

    def all(self) -> Iterator[Resource]:
        """Walk the resources in the order of their registration."""
        yield from self._by_urn.values()

    def of_type(self, *types: str) -> list[Resource]:
        """List the resources of some types."""
        return [found for token in types for found in self._by_type.get(token, {}).values()]

    def named(self, name: str, *types: str) -> list[Resource]:
        """List the Kubernetes objects of some types with a name."""
        return [found for token in types for found in self._names(token).get(name, ())]

    def _names(self, token: str) -> Mapping[object, list[Resource]]:
        def names() -> Mapping[object, list[Resource]]:
            by_name: dict[object, list[Resource]] = {}
            for resource in self.of_type(token):
                by_name.setdefault(_object_name(resource), []).append(resource)
            return by_name

        return self.memo(("names", token), names, (token,))

    def has_children(self, urn: str) -> bool:
        """Say whether some resource names this one as its parent."""
        return urn in self._parents

    def with_urn(self, urn: str) -> Resource | None:
        """Find a resource by URN."""
        return self._by_urn.get(urn)

    def market(self, resource: Resource) -> Market:
        """Say where an AWS resource lies: its own `region`, its provider's, the graph's, the caller's."""
        inputs = inputs_of(resource)
        own = inputs["region"]
        region = own.text() if not own.absent else self._region(resource)
        zone = inputs["availabilityZone"]
        if not zone.absent and not zone.unknown:
            zone_region = region_of_zone(zone)
            if region is not None and region != zone_region:
                raise Unpriceable(
                    "invalid_value", f"availabilityZone lies in {zone_region}, but the region is {region}"
                )
            region = zone_region
        return self._market(() if region is None else (region,))

    def _region(self, resource: Resource) -> str | None:
        """Say where a resource's provider points, else where the graph lies.

        Raises:
            Unpriceable: it has a provider of its own, and where that points is not known.
        """
        if resource.region is not None:
            return resource.region
        urn = (resource.provider or "").rpartition("::")[0]
        name = urn.rpartition("::")[2]
        provider = self._by_urn.get(urn)
        if provider is not None and provider.type == AWS_PROVIDER:
            region = View(provider.inputs.get("region"), f"the region of provider {name}", refuse)
            return self.region if region.absent else region.text()
        if provider is None and f"::{AWS_PROVIDER}::" in urn and not name.startswith("default"):
            message = f"its provider {name[:60]!a} is not in the graph, so its region is not known"
            raise Unpriceable("unknown_value", message, pending=not self.complete)
        return self.region

    def cluster_market(self, resource: Resource) -> Market:
        """Say where a Kubernetes object's nodes lie: where the graph's clusters are, else as `market`.

        With clusters in several regions the object may belong to any of them: the dearest counts.
        """
        regions: set[str] = set()
        for cluster in self.of_type(CLUSTER):
            own = cluster.inputs.get("region")
            if own is UNKNOWN:
                raise Unpriceable("unknown_value", f"the region of {cluster.name} is not known")
            region = own if isinstance(own, str) else self._region(cluster)
            if region:
                regions.add(region)
        if not regions:
            return self.market(resource)
        return self._market(tuple(sorted(regions)))

    def _market(self, regions: tuple[str, ...]) -> Market:
        return Market(self.book, regions, bool(regions))

    def referred(self, resource: Resource, prop: str, types: tuple[str, ...]) -> list[Resource]:
        """List the resources of some types that a resource depends on, through one property if known."""
        through = resource.property_dependencies.get(prop, ()) if resource.property_dependencies else None
        urns = resource.dependencies if through is None else through
        found = [self._by_urn[urn] for urn in dict.fromkeys(urns) if urn in self._by_urn]
        return [target for target in found if target.type in types]
