"""What a provider recorded may be more than what the program asked for; the dearer of the two counts.

A program that ignores changes (`ignoreChanges`) leaves its inputs as they were while the resource grows; a
state knows both. Only what the inputs say is compared: what a provider fills in by itself is no claim.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from plimsoll.graph.resource import Graph, Resource
from plimsoll.graph.types import HELM_RELEASE
from plimsoll.graph.values import decoded
from plimsoll.ground.markers import UNKNOWN, Secret
from plimsoll.ground.tree import Json, is_list, is_object
from plimsoll.pricing.result import Priced

_NAMES = ("deviceName", "name", "key", "id")
"""Keys by which the objects of a list are told apart, whatever order a provider lists them in."""


def recorded(graph: Graph) -> Graph | None:
    """Lay what providers recorded over the inputs; None where nothing differs."""
    resources = tuple(map(_as_recorded, graph.resources))
    same = all(new is old for new, old in zip(resources, graph.resources, strict=True))
    return None if same else replace(graph, resources=resources)


def dearer(asked: Priced, reported: Priced) -> Priced:
    """Choose between two prices of one resource: what cannot be priced comes before any sum."""
    if asked.cannot_price or reported.cannot_price:
        return asked if asked.cannot_price else reported
    return reported if _most(reported) > _most(asked) else asked


def _most(priced: Priced) -> Decimal:
    return priced.known("ceiling")


def _as_recorded(resource: Resource) -> Resource:
    # A release records the chart that it resolved, not another amount of anything.
    if not resource.outputs or resource.external or resource.type == HELM_RELEASE:
        return resource
    reported = {key: decoded(resource.outputs[key]) for key in resource.inputs if key in resource.outputs}
    inputs = _overlaid(resource.inputs, reported)
    return resource if inputs is resource.inputs else replace(resource, inputs=inputs)


def _overlaid(asked: Json, reported: Json) -> Json:
    """Lay a recorded value over the one asked for; the very same object comes back where nothing differs."""
    if reported is None or reported == "" or asked is UNKNOWN or isinstance(asked, Secret):
        return asked
    if is_object(asked) and is_object(reported):
        return _mapping(asked, reported)
    if is_list(asked) and is_list(reported):
        return _list(asked, reported)
    return asked if _text(asked) == _text(reported) else reported


def _mapping(asked: Mapping[str, Json], reported: Mapping[str, Json]) -> Mapping[str, Json]:
    laid = {key: _overlaid(value, reported.get(key)) for key, value in asked.items()}
    return asked if all(laid[key] is value for key, value in asked.items()) else laid


def _list(asked: list[Json], reported: list[Json]) -> list[Json]:
    """Compare lists item by item where they are as long; else a provider's longer list is what there is."""
    if len(asked) != len(reported):
        return reported if len(reported) > len(asked) else asked
    if not any(map(is_object, asked)):
        return asked if sorted(map(_text, asked)) == sorted(map(_text, reported)) else reported
    laid = [_overlaid(item, _partner(item, place, reported)) for place, item in enumerate(asked)]
    return asked if all(new is old for new, old in zip(laid, asked, strict=True)) else laid


def _partner(item: Json, place: int, reported: Sequence[Json]) -> Json:
    for key in _NAMES if is_object(item) else ():
        if isinstance(item.get(key), str):
            return next((each for each in reported if is_object(each) and each.get(key) == item[key]), None)
    return reported[place]


def _text(value: Json) -> str:
    """Write a scalar so that 1, 1.0 and "1" are the same: providers change between them."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value).lower() if isinstance(value, bool) else str(value)
