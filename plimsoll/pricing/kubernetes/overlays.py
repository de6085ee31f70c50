"""NodeOverlays make Karpenter believe that nodes have other resources or prices: neither costs anything.

A number that is smaller than what a node has lets a limit admit more nodes; that alone is counted. Prices of
overlays steer Karpenter's choice and change no bill.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import cast

from plimsoll.graph.resource import Resource
from plimsoll.graph.types import NODE_OVERLAYS
from plimsoll.pricing.index import Index
from plimsoll.pricing.inputs import inputs_of

_TYPE = "node.kubernetes.io/instance-type"


@dataclass(frozen=True, slots=True)
class Overlay:
    """What an overlay says that nodes have; `types` is None where it may speak of any instance type."""

    capacity: Mapping[str, Decimal]
    types: frozenset[str] | None

    def believed(self, kind: str, resource: str) -> Decimal | None:
        """Find how much Karpenter is told that a type has of a resource; None if nothing."""
        speaks = self.types is None or kind in self.types
        return self.capacity.get(resource) if speaks else None


def overlays_of(index: Index) -> tuple[Overlay, ...]:
    """Read every overlay of the graph."""
    return tuple(_overlay(each) for each in index.of_type(*NODE_OVERLAYS))


def _overlay(resource: Resource) -> Overlay:
    spec = inputs_of(resource)["spec"]
    capacity = {name: view.quantity() for name, view in spec["capacity"].entries()}
    return Overlay(capacity, _types(spec["requirements"].value))


def _types(requirements: object) -> frozenset[str] | None:
    """Read the types that an overlay names; what is written any other way may be any type."""
    if not isinstance(requirements, list | tuple):
        return None
    for each in cast("Sequence[object]", requirements):
        if not isinstance(each, Mapping):
            continue
        said = cast("Mapping[str, object]", each)
        values = said.get("values")
        if said.get("key") == _TYPE and said.get("operator") == "In" and isinstance(values, list | tuple):
            names = cast("Sequence[object]", values)
            if all(isinstance(name, str) for name in names):
                return frozenset(str(name) for name in names)
    return None
