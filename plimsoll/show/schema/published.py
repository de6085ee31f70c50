"""The JSON Schemas that are published: of the spec, for editors; of the documents, for programs.

They are derived from the types that the program itself uses, then completed by what those types
cannot say: the shorthands of the spec, and that a document's keys are never absent.
"""

import json
from typing import Any, cast

from pydantic import TypeAdapter

from plimsoll.show.schema import meanings as json_meanings

DIALECT = "https://json-schema.org/draft/2020-12/schema"

REF = "#/$defs/"

PUBLISHED = {"Clash": "Refusal"}
"""Published names of parts whose classes are called otherwise: programs know a part by this name."""

Schema = dict[str, Any]
Meanings = dict[str, dict[str, str]]


def text(document: str) -> str:
    """Write a schema as the published file holds it."""
    return json.dumps(schema(document), indent=2, ensure_ascii=False) + "\n"


def schema(document: str) -> Schema:
    """Derive the schema of the spec, or of the document that a command writes."""
    if document == "spec":
        return _spec()
    if document == "plan":
        from plimsoll.plan.write import Document

        return _one_or_several(_document("plan", Document, json_meanings.PLAN))
    if document == "check":
        from plimsoll.show.schema.check import check_schema

        return check_schema()
    from plimsoll.show.schema import listings as json_listings

    return _document(document, getattr(json_listings, document.capitalize()), {})


_SMALLEST = {
    "model": "meta-llama/Llama-3.1-8B-Instruct",
    "load": {"qps": 5, "input_tokens": 1000, "output_tokens": 200},
}
_MEASURED = {
    "measured": {
        "accelerator": "T4",
        "qps_per_replica": 120,
        "latency_p95_ms": 45,
        "cpu": 4,
        "memory_gib": 12,
        "source": "load test 2026-10-02",
    },
    "load": {"qps": 500},
    "sla": {"latency_p95_ms": 80},
}
_ONE_NUMBER = (("Load", "qps"), ("Load", "input_tokens"), ("Load", "output_tokens"))
_ONE_OR_MANY = (
    ("Workload", "precision"),
    ("Workload", "regions"),
    ("Capacity", "allow"),
    ("Capacity", "deny"),
    ("Measured", "command"),
)


def _spec() -> Schema:
    from plimsoll.spec.workload import Workload

    whole = cast("Schema", _untitled(Workload.model_json_schema()))
    defs: dict[str, Schema] = {**whole["$defs"], "Workload": whole}
    for owner, key in _ONE_NUMBER:
        options = _options(defs[owner]["properties"][key])
        target = options[0]["$ref"].rpartition("/")[2]
        first = next(iter(defs[target]["properties"].values()))
        options.insert(0, {name: first[name] for name in ("type", "exclusiveMinimum", "maximum")})
    for owner, key in _ONE_OR_MANY:
        field = defs[owner]["properties"][key]
        options = _options(field)
        options.insert(0, options[0]["items"])
    profile = _options(defs["Load"]["properties"]["profile"])
    profile[:1] = [{**profile[0], "minItems": hours, "maxItems": hours} for hours in (24, 168)]
    defs["Load"]["oneOf"] = [{"required": ["qps"]}, {"required": ["concurrency"]}]
    whole["oneOf"] = [{"required": ["model"]}, {"required": ["measured"]}]
    head = {"$schema": DIALECT, "title": "Plimsoll workload spec"}
    return {**head, **whole, "examples": [_SMALLEST, _MEASURED]}


def _options(field: Schema) -> list[Schema]:
    """The alternatives of a field, made explicit where it has a single type."""
    if "anyOf" not in field:
        kind = {key: field.pop(key) for key in ("type", "items") if key in field}
        field["anyOf"] = [kind]
    return field["anyOf"]


def _document(name: str, kind: type, meanings: Meanings) -> Schema:
    """The schema of a document: every key is there, whatever its value; more keys may come."""
    derived = _untitled(TypeAdapter(kind).json_schema(mode="serialization"))
    whole = cast("Schema", _published(derived))
    defs: dict[str, Schema] = whole.get("$defs", {})
    for owner, part in ((kind.__name__, whole), *defs.items()):
        if "properties" in part:
            fields = {key.rstrip("_"): value for key, value in part["properties"].items()}
            for key, meaning in meanings.get(owner, {}).items():
                if key in fields:
                    fields[key] = {**fields[key], "description": meaning}
            part["properties"] = fields
            part["required"] = list(fields)
    head = {"description": "Name and version of this document's form.", "const": f"plimsoll.dev/{name}/v1"}
    whole["properties"] = {"schema": head, **{k: v for k, v in whole["properties"].items() if k != "schema"}}
    whole["required"] = list(whole["properties"])
    return {"$schema": DIALECT, "title": f"Plimsoll {name} document", **whole}


def _one_or_several(single: Schema) -> Schema:
    """One spec gives its document; several give `plans` and their `total`."""
    head = {key: single.pop(key) for key in ("$schema", "title")}
    defs = single.pop("$defs")
    amount = {
        "anyOf": [{"type": "string"}, {"type": "null"}],
        "description": "US dollars a month; null if one of the workloads is refused.",
    }
    sums = {
        "type": "object",
        "description": "The three numbers.",
        "properties": dict.fromkeys(("floor", "expected", "ceiling"), amount),
        "required": ["floor", "expected", "ceiling"],
    }
    total = {
        "type": "object",
        "description": "The sum; parts that a cluster shares count once.",
        "properties": {"usd_per_month": sums},
        "required": ["usd_per_month"],
    }
    plans = {
        "type": "array",
        "description": "One document per spec, in the order given.",
        "items": {"$ref": "#/$defs/Document"},
    }
    several = {
        "type": "object",
        "description": "The answer to several specs.",
        "properties": {"schema": single["properties"]["schema"], "plans": plans, "total": total},
        "required": ["schema", "plans", "total"],
    }
    either = [{"$ref": "#/$defs/Document"}, {"$ref": "#/$defs/Several"}]
    return {**head, "anyOf": either, "$defs": {"Document": single, "Several": several, **defs}}


def _published(node: object) -> object:
    """Rename the parts of a schema whose published names differ from their classes' names."""
    if isinstance(node, dict):
        mapping = cast("dict[str, object]", node)
        renamed = {PUBLISHED.get(key, key): _published(value) for key, value in mapping.items()}
        return dict(sorted(renamed.items())) if PUBLISHED.keys() & mapping else renamed
    if isinstance(node, list):
        return [_published(item) for item in cast("list[object]", node)]
    if isinstance(node, str) and node.startswith(REF):
        name = node.removeprefix(REF)
        return REF + PUBLISHED.get(name, name)
    return node


def _untitled(node: object) -> object:
    """Drop the titles that pydantic makes of field names: they say nothing new."""
    if isinstance(node, dict):
        mapping = cast("dict[str, object]", node)
        return {
            key: _untitled(value)
            for key, value in mapping.items()
            if not (key == "title" and isinstance(value, str))
        }
    if isinstance(node, list):
        return [_untitled(item) for item in cast("list[object]", node)]
    return node
