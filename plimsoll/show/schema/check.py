"""The schema of the check document is made from the gate's own records, which are the document."""

import json
from collections.abc import Mapping
from typing import Any, get_args, get_type_hints

from pydantic import TypeAdapter

from plimsoll.catalog.facts import PricesUsed
from plimsoll.gate.verdict import (
    SCHEMA,
    BudgetUsed,
    ExemptionUse,
    KnownMoney,
    LevelChange,
    Money,
    NotApplicable,
    Verdict,
    Violation,
)
from plimsoll.ground.canonical import keys
from plimsoll.pricing import BilledByUse, CannotPrice, Charge, CoveredByPools, FreeResource
from plimsoll.show.schema.json_nodes import DIALECT, Schema

_PARTS: Mapping[type, str] = {
    BilledByUse: "ByUse",
    BudgetUsed: "BudgetUsed",
    CannotPrice: "Refused",
    CoveredByPools: "Covered",
    ExemptionUse: "Exempted",
    FreeResource: "Free",
    KnownMoney: "Known",
    LevelChange: "Changed",
    Money: "Money",
    NotApplicable: "Skipped",
    PricesUsed: "Prices",
    Charge: "Line",
    Violation: "Broken",
}
"""The records of the document's parts and their published names, which users' programs refer to."""


def check_schema() -> Schema:
    """Derive the schema: every key is there, whatever its value; more keys may come."""
    made = TypeAdapter(Verdict).json_schema(mode="serialization")
    parts: dict[str, Schema] = made.pop("$defs")
    named = {name: _part(kind, parts[kind.__name__]) for kind, name in _PARTS.items()}
    # Pricing may come to refuse for more reasons than it knows today.
    del named["Refused"]["properties"]["code"]["enum"]
    head = _part(Verdict, made)
    form = {"description": head["properties"]["schema"]["description"], "const": SCHEMA}
    head["properties"]["schema"] = form
    defs = {name: named[name] for name in sorted(named)}
    whole = {"$schema": DIALECT, "title": "Plimsoll check document", "$defs": defs, **head}
    return json.loads(_renamed(json.dumps(whole)))


def _part(kind: type, made: Schema) -> Schema:
    """Describe one record as documents carry it: their keys, and the words for each."""
    words, _, _ = made["description"].partition("\n\n")
    meanings = _meanings(kind)
    properties = {
        key: {**_plain(made["properties"][name]), "description": meanings[name]}
        for key, name, _ in keys(kind)
    }
    return {"description": words, "properties": properties, "required": list(properties), "type": "object"}


def _plain(part: Schema) -> Schema:
    """Leave out a field's title, which says nothing new, and its default: no key is ever absent."""
    return {key: value for key, value in part.items() if key not in ("title", "default")}


def _meanings(kind: type[Any]) -> dict[str, str]:
    """Read the words that stand beside the fields of a record."""
    hints = get_type_hints(kind, include_extras=True)
    return {name: str(get_args(hint)[-1]) for name, hint in hints.items()}


def _renamed(text: str) -> str:
    """Refer to every part by its published name."""
    for kind, name in _PARTS.items():
        text = text.replace(f'"#/$defs/{kind.__name__}"', f'"#/$defs/{name}"')
    return text
