"""The schema of a workload spec, for editors: the model's own, and the shorthands it cannot tell."""

from collections.abc import Iterator
from typing import cast

from pydantic import BaseModel, BeforeValidator
from pydantic.fields import FieldInfo

from plimsoll.show.schema.json_nodes import DIALECT, Schema, untitled
from plimsoll.spec.sections import parts
from plimsoll.spec.values import Many

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
_ONE_NUMBER = (
    ("Load", "qps"),
    ("Load", "input_tokens"),
    ("Load", "output_tokens"),
    ("Load", "audio_s"),
    ("Queue", "tasks_per_s"),
)
_ONE_OR_MANY = (
    ("Workload", "precision"),
    ("Workload", "regions"),
    ("Capacity", "allow"),
    ("Capacity", "deny"),
    ("Measured", "command"),
)


def spec_schema() -> Schema:
    """Derive the schema from the models that read a spec: each kind of work has its own."""
    service, kinds = _service_schema(), _run_schemas()
    head = {"$schema": DIALECT, "title": "Plimsoll workload spec"}
    shared = service.pop("$defs")
    defs: Schema = {"Workload": service, **shared}
    whole: Schema = {"$ref": f"{_REF}Workload"}
    for kind, (name, schema) in reversed(kinds.items()):
        defs |= {name: schema, **schema.pop("$defs")}
        named = {"const": kind, "description": "Kind of work."}
        said = {"properties": {"kind": named}, "required": ["kind"]}
        whole = {"if": said, "then": {"$ref": f"{_REF}{name}"}, "else": whole}
    examples = [_SMALLEST, _MEASURED, *(_OF_RUNS[kind] for kind in kinds)]
    return {**head, **whole, "$defs": dict(sorted(defs.items())), "examples": examples}


_REF = "#/$defs/"

_OF_RUNS = {
    "training": {
        "kind": "training",
        "model": "meta-llama/Llama-3.1-8B",
        "method": "lora",
        "load": {"tokens_b": 0.1},
        "sla": {"run_p50_h": 12},
        "budget": {"usd_per_run": 150},
    },
    "batch": {
        "kind": "batch",
        "model": "meta-llama/Llama-3.1-8B-Instruct",
        "load": {"requests": 1_000_000, "input_tokens": 256, "output_tokens": 128},
        "sla": {"run_p90_h": 8},
        "budget": {"usd_per_run": 120},
    },
}
"""The smallest spec of each kind of work that ends."""


def _run_schemas() -> dict[str, tuple[str, Schema]]:
    """Derive the schema of each kind of work that ends, by its kind."""
    from plimsoll.spec.runs.kinds import KINDS, run_kind

    kinds = {kind: run_kind(kind) for kind in KINDS}
    return {kind: (each.model.__name__, _run_schema(each.model)) for kind, each in kinds.items() if each}


def _run_schema(model: type[BaseModel]) -> Schema:
    """Derive one, and let one number or one word stand where the reader lets it."""
    whole = cast("Schema", untitled(model.model_json_schema()))
    for owner, fields in ((whole, model.model_fields), *_parts_of(whole, model)):
        for key, field in fields.items():
            noted = [part for each in (field.annotation, *field.metadata) for part in parts(each)]
            if Many in noted:
                options = _options(owner["properties"][key])
                options.insert(0, next(each["items"] for each in options if "items" in each))
            elif any(isinstance(part, BeforeValidator) for part in noted):
                options = _options(owner["properties"][key])
                first = next(
                    iter(whole["$defs"][options[0]["$ref"].rpartition("/")[2]]["properties"].values())
                )
                options.insert(
                    0, {name: first[name] for name in ("type", "minimum", "maximum") if name in first}
                )
    if "measured" in model.model_fields:
        whole["oneOf"] = [{"required": ["model"]}, {"required": ["measured"]}]
    for name, keys in _ONE_OF.items():
        if name in whole["$defs"]:
            whole["$defs"][name]["oneOf"] = [{"required": [key]} for key in keys]
    return whole


_ONE_OF = {"TrainingLoad": ("tokens_b", "samples")}
"""Sections of which exactly one of some keys must be there."""


def _parts_of(whole: Schema, model: type[BaseModel]) -> Iterator[tuple[Schema, dict[str, FieldInfo]]]:
    from plimsoll.spec.sections import Form

    seen = {each.__name__: each for each in Form(model).sections.values()}
    for name, part in whole["$defs"].items():
        if name in seen:
            yield part, dict(seen[name].model_fields)


def _service_schema() -> Schema:
    """Derive the schema of a service's spec."""
    from plimsoll.spec.workload import Workload

    whole = cast("Schema", untitled(Workload.model_json_schema()))
    defs: dict[str, Schema] = {**whole["$defs"], "Workload": whole}
    for owner, key in _ONE_NUMBER:
        options = _options(defs[owner]["properties"][key])
        target = options[0]["$ref"].rpartition("/")[2]
        first = next(iter(defs[target]["properties"].values()))
        options.insert(0, {name: first[name] for name in ("type", "minimum", "maximum")})
    for owner, key in _ONE_OR_MANY:
        field = defs[owner]["properties"][key]
        options = _options(field)
        options.insert(0, options[0]["items"])
    profile = _options(defs["Load"]["properties"]["profile"])
    profile[:1] = [{**profile[0], "minItems": hours, "maxItems": hours} for hours in (24, 168)]
    defs["Load"]["oneOf"] = [
        *({"required": [key]} for key in ("qps", "concurrency", "queue")),
        {"required": ["users", "requests_per_user_per_hour"]},
    ]
    defs["Measured"]["oneOf"] = [{"required": ["qps_per_replica"]}, {"required": ["task_mean_ms"]}]
    whole["oneOf"] = [{"required": ["model"]}, {"required": ["measured"]}]
    return whole


def _options(field: Schema) -> list[Schema]:
    """The alternatives of a field, made explicit where it has a single type."""
    if "anyOf" not in field:
        kind = {key: field.pop(key) for key in ("type", "items", "$ref") if key in field}
        field["anyOf"] = [kind]
    return field["anyOf"]
