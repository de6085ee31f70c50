"""The preview as JSON: `plimsoll.dev/preview/v1`, which `plimsoll check` reads back."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Any, cast

from plimsoll.graph.resource import Graph, Resource
from plimsoll.graph.values import HIDDEN, UNKNOWN_TEXT
from plimsoll.ground import meaning
from plimsoll.ground.canonical import usd_or_null
from plimsoll.ground.markers import UNKNOWN, Secret
from plimsoll.ground.meaning import NOT_PROMISED, Example
from plimsoll.preview.run import Preview
from plimsoll.pricing import Priced, ResourceCost
from plimsoll.show import json_text
from plimsoll.show.text import PIPED, Style

SCHEMA = "plimsoll.dev/preview/v1"


@dataclass(frozen=True, slots=True)
class Bounds:
    """Monthly US dollars with two decimals; null if something cannot be priced or has no bound."""

    floor: Annotated[str | None, "With no traffic.", Example("2727.75")]
    ceiling: Annotated[str | None, "The most it can cost.", Example("3051.64")]


@dataclass(frozen=True, slots=True)
class NotPriced:
    """A resource without a price."""

    urn: Annotated[str, "Resource."]
    code: Annotated[str, "Violation code."]
    message: Annotated[str, "Why it cannot be priced."]


@dataclass(frozen=True, slots=True)
class PreviewedResource:
    """One resource that the stack would create."""

    urn: Annotated[str, "Pulumi URN."]
    type: Annotated[str, "Pulumi type token."]
    name: Annotated[str, "Logical name."]
    custom: Annotated[bool, NOT_PROMISED]
    external: Annotated[bool, NOT_PROMISED]
    parent: Annotated[str | None, "URN of the parent."]
    provider: Annotated[str | None, "URN of the provider."]
    inputs: Annotated[dict[str, Any], "Inputs; secrets and unknown values are named, not shown."]
    dependencies: Annotated[list[str], "URNs it depends on."]
    property_dependencies: Annotated[dict[str, list[str]], NOT_PROMISED]
    usd_per_month: Annotated[Bounds, "What it can cost by itself."]


@dataclass(frozen=True, slots=True)
class PreviewDocument:
    """The resource graph of a stack, priced."""

    schema: Annotated[str, meaning.SCHEMA]
    project: Annotated[str, NOT_PROMISED]
    stack: Annotated[str, "Stack."]
    region: Annotated[str | None, "AWS region."]
    asked_on: Annotated[str | None, meaning.ASKED_ON]
    priced_on: Annotated[str | None, meaning.PRICED_ON]
    oldest_on: Annotated[str | None, meaning.OLDEST_ON]
    usd_per_month: Annotated[Bounds, "The whole graph, as the organisation pays it."]
    list_usd_per_month: Annotated[Bounds | None, "The same at list prices; null without a discounts file."]
    cannot_price: Annotated[list[NotPriced], "Resources without a price."]
    resources: Annotated[list[PreviewedResource], "Every resource, by URN."]


def document(graph: Graph, priced: Priced, asked_on: str | None = None) -> PreviewDocument:
    """Put a priced graph into its document: resources by URN, secrets left out."""
    costs, clock = priced.by_resource(), priced.clock(asked_on)
    free = ResourceCost(Decimal(0), Decimal(0))
    ordered = sorted(graph.resources, key=lambda resource: resource.urn)
    return PreviewDocument(
        schema=SCHEMA,
        project=graph.project,
        stack=graph.stack,
        region=graph.region,
        asked_on=clock.asked_on,
        priced_on=clock.priced_on,
        oldest_on=clock.oldest_on,
        usd_per_month=_bounds(ResourceCost(priced.floor, priced.ceiling)),
        list_usd_per_month=_bounds(ResourceCost(priced.floor_at_list, priced.ceiling_at_list))
        if priced.net
        else None,
        cannot_price=[NotPriced(each.urn, each.code, each.message) for each in priced.cannot_price],
        resources=[_resource(each, costs.get(each.urn) or free) for each in ordered],
    )


def as_json(answer: Preview, _: Style = PIPED) -> str:
    """Write the document."""
    return json_text.as_json(document(answer.graph, answer.priced, answer.catalog.asked_on))


def _resource(resource: Resource, cost: ResourceCost) -> PreviewedResource:
    return PreviewedResource(
        urn=resource.urn,
        type=resource.type,
        name=resource.name,
        custom=resource.custom,
        external=resource.external,
        parent=resource.parent,
        provider=resource.provider,
        inputs=writable(resource.inputs),
        dependencies=list(resource.dependencies),
        property_dependencies={key: list(urns) for key, urns in resource.property_dependencies.items()},
        usd_per_month=_bounds(cost),
    )


def _bounds(cost: ResourceCost) -> Bounds:
    return Bounds(usd_or_null(cost.floor), usd_or_null(cost.ceiling))


def writable(value: Any) -> Any:  # noqa: ANN401 - inputs of any shape
    """Plain JSON data: unknown values as Pulumi writes them, secrets hidden, keys sorted."""
    if value is UNKNOWN:
        return UNKNOWN_TEXT
    if isinstance(value, Secret):
        return HIDDEN
    if isinstance(value, Mapping):
        mapping = cast("Mapping[str, Any]", value)
        return {key: writable(mapping[key]) for key in sorted(mapping)}
    if isinstance(value, list | tuple):
        return [writable(item) for item in cast("list[Any]", value)]
    return value
