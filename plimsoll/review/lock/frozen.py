"""A frozen plan is read back from its document, and nothing is solved: it is what was approved."""

from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from types import NoneType, UnionType
from typing import Any, Literal, Union, cast, get_args, get_origin, get_type_hints

from plimsoll.catalog.clock import Clock
from plimsoll.ground.problems import Problem, SpecError
from plimsoll.plan.plan import Plan
from plimsoll.plan.write import Document
from plimsoll.review.lock.opened import LockFile
from plimsoll.review.lock.record import Lock
from plimsoll.text.json_places import placed


class _IllTypedError(Exception):
    """A value is not what the schema of a plan has at its path."""

    def __init__(self, path: str, value: object, wanted: str) -> None:
        super().__init__(f"{ascii(value)[:40]} is not {wanted}")
        self.path = path


def frozen_plan(held: LockFile) -> Plan:
    """Read the plan of a lock as it stands there.

    It has no candidates: a lock keeps what was chosen.

    Raises:
        SpecError: the plan is not one of this release's schema.
    """
    try:
        return _plan(held.lock)
    except _IllTypedError as error:
        fix = "use the release that wrote it, or lock the spec again"
        problem = Problem(
            str(error), "the plan does not fit plimsoll.dev/plan/v1", fix, error.path, str(held.path)
        )
        raise SpecError(placed([problem], held.text, str(held.path))) from None


def _plan(lock: Lock) -> Plan:
    read = {key: kind for key, kind in _kinds(Document).items() if key not in _NOT_HELD}
    found = {key: _value(kind, lock.plan.get(key), f"plan.{key}") for key, kind in read.items()}
    for key in ("chosen", "latency", "cost", "serving", "autoscaling"):
        if found[key] is None:
            raise _IllTypedError(f"plan.{key}", None, "in a plan")
    days = {key: found.pop(key) for key in ("asked_on", "priced_on", "oldest_on")}
    return Plan(**found, candidates=(), clock=Clock(**days), traits=lock.work)


_OF_RUNS = frozenset({"run", "trainable_params", "checkpoint", "deadline", "alternative"})
"""Keys that are null in the plan of a service."""

_NOT_HELD = _OF_RUNS | {"schema", "outcome", "candidates", "refusal", "exit_code", "savings", "savings_not"}
"""Keys of the document that are no part of a plan's record, or of which a lock keeps nothing."""


def _kinds(of: type[Any]) -> dict[str, Any]:
    return get_type_hints(of)


def _value(kind: Any, value: object, path: str) -> Any:  # noqa: ANN401 - any type of the schema
    origin, parts = get_origin(kind), get_args(kind)
    if origin in (Union, UnionType):
        return _one_of(parts, value, path)
    if origin is Literal:
        return _checked(value in parts, value, path, f"one of {', '.join(map(str, parts))}")
    if origin is tuple:
        _checked(isinstance(value, list), value, path, "a list")
        items = cast("list[object]", value)
        return tuple(_value(parts[0], item, f"{path}[{index}]") for index, item in enumerate(items))
    if origin is not None and issubclass(origin, Mapping):
        _checked(isinstance(value, dict), value, path, "an object")
        members = cast("dict[str, object]", value).items()
        return {key: _value(parts[1], item, f"{path}.{key}") for key, item in members}
    if is_dataclass(kind):
        return _record(cast("type[Any]", kind), value, path)
    return _leaf(kind, value, path)


def _one_of(kinds: tuple[Any, ...], value: object, path: str) -> Any:  # noqa: ANN401
    if value is None and NoneType in kinds:
        return None
    problem = _IllTypedError(path, value, "of its type")
    for kind in (each for each in kinds if each is not NoneType):
        try:
            return _value(kind, value, path)
        except _IllTypedError as error:
            problem = error
    raise problem


def _record(kind: type[Any], value: object, path: str) -> Any:  # noqa: ANN401
    _checked(isinstance(value, dict), value, path, "an object")
    given, kinds = cast("dict[str, object]", value), _kinds(kind)
    found: dict[str, Any] = {}
    for each in fields(kind):
        key = each.name.rstrip("_")
        if key in given:
            found[each.name] = _value(kinds[each.name], given[key], f"{path}.{key}")
        elif each.default is MISSING and each.default_factory is MISSING:
            raise _IllTypedError(f"{path}.{key}", None, "there")
    return kind(**found)


_LEAVES: Mapping[Any, tuple[tuple[type, ...], str]] = {
    str: ((str,), "text"),
    bool: ((bool,), "true or false"),
    int: ((int,), "a whole number"),
    float: ((int, float), "a number"),
    NoneType: ((NoneType,), "null"),
}


def _leaf(kind: Any, value: object, path: str) -> Any:  # noqa: ANN401
    if kind not in _LEAVES:
        return value
    taken, wanted = _LEAVES[kind]
    return _checked(
        isinstance(value, taken) and (kind is bool) == isinstance(value, bool), value, path, wanted
    )


def _checked(good: bool, value: object, path: str, wanted: str) -> object:
    if not good:
        raise _IllTypedError(path, value, wanted)
    return value
