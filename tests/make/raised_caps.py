"""Caps raised and removed one at a time: what each of them, and each layer of them, is worth."""

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from plimsoll.catalog.facts import Catalog
from plimsoll.gate.caps.bill import layer, layers, permitted
from plimsoll.gate.caps.reading import Cap, caps_of, lifted, put
from plimsoll.graph.resource import Graph, Resource
from plimsoll.ground.tree import step
from plimsoll.ground.units import exact_text


@dataclass(frozen=True, slots=True)
class Raised:
    """One more of one cap: what is then permitted, USD a month; None is no bound at all.

    `usd` is with every other cap in place, `alone` with only the layer that the cap belongs to. `held_by`
    are the other layers of which each still keeps the bill where it was, by itself.
    """

    cap: Cap
    usd: Decimal | None
    alone: Decimal | None
    held_by: tuple[str, ...]


def permitted_ceiling(graph: Graph, catalog: Catalog, region: str | None = None) -> Decimal:
    """The most that the caps of a graph permit it to cost in a month, USD; some bound is due."""
    ceiling = permitted(graph, catalog, region).ceiling
    assert ceiling is not None
    return ceiling


def raised_by_one(graph: Graph, catalog: Catalog, region: str | None = None) -> tuple[Raised, ...]:
    """Raise each cap of a graph by one, and say what that permits and which layers still hold."""
    today = permitted_ceiling(graph, catalog, region)
    # Not only equal: the same nodes in one pool instead of two may round to a cent less.
    holding = [
        name for name, usd in layers(graph, catalog, region).items() if usd is not None and usd <= today
    ]
    found: list[Raised] = []
    for cap in caps_of(graph):
        more, own = changed(graph, cap, cap.value + 1), layer(cap)
        usd = permitted(more, catalog, region).ceiling
        others = [each for each in caps_of(more) if layer(each) not in ("", own)]
        alone = permitted(lifted(more, others), catalog, region).ceiling if own else usd
        found.append(Raised(cap, usd, alone, tuple(name for name in holding if own and name != own)))
    return tuple(found)


def changed(graph: Graph, cap: Cap, value: Decimal) -> Graph:
    """The graph with another number in place of a cap, written as the old one was."""

    def apply(resource: Resource) -> Resource:
        if resource.urn != cap.urn:
            return resource
        new = _written(step(resource.inputs, *cap.path), value)
        return replace(resource, inputs=put(resource.inputs, cap.path, new))

    return replace(graph, resources=tuple(apply(resource) for resource in graph.resources))


def _written(old: Any, value: Decimal) -> Any:
    if isinstance(old, str):
        return exact_text(value) + ("Gi" if old.endswith("Gi") else "")
    return int(value)
