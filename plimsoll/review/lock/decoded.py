"""Plain data becomes the records that it was written of: the other way of `plimsoll.ground.canonical`."""

from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from types import NoneType, UnionType
from typing import Any, Literal, Union, cast, get_args, get_origin, get_type_hints


class IllTypedError(Exception):
    """A value is not what the schema of a document has at its path."""

    def __init__(self, path: str, value: object, wanted: str) -> None:
        super().__init__(f"{ascii(value)[:40]} is not {wanted}")
        self.path = path


def kinds_of(of: type[Any]) -> dict[str, Any]:
    """Name the types of a record's fields, without what is noted beside them."""
    return get_type_hints(of)


def decoded(kind: Any, value: object, path: str) -> Any:  # noqa: ANN401 - any type of the schema
    """Read a value as one of a type; keys that the type does not have are passed over.

    Raises:
        IllTypedError: it is none; with the path to what is wrong.
    """
    origin, parts = get_origin(kind), get_args(kind)
    if origin in (Union, UnionType):
        return _one_of(parts, value, path)
    if origin is Literal:
        return _checked(value in parts, value, path, f"one of {', '.join(map(str, parts))}")
    if origin is tuple:
        _checked(isinstance(value, list), value, path, "a list")
        items = cast("list[object]", value)
        return tuple(decoded(parts[0], item, f"{path}[{index}]") for index, item in enumerate(items))
    if origin is not None and issubclass(origin, Mapping):
        _checked(isinstance(value, dict), value, path, "an object")
        members = cast("dict[str, object]", value).items()
        return {key: decoded(parts[1], item, f"{path}.{key}") for key, item in members}
    if is_dataclass(kind):
        return _record(cast("type[Any]", kind), value, path)
    return _leaf(kind, value, path)


def _one_of(kinds: tuple[Any, ...], value: object, path: str) -> Any:  # noqa: ANN401
    if value is None and NoneType in kinds:
        return None
    problem = IllTypedError(path, value, "of its type")
    for kind in (each for each in kinds if each is not NoneType):
        try:
            return decoded(kind, value, path)
        except IllTypedError as error:
            problem = error
    raise problem


def _record(kind: type[Any], value: object, path: str) -> Any:  # noqa: ANN401
    _checked(isinstance(value, dict), value, path, "an object")
    given, kinds = cast("dict[str, object]", value), kinds_of(kind)
    found: dict[str, Any] = {}
    for each in fields(kind):
        key = each.name.rstrip("_")
        if key in given:
            found[each.name] = decoded(kinds[each.name], given[key], f"{path}.{key}")
        elif each.default is MISSING and each.default_factory is MISSING:
            raise IllTypedError(f"{path}.{key}", None, "there")
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
        raise IllTypedError(path, value, wanted)
    return value
