"""The JSON Schemas that are published: of the spec, for editors; of the documents, for programs.

They are derived from the records that the program itself writes, then completed by what those cannot say:
that a document's keys are never absent, and that several specs give several plans.
"""

import json
from collections.abc import Mapping
from importlib import import_module
from typing import Any, cast

from pydantic import TypeAdapter

from plimsoll.show.schema.fields import told
from plimsoll.show.schema.json_nodes import DIALECT, Schema, untitled
from plimsoll.show.schema.registry import PUBLISHED, Published


def text(document: str) -> str:
    """Write a schema as the published file holds it."""
    return json.dumps(schema(document), indent=2, ensure_ascii=False) + "\n"


def schema(document: str) -> Schema:
    """Derive the schema of the spec, or of a document that a command writes."""
    published = PUBLISHED[document]
    source = _named(published.source)
    if published.made:
        return source()
    single = _document(document, source, published)
    return _one_or_several(single, published) if published.several else single


def _named(source: str) -> Any:  # noqa: ANN401 - a record or a function
    module, _, name = source.partition(":")
    return getattr(import_module(module), name)


def _one_or_several(single: Schema, published: Published) -> Schema:
    """One spec gives its document; several give `plans` and their `total`, and what they are together."""
    head = {key: single.pop(key) for key in ("$schema", "title")}
    defs = single.pop("$defs")
    kinds, others = _otherwise(published)
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
    apart = {
        "type": "array",
        "description": "Runs that are not in the sum: nobody says how many a month.",
        "items": {"type": "string"},
    }
    total = {
        "type": "object",
        "description": "The sum; parts that a cluster shares count once.",
        "properties": {"usd_per_month": sums, "not_monthly": apart},
        "required": ["usd_per_month", "not_monthly"],
    }
    plans = {
        "type": "array",
        "description": "One document per spec, in the order given.",
        "items": {"anyOf": kinds},
    }
    together, parts = _beside(_named(published.beside), published)
    properties = {"schema": single["properties"]["schema"], "plans": plans, "total": total, **together}
    several = {
        "type": "object",
        "description": "The answer to several specs.",
        "properties": properties,
        "required": list(properties),
    }
    either = [*kinds, {"$ref": "#/$defs/Several"}]
    return {
        **head,
        "anyOf": either,
        "$defs": {"Document": single, "Several": several, **defs, **others, **parts},
    }


def _otherwise(published: Published) -> tuple[list[Schema], Schema]:
    """The documents of one spec, by kind of work, and the parts that another kind than a service's needs."""
    kinds: list[Schema] = [{"$ref": f"{_REF}Document"}]
    if not published.otherwise:
        return kinds, {}
    kind = _named(published.otherwise)
    whole = _document("plan", kind, published)
    parts = {**whole.pop("$defs"), kind.__name__: whole}
    for key in ("$schema", "title"):
        whole.pop(key)
    return [*kinds, {"$ref": f"{_REF}{kind.__name__}"}], parts


def _beside(kind: type, published: Published) -> tuple[Schema, Schema]:
    """The property that several documents have beside them, and the parts that it refers to."""
    whole, name = _derived(kind, published), kind.__name__
    parts = {**whole.pop("$defs", {}), name: whole}
    either = [{"$ref": f"{_REF}{name}"}, {"type": "null"}]
    return {name.lower(): {"anyOf": either, "description": f"{name}; null where none was asked for."}}, parts


def _document(name: str, kind: type, published: Published) -> Schema:
    """The schema of a document: every key is there, whatever its value; more keys may come."""
    whole = _derived(kind, published)
    head = {"description": "Name and version of this document's form.", "const": f"plimsoll.dev/{name}/v1"}
    whole["properties"] = {"schema": head, **{k: v for k, v in whole["properties"].items() if k != "schema"}}
    whole["required"] = list(whole["properties"])
    return {"$schema": DIALECT, "title": f"Plimsoll {name} document", **whole}


def _derived(kind: type, published: Published) -> Schema:
    """The schema of a record, under the published names of its parts, with the meanings of all fields."""
    derived = untitled(TypeAdapter(kind).json_schema(mode="serialization"))
    whole = cast("Schema", _renamed(derived, published.names))
    defs: dict[str, Schema] = whole.get("$defs", {})
    said = {published.names.get(owner, owner): fields for owner, fields in told(kind).items()}
    for owner, part in ((kind.__name__, whole), *defs.items()):
        if "properties" in part:
            _tell(part, said.get(owner, {}), by_name=published.by_name)
    return whole


def _tell(part: Schema, said: dict[str, Schema | None], *, by_name: bool) -> None:
    """Give the properties of one record their meanings, and leave out those that are not promised."""
    kept: dict[str, Schema] = {}
    for key, node in part["properties"].items():
        name = key.rstrip("_")
        more = said.get(name, {})
        if more is not None:
            kept[name] = dict(sorted({**node, **more}.items())) if by_name else {**node, **more}
    part["properties"], part["required"] = kept, list(kept)


_REF = "#/$defs/"


def _renamed(node: object, names: Mapping[str, str]) -> object:
    """Rename the parts of a schema whose published names differ from their classes' names."""
    if isinstance(node, dict):
        mapping = cast("dict[str, object]", node)
        renamed = {names.get(key, key): _renamed(value, names) for key, value in mapping.items()}
        return dict(sorted(renamed.items())) if names.keys() & mapping else renamed
    if isinstance(node, list):
        return [_renamed(item, names) for item in cast("list[object]", node)]
    if isinstance(node, str) and node.startswith(_REF):
        name = node.removeprefix(_REF)
        return _REF + names.get(name, name)
    return node
