"""Policies are configured by the same JSON that `--policy-pack-config` takes.

`{"all": level, "<policy>": level | {"enforcementLevel": level, "<key>": value}}`. Everything wrong is
reported at once, with the nearest name that exists.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from plimsoll.gate.rule import Config, Rule
from plimsoll.gate.rules import RULES, rule_named
from plimsoll.gate.verdict import LEVELS, Level, LevelChange
from plimsoll.ground.problems import MOST_PROBLEMS, Problem, SpecError, first_of, nearest

_IGNORED = ("all", "environments")

_STRENGTH: Mapping[Level, int] = {"disabled": 0, "advisory": 1, "remediate": 2, "mandatory": 2}
"""A level is lowered where a weaker one replaces it: only the strongest two block."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Settings hold levels and values per policy; what is not set has the policy's own default.

    `file` is where they were read, for messages.
    """

    levels: Mapping[str, Level] = field(default_factory=dict[str, Level])
    values: Mapping[str, Config] = field(default_factory=dict[str, Config])
    file: str = ""

    def level(self, rule: Rule) -> Level:
        """Give the level that a policy is judged at."""
        return self.levels.get(rule.name, rule.level)

    def config(self, rule: Rule) -> Config:
        """Lay a policy's values over its schema's defaults."""
        return rule.defaults() | dict(self.values.get(rule.name, {}))

    def with_value(self, policy: str, key: str, value: object) -> "Settings":
        """Copy the settings with one value set."""
        values = {name: dict(config) for name, config in self.values.items()}
        values.setdefault(policy, {})[key] = value
        return Settings(self.levels, values, self.file)

    def changes(self) -> tuple[LevelChange, ...]:
        """List the policies whose level is not their default."""
        return tuple(
            LevelChange(rule.name, rule.level, level, _STRENGTH[level] < _STRENGTH[rule.level])
            for rule in RULES
            if (level := self.level(rule)) != rule.level
        )

    def blocking(self) -> frozenset[str]:
        """Name the policies whose violations block."""
        return frozenset(r.name for r in RULES if self.level(r) in ("mandatory", "remediate"))


def read_settings(data: object, file: str = "") -> Settings:
    """Read a configuration document.

    Raises:
        SpecError: it names a policy or key that does not exist, or a value that its schema refuses.
    """
    if not isinstance(data, Mapping):
        raise SpecError(Problem("the policy configuration is not an object", "", "write {…}", file=file))
    document = cast("Mapping[str, Any]", data)
    problems: list[Problem] = []
    levels: dict[str, Level] = {}
    values: dict[str, Config] = {}
    everywhere = document.get("all")
    if everywhere is not None and _check_level(everywhere, "all", problems):
        levels = {rule.name: cast("Level", everywhere) for rule in RULES}
    for name, entry in document.items():
        if name in _IGNORED:
            continue
        rule = rule_named(name)
        if rule is None:
            hint = _policy_meant(name) if len(problems) < MOST_PROBLEMS else ""
            problems.append(Problem(f"no policy {name[:60]!r}", "", hint, path=name[:60]))
            continue
        _read_entry(rule, entry, levels, values, problems)
    if problems:
        raise SpecError([_in_file(problem, file) for problem in first_of(problems)])
    return Settings(levels, values, file)


def _policy_meant(name: str) -> str:
    known = [rule.name for rule in RULES]
    return nearest(name, known) or f"policies: {', '.join(known)}"


def _read_entry(
    rule: Rule, entry: object, levels: dict[str, Level], values: dict[str, Config], problems: list[Problem]
) -> None:
    if isinstance(entry, str):
        if _check_level(entry, rule.name, problems):
            levels[rule.name] = cast("Level", entry)
        return
    if not isinstance(entry, Mapping):
        problems.append(
            Problem("neither a level nor an object", "", f"levels: {', '.join(LEVELS)}", rule.name)
        )
        return
    config = dict(cast("Mapping[str, Any]", entry))
    level = config.pop("enforcementLevel", None)
    if level is not None and _check_level(level, f"{rule.name}.enforcementLevel", problems):
        levels[rule.name] = cast("Level", level)
    problems += check_config(rule, config)
    values[rule.name] = config


def check_config(rule: Rule, config: Config) -> list[Problem]:
    """Check a policy's values against its schema."""
    problems: list[Problem] = []
    for key, value in config.items():
        path = f"{rule.name}.{key}"
        part = rule.schema.get(key)
        if part is None:
            near = nearest(key, list(rule.schema)) if len(problems) < MOST_PROBLEMS else ""
            hint = near or f"keys: {', '.join(rule.schema) or 'none'}"
            why = f"policy {rule.name} does not have it"
            problems.append(Problem(f"unknown key {key[:60]!r}", why, hint, path))
        else:
            problems += check_value(value, part, path)
    return problems


def check_value(value: object, schema: Mapping[str, Any], path: str) -> list[Problem]:
    """Check one value against the part of JSON Schema that the policies use."""
    expected = schema.get("type")
    if expected and not _is_type(value, expected):
        return [
            Problem(f"{_shown(value)} is not of type {expected}", schema.get("description", ""), "", path)
        ]
    problems: list[Problem] = []
    if "enum" in schema and value not in schema["enum"]:
        allowed = ", ".join(map(str, schema["enum"]))
        problems.append(Problem(f"{_shown(value)} is not one of {allowed}", "", "", path))
    if expected in ("number", "integer"):
        problems += _check_range(cast("float", value), schema, path)
    if expected == "array":
        for index, item in enumerate(cast("Sequence[object]", value)):
            problems += check_value(item, schema.get("items", {}), f"{path}[{index}]")
    if expected == "object":
        problems += _check_object(cast("Mapping[str, object]", value), schema, path)
    return problems


def _check_range(value: float, schema: Mapping[str, Any], path: str) -> Iterable[Problem]:
    if "exclusiveMinimum" in schema and not value > schema["exclusiveMinimum"]:
        yield Problem(f"{_shown(value)} is not above {schema['exclusiveMinimum']}", "", "", path)
    if "minimum" in schema and value < schema["minimum"]:
        yield Problem(f"{_shown(value)} is below {schema['minimum']}", "", "", path)
    if "maximum" in schema and value > schema["maximum"]:
        yield Problem(f"{_shown(value)} is above {schema['maximum']}", "", "", path)


def _check_object(value: Mapping[str, object], schema: Mapping[str, Any], path: str) -> list[Problem]:
    properties = schema.get("properties")
    problems: list[Problem] = []
    for key, item in value.items():
        if properties is None:
            problems += check_value(item, schema.get("additionalProperties", {}), f"{path}.{key}")
        elif key in properties:
            problems += check_value(item, properties[key], f"{path}.{key}")
        else:
            hint = nearest(key, list(properties)) or f"keys: {', '.join(properties)}"
            problems.append(Problem(f"unknown key {key[:60]!r}", "", hint, path))
    missing = [key for key in schema.get("required", ()) if key not in value]
    return problems + [Problem(f"{key} is missing", "", "", path) for key in missing]


def _is_type(value: object, expected: str) -> bool:
    if expected == "boolean":
        return isinstance(value, bool)
    if expected == "number":
        return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    if expected == "integer":
        whole = isinstance(value, int) or (isinstance(value, float) and value.is_integer())
        return whole and not isinstance(value, bool)
    kinds: Mapping[str, type | tuple[type, ...]] = {"string": str, "array": (list, tuple), "object": Mapping}
    return isinstance(value, kinds[expected])


def _check_level(level: object, path: str, problems: list[Problem]) -> bool:
    if level in LEVELS:
        return True
    hint = nearest(level, LEVELS) if isinstance(level, str) else ""
    problems.append(
        Problem(f"{_shown(level)} is not a level", "", hint or f"levels: {', '.join(LEVELS)}", path)
    )
    return False


def _shown(value: object) -> str:
    return ascii(value)[:60]


def _in_file(problem: Problem, file: str) -> Problem:
    return Problem(problem.what, problem.why, problem.fix, problem.path, file)
