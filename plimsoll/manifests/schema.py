"""A judge holds a value to a structural OpenAPI v3 schema as the API server does with strict validation.

Unknown and missing fields, types, bounds, patterns, enumerations, duplicate list keys, and then the CEL
rules over the value with its defaults filled in. Sources: the Kubernetes documentation of structural
schemas and of `fieldValidation: Strict`, and what a v1.36 server answered to the corpus in
`tests/cases/mistakes`.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field

from plimsoll.ground.problems import Problem, nearest
from plimsoll.ground.tree import Json, is_known, is_list, is_number, is_object, join
from plimsoll.manifests.cel import CelError, evaluate

Schema = Mapping[str, Json]
Judge = Callable[["SchemaJudge", Json, Schema, str], Iterator[Problem]]

_PREFIX = "x-kubernetes-"


@dataclass(frozen=True, slots=True)
class SchemaJudge:
    """A judge knows the definitions that schemas point at.

    `null_is_absent` is how built-in kinds read a null; a custom resource has to allow it. The defaults
    of built-in kinds are zero values of their Go types, which hide a missing field: they stay out.
    """

    definitions: Mapping[str, Schema] = field(default_factory=dict[str, Schema])
    null_is_absent: bool = False

    def problems(self, value: Json, schema: Schema, path: str = "") -> Iterator[Problem]:
        """Yield everything that is wrong with a value, defaults applied."""
        filled = value
        if not self.null_is_absent and _plain(value):
            filled = deepcopy(value)
            self.fill(filled, schema)
        yield from self.against(filled, schema, path)

    def resolve(self, schema: Schema) -> Schema:
        """Follow references; `allOf` with one reference is how defaults are put beside one."""
        while True:
            alone = schema.get("allOf", ())
            pointer = schema.get("$ref") or (alone[0].get("$ref") if len(alone) == 1 else None)
            if pointer is None:
                return schema
            schema = self.definitions[pointer.rsplit("/", 1)[-1]]

    def fill(self, value: Json, schema: Schema) -> None:
        """Put defaults where fields are missing, in place, as the server does before it judges."""
        schema = self.resolve(schema)
        if is_list(value):
            for item in value:
                self.fill(item, schema.get("items", {}))
        elif is_object(value):
            for name, inner in schema.get("properties", {}).items():
                if name not in value and "default" in self.resolve(inner):
                    value[name] = deepcopy(self.resolve(inner)["default"])
                if name in value:
                    self.fill(value[name], inner)

    def against(self, value: Json, schema: Schema, path: str) -> Iterator[Problem]:
        """Yield the problems of a value that has its defaults."""
        schema = self.resolve(schema)
        if not is_known(value):
            return
        if value is None:
            if not (self.null_is_absent or schema.get("nullable")):
                yield Problem(f"null where {_expected(schema)} belongs", path=path)
            return
        if not _fits(value, schema):
            yield Problem(
                f"{_shown(value)} where {_expected(schema)} belongs", fix=_quoting(value, schema), path=path
            )
            return
        for judge in _JUDGES:
            yield from judge(self, value, schema, path)


def _plain(value: Json) -> bool:
    if is_object(value):
        return all(_plain(item) for item in value.values())
    if is_list(value):
        return all(_plain(item) for item in value)
    return is_known(value)


def _shown(value: Json) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}…"


def _expected(schema: Schema) -> str:
    if _is_either(schema):
        return "a whole number or a string"
    kinds = {"object": "an object", "array": "a list", "integer": "a whole number", "string": "a string"}
    return kinds.get(schema.get("type", ""), f"a {schema.get('type', 'value')}")


def _quoting(value: Json, schema: Schema) -> str:
    return "quote it" if schema.get("type") == "string" and isinstance(value, (bool, int, float)) else ""


def _is_either(schema: Schema) -> bool:
    return bool(schema.get(f"{_PREFIX}int-or-string")) or schema.get("format") == "int-or-string"


def _fits(value: Json, schema: Schema) -> bool:
    if _is_either(schema):
        return isinstance(value, (int, str)) and not isinstance(value, bool)
    tests: dict[str, bool] = {
        "array": is_list(value),
        "boolean": isinstance(value, bool),
        "integer": isinstance(value, int) and not isinstance(value, bool),
        "number": is_number(value),
        "object": is_object(value),
        "string": isinstance(value, str),
    }
    return tests.get(schema.get("type", ""), True)


def _fields(judge: SchemaJudge, value: Json, schema: Schema, path: str) -> Iterator[Problem]:
    if not is_object(value):
        return
    for name in schema.get("required", ()):
        if name not in value:
            yield Problem(f"required field {name} is missing", path=path)
    properties: Mapping[str, Schema] = schema.get("properties", {})
    for name, item in value.items():
        below = join(path, name)
        if name in properties:
            yield from judge.against(item, properties[name], below)
        else:
            yield from _further(judge, name, item, schema, path)
    yield from _count(len(value), schema, path, "Properties", "fields")


def _further(judge: SchemaJudge, name: str, item: Json, schema: Schema, path: str) -> Iterator[Problem]:
    further = schema.get("additionalProperties")
    if is_object(further):
        yield from judge.against(item, further, join(path, name))
        return
    open_ended = further is True or schema.get(f"{_PREFIX}preserve-unknown-fields")
    if not open_ended and "properties" in schema:
        yield Problem("unknown field", fix=nearest(name, list(schema["properties"])), path=join(path, name))


def _items(judge: SchemaJudge, value: Json, schema: Schema, path: str) -> Iterator[Problem]:
    if not is_list(value):
        return
    for index, item in enumerate(value):
        yield from judge.against(item, schema.get("items", {}), f"{path}[{index}]")
    yield from _count(len(value), schema, path, "Items", "items")
    keys = schema.get(f"{_PREFIX}list-map-keys")
    if keys:
        named = [tuple(item.get(key) for key in keys) for item in value if is_object(item)]
        yield from _twice(named, path, f"the same {' and '.join(keys)}")
    elif schema.get(f"{_PREFIX}list-type") == "set" or schema.get("uniqueItems"):
        yield from _twice(value, path, "the same value")


def _twice(items: Iterable[Json], path: str, what: str) -> Iterator[Problem]:
    seen: list[Json] = []
    for item in items:
        if item in seen:
            yield Problem(f"two items have {what}: {_shown(item)}", path=path)
            return
        seen.append(item)


def _count(size: int, schema: Schema, path: str, of: str, what: str) -> Iterator[Problem]:
    low, high = schema.get(f"min{of}", 0), schema.get(f"max{of}")
    if size < low:
        yield Problem(f"{size} {what}, at least {low} needed", path=path)
    if high is not None and size > high:
        yield Problem(f"{size} {what}, at most {high} allowed", path=path)


def _text(_judge: SchemaJudge, value: Json, schema: Schema, path: str) -> Iterator[Problem]:
    if not isinstance(value, str):
        return
    yield from _count(len(value), schema, path, "Length", "characters")
    pattern = schema.get("pattern")
    if pattern and not re.search(pattern, value):
        yield Problem(f"{_shown(value)} does not have the form {pattern}", path=path)


def _bounds(_judge: SchemaJudge, value: Json, schema: Schema, path: str) -> Iterator[Problem]:
    if not is_number(value):
        return
    low, high = schema.get("minimum"), schema.get("maximum")
    if low is not None and (value < low or (schema.get("exclusiveMinimum") and value == low)):
        yield Problem(f"{value} is less than {low}", path=path)
    if high is not None and (value > high or (schema.get("exclusiveMaximum") and value == high)):
        yield Problem(f"{value} is more than {high}", path=path)


def _listed(_judge: SchemaJudge, value: Json, schema: Schema, path: str) -> Iterator[Problem]:
    allowed = schema.get("enum")
    if allowed and value not in allowed:
        hint = nearest(value, [str(each) for each in allowed]) if isinstance(value, str) else ""
        yield Problem(f"{_shown(value)} is not one of {', '.join(map(str, allowed))}", fix=hint, path=path)


def _composed(judge: SchemaJudge, value: Json, schema: Schema, path: str) -> Iterator[Problem]:
    for part in schema.get("allOf", ()):
        yield from judge.against(value, part, path)
    if _is_either(schema):
        return  # its `anyOf` only repeats the two types
    for word, most in (("anyOf", None), ("oneOf", 1)):
        parts = schema.get(word, ())
        hits = sum(not any(judge.against(value, part, path)) for part in parts)
        if parts and (hits == 0 or (most and hits > most)):
            wanted = " or ".join(_alternative(part) for part in parts)
            yield Problem(f"needs {'exactly one of ' if most else ''}{wanted}", path=path)
    if "not" in schema and not any(judge.against(value, schema["not"], path)):
        yield Problem(f"must not be {_alternative(schema['not'])}", path=path)


def _alternative(part: Schema) -> str:
    return " and ".join(part.get("required", ())) or _expected(part)


def _rules(_judge: SchemaJudge, value: Json, schema: Schema, path: str) -> Iterator[Problem]:
    for rule in schema.get(f"{_PREFIX}validations", ()):
        text: str = rule["rule"]
        if "oldSelf" in text or not _plain(value):
            continue  # about a change, which a new object is not; or about a value known only later
        try:
            holds = evaluate(text, value)
        except CelError as error:
            yield Problem(f"cannot be judged by the rule {text}: {error}", path=path)
            continue
        if not holds:
            yield Problem(rule.get("message") or f"breaks the rule {text}", path=path)


_JUDGES: tuple[Judge, ...] = (_fields, _items, _text, _bounds, _listed, _composed, _rules)
