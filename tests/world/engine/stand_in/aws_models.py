"""Judge AWS API calls by botocore's service models: names, types, enums, patterns, lengths."""

import re
from functools import cache
from typing import Any

from botocore.loaders import Loader
from botocore.model import ServiceModel, Shape

from tests.world.engine.stand_in.properties import is_unknown


@cache
def _service(name: str) -> ServiceModel:
    return ServiceModel(Loader().load_service_model(name, "service-2"), name)


def complaints(service: str, operation: str, params: dict[str, Any]) -> list[str]:
    """What the service's own model says against the parameters of a call."""
    shape = _service(service).operation_model(operation).input_shape
    return list(_against(params, shape, f"{service}:{operation}")) if shape else []


def _against(value: Any, shape: Shape, path: str) -> list[str]:
    if isinstance(value, str) and is_unknown(value):
        return []
    judge = {"structure": _structure, "list": _list, "map": _map, "string": _string}.get(shape.type_name)
    if judge is not None:
        return judge(value, shape, path)
    wanted: dict[str, tuple[type, ...]] = {
        "boolean": (bool,),
        "integer": (int,),
        "long": (int,),
        "double": (int, float),
        "float": (int, float),
    }
    kinds = wanted.get(shape.type_name)
    if kinds is None:
        return []
    if not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds):
        return [f"{path}: {value!r} is not a {shape.type_name}"]
    return _bounds(value, shape, path, "is")


def _structure(value: Any, shape: Any, path: str) -> list[str]:
    if not isinstance(value, dict):
        return [f"{path}: {value!r} is not a structure"]
    missing = [f"{path}: {name} is required" for name in shape.required_members if name not in value]
    unknown = [f"{path}: there is no {name}" for name in value if name not in shape.members]
    inner = [
        complaint
        for name, item in value.items()
        if name in shape.members
        for complaint in _against(item, shape.members[name], f"{path}.{name}")
    ]
    return missing + unknown + inner


def _list(value: Any, shape: Any, path: str) -> list[str]:
    if not isinstance(value, list):
        return [f"{path}: {value!r} is not a list"]
    inner = [
        complaint
        for index, item in enumerate(value)
        for complaint in _against(item, shape.member, f"{path}[{index}]")
    ]
    return _bounds(len(value), shape, path, "length is") + inner


def _map(value: Any, shape: Any, path: str) -> list[str]:
    if not isinstance(value, dict):
        return [f"{path}: {value!r} is not a map"]
    keys = [complaint for key in value for complaint in _against(key, shape.key, f"{path} key")]
    inner = [
        complaint for key, item in value.items() for complaint in _against(item, shape.value, f"{path}.{key}")
    ]
    return _bounds(len(value), shape, path, "size is") + keys + inner


def _string(value: Any, shape: Any, path: str) -> list[str]:
    if not isinstance(value, str):
        return [f"{path}: {value!r} is not a string"]
    if shape.enum and value not in shape.enum:
        return [f"{path}: {value!r} is not one of {', '.join(shape.enum[:8])}…"]
    found = _bounds(len(value), shape, path, "length is")
    pattern = shape.metadata.get("pattern")
    if pattern and not _matches(pattern, value):
        found.append(f"{path}: {value!r} does not match {pattern}")
    return found


@cache
def _matches(pattern: str, value: str) -> bool:
    try:
        return re.search(pattern, value, re.DOTALL) is not None
    except re.error:  # a few patterns are Java's own
        return True


def _bounds(size: float, shape: Shape, path: str, what: str) -> list[str]:
    low, high = shape.metadata.get("min"), shape.metadata.get("max")
    if low is not None and size < low:
        return [f"{path}: {what} {size}, less than {low}"]
    if high is not None and size > high:
        return [f"{path}: {what} {size}, more than {high}"]
    return []
