"""The preview as JSON: `plimsoll.dev/preview/v1`, which `plimsoll check` reads back."""

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, cast

from plimsoll.graph.resource import Graph, Resource
from plimsoll.ground.markers import UNKNOWN, Secret
from plimsoll.ground.units import usd_text
from plimsoll.pricing import Priced, ResourceCost

SCHEMA = "plimsoll.dev/preview/v1"
UNKNOWN_TEXT = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
"""What Pulumi itself writes for a value that is not known yet."""
SECRET_TEXT = "[secret]"  # noqa: S105 - what stands in for one


def preview_json(graph: Graph, priced: Priced, priced_on: str) -> str:
    """The document as text, sorted keys, one final newline. Secrets are left out of it."""
    document = {
        "schema": SCHEMA,
        "project": graph.project,
        "stack": graph.stack,
        "region": graph.region,
        "priced_on": priced_on,
        "usd_per_month": _money(ResourceCost(priced.floor, priced.ceiling)),
        "cannot_price": [
            {"urn": problem.urn, "code": problem.code, "message": problem.message}
            for problem in priced.cannot_price
        ],
        "resources": _resources(graph, priced.by_resource()),
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _resources(graph: Graph, costs: Mapping[str, ResourceCost]) -> list[dict[str, Any]]:
    ordered = sorted(graph.resources, key=lambda found: found.urn)
    return [_resource(found, costs.get(found.urn)) for found in ordered]


def _resource(found: Resource, cost: ResourceCost | None) -> dict[str, Any]:
    return {
        "urn": found.urn,
        "type": found.type,
        "name": found.name,
        "custom": found.custom,
        "external": found.external,
        "parent": found.parent,
        "provider": found.provider,
        "inputs": writable(found.inputs),
        "dependencies": list(found.dependencies),
        "property_dependencies": {key: list(urns) for key, urns in found.property_dependencies.items()},
        "usd_per_month": _money(cost or ResourceCost(Decimal(0), Decimal(0))),
    }


def _money(cost: ResourceCost) -> dict[str, str | None]:
    return {
        "floor": None if cost.floor is None else usd_text(cost.floor),
        "ceiling": None if cost.ceiling is None else usd_text(cost.ceiling),
    }


def writable(value: Any) -> Any:  # noqa: ANN401 - inputs of any shape
    """Plain JSON data: unknown values as Pulumi writes them, secrets hidden, keys sorted."""
    if value is UNKNOWN:
        return UNKNOWN_TEXT
    if isinstance(value, Secret):
        return SECRET_TEXT
    if isinstance(value, Mapping):
        mapping = cast("Mapping[str, Any]", value)
        return {key: writable(mapping[key]) for key in sorted(mapping)}
    if isinstance(value, list | tuple):
        return [writable(item) for item in cast("list[Any]", value)]
    return value
