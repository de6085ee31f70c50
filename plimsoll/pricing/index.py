"""What a resource is priced against: the price book, and the resources seen so far."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, cast

from plimsoll.graph.resource import Resource
from plimsoll.graph.types import CLUSTER, LAUNCH_CONFIGURATION, LAUNCH_TEMPLATE
from plimsoll.ground.markers import UNKNOWN
from plimsoll.ground.tree import View
from plimsoll.pricing.inputs import inputs_of
from plimsoll.pricing.market import Market, PriceBook
from plimsoll.pricing.result import Unpriceable

if TYPE_CHECKING:
    from plimsoll.pricing.hosts import Host
    from plimsoll.pricing.kubernetes.floor import Standing


_DECIDES_HOSTS = (
    CLUSTER,
    LAUNCH_TEMPLATE,
    LAUNCH_CONFIGURATION,
)
"""Types whose arrival may change what the nodes of a pool are."""

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
        self._names: dict[str, dict[object, list[Resource]]] = {}
        self.hosts: dict[str, Host] = {}
        self.standing: dict[str, list[Standing]] | None = None
        for resource in resources:
            self.add(resource)

    def add(self, resource: Resource) -> None:
        """Register a resource; one with a known URN takes the earlier one's place."""
        self.standing = None
        self._names.pop(resource.type, None)
        if resource.type in _DECIDES_HOSTS:
            self.hosts.clear()
        self.hosts.pop(resource.urn, None)
        earlier = self._by_urn.get(resource.urn)
        if earlier is not None:
            self._by_type[earlier.type].pop(earlier.urn, None)
        self._by_urn[resource.urn] = resource
        if resource.parent is not None:
            self._parents.add(resource.parent)
        self._by_type.setdefault(resource.type, {})[resource.urn] = resource

    def all(self) -> Iterator[Resource]:
        """Walk the resources in the order of their registration."""
        yield from self._by_urn.values()

    def of_type(self, *types: str) -> list[Resource]:
        """List the resources of some types."""
        return [found for token in types for found in self._by_type.get(token, {}).values()]

    def named(self, name: str, *types: str) -> list[Resource]:
        """List the Kubernetes objects of some types with a name."""
        found: list[Resource] = []
        for token in types:
            by_name = self._names.get(token)
            if by_name is None:
                by_name = self._names[token] = {}
                for resource in self.of_type(token):
                    by_name.setdefault(_object_name(resource), []).append(resource)
            found += by_name.get(name, [])
        return found

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
        region = resource.region or self.region
        if not own.absent:
            region = own.text()
        zone = inputs["availabilityZone"]
        if not zone.absent and not zone.unknown:
            zone_region = region_of_zone(zone)
            if region is not None and region != zone_region:
                raise Unpriceable(
                    "invalid_value", f"availabilityZone lies in {zone_region}, but the region is {region}"
                )
            region = zone_region
        return self._market(() if region is None else (region,))

    def cluster_market(self, resource: Resource) -> Market:
        """Say where a Kubernetes object's nodes lie: where the graph's clusters are, else as `market`.

        With clusters in several regions the object may belong to any of them: the dearest counts.
        """
        regions: set[str] = set()
        for cluster in self.of_type(CLUSTER):
            own = cluster.inputs.get("region")
            region = own if isinstance(own, str) else cluster.region
            if own is UNKNOWN:
                raise Unpriceable("unknown_value", f"the region of {cluster.name} is not known")
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
