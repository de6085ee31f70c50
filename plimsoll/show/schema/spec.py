"""The schema of a workload spec, for editors: the model's own, and the shorthands it cannot tell."""

from typing import cast

from plimsoll.show.schema.json_nodes import DIALECT, Schema, untitled

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
    """Derive the schema from the model that reads a spec."""
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
    defs["Load"]["oneOf"] = [{"required": ["qps"]}, {"required": ["concurrency"]}, {"required": ["queue"]}]
    defs["Measured"]["oneOf"] = [{"required": ["qps_per_replica"]}, {"required": ["task_mean_ms"]}]
    whole["oneOf"] = [{"required": ["model"]}, {"required": ["measured"]}]
    head = {"$schema": DIALECT, "title": "Plimsoll workload spec"}
    return {**head, **whole, "examples": [_SMALLEST, _MEASURED]}


def _options(field: Schema) -> list[Schema]:
    """The alternatives of a field, made explicit where it has a single type."""
    if "anyOf" not in field:
        kind = {key: field.pop(key) for key in ("type", "items", "$ref") if key in field}
        field["anyOf"] = [kind]
    return field["anyOf"]
