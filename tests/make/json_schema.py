"""Enough of JSON Schema 2020-12 to check our own schemas' use: the keywords that they contain, no more."""

import re
from collections.abc import Iterator
from typing import Any

_TYPES: dict[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "boolean": (bool,),
    "number": (int, float),
    "integer": (int,),
    "null": (type(None),),
}
_ANNOTATIONS = {"$schema", "$defs", "title", "description", "examples", "default"}
_CHECKS = {
    "minimum": lambda value, limit: value >= limit,
    "maximum": lambda value, limit: value <= limit,
    "exclusiveMinimum": lambda value, limit: value > limit,
    "exclusiveMaximum": lambda value, limit: value < limit,
    "minLength": lambda value, limit: len(value) >= limit,
    "maxLength": lambda value, limit: len(value) <= limit,
    "minItems": lambda value, limit: len(value) >= limit,
    "maxItems": lambda value, limit: len(value) <= limit,
    "pattern": lambda value, pattern: re.search(pattern, value) is not None,
}


def errors(value: object, schema: dict[str, Any], root: dict[str, Any], path: str = "$") -> Iterator[str]:
    """Everything in which a value breaks a schema.

    Raises:
        KeyError: the schema has a keyword that is not known here.
    """
    if "$ref" in schema:
        yield from errors(value, root["$defs"][schema["$ref"].rpartition("/")[2]], root, path)
    if "type" in schema and not _is(value, schema["type"]):
        yield f"{path}: not {schema['type']}"
        return
    if "const" in schema and value != schema["const"]:
        yield f"{path}: not {schema['const']!r}"
    if "enum" in schema and value not in schema["enum"]:
        yield f"{path}: not one of {schema['enum']}"
    yield from _choice_errors(value, schema, root, path)
    if "if" in schema:
        taken = "else" if any(errors(value, schema["if"], root, path)) else "then"
        yield from errors(value, schema[taken], root, path)
    for word in schema.keys() & _CHECKS.keys():
        if isinstance(value, _suited(word)) and not _CHECKS[word](value, schema[word]):
            yield f"{path}: {word} {schema[word]}"
    if isinstance(value, dict):
        yield from _object_errors(value, schema, root, path)
    for index, item in enumerate(value if isinstance(value, list) else ()):
        yield from errors(item, schema.get("items", {}), root, f"{path}[{index}]")
    _know_all(schema)


def _know_all(schema: dict[str, Any]) -> None:
    known = _CHECKS.keys() | _ANNOTATIONS | {"$ref", "type", "const", "enum", "anyOf", "oneOf", "items"}
    known |= {"if", "then", "else"}
    unknown = schema.keys() - known - {"properties", "required", "additionalProperties"}
    if unknown:
        raise KeyError(unknown)


def _choice_errors(value: object, schema: dict[str, Any], root: dict[str, Any], path: str) -> Iterator[str]:
    for word, most in (("anyOf", 99), ("oneOf", 1)):
        if word in schema:
            fitting = sum(not any(errors(value, option, root, path)) for option in schema[word])
            if not 1 <= fitting <= most:
                yield f"{path}: fits {fitting} of {word}"


def _suited(word: str) -> tuple[type, ...]:
    if word == "pattern" or word.endswith("Length"):
        return (str,)
    return (list,) if word.endswith("Items") else (int, float)


def _is(value: object, kind: str) -> bool:
    if isinstance(value, bool):
        return kind == "boolean"
    if kind == "integer" and isinstance(value, float):
        return value.is_integer()
    return isinstance(value, _TYPES[kind])


def _object_errors(
    value: dict[str, Any], schema: dict[str, Any], root: dict[str, Any], path: str
) -> Iterator[str]:
    properties = schema.get("properties", {})
    for key in schema.get("required", []):
        if key not in value:
            yield f"{path}: {key} is missing"
    others = schema.get("additionalProperties", {})
    for key, item in value.items():
        if key in properties:
            yield from errors(item, properties[key], root, f"{path}.{key}")
        elif others is False:
            yield f"{path}: unknown key {key}"
        elif isinstance(others, dict):
            yield from errors(item, others, root, f"{path}.{key}")
