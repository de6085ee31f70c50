"""Walk the inputs of a resource, whatever its type."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, cast

from plimsoll.graph.resource import UNKNOWN, Resource, Secret
from plimsoll.pricing.view import View

DEEPEST = 64
"""Levels below which nothing is looked for: no provider's schema nests this far."""


def objects(value: Any, path: str = "", depth: int = 0) -> Iterator[tuple[str, Mapping[str, Any]]]:  # noqa: ANN401
    """Yield every object inside a value with its path, the outermost first. Secrets are looked into."""
    if isinstance(value, Secret):
        value = value.value
    if depth > DEEPEST:
        return
    if isinstance(value, Mapping):
        mapping = cast("Mapping[str, Any]", value)
        yield path, mapping
        for key in mapping:
            yield from objects(mapping[key], f"{path}.{key}" if path else str(key), depth + 1)
    elif isinstance(value, Sequence) and not isinstance(value, str | bytes):
        for index, item in enumerate(cast("Sequence[Any]", value)):
            yield from objects(item, f"{path}[{index}]", depth + 1)


def values_of(resource: Resource, *keys: str) -> Iterator[View]:
    """Yield what stands under any of some keys, anywhere in the inputs."""
    for path, mapping in objects(resource.inputs):
        for key in keys:
            if key in mapping:
                yield View(mapping[key], f"{path}.{key}" if path else key)


def step(value: Any, *keys: str | int) -> Any:  # noqa: ANN401 - walks foreign data
    """Step into nested objects and lists; None where the way ends, `UNKNOWN` where it is not known yet."""
    for key in keys:
        if isinstance(value, Secret):
            value = value.value
        if value is UNKNOWN:
            return UNKNOWN
        if isinstance(value, Mapping):
            value = cast("Mapping[Any, Any]", value).get(key)
        elif isinstance(value, list | tuple) and isinstance(key, int):
            items = cast("Sequence[Any]", value)
            value = items[key] if key < len(items) else None
        else:
            return None
    return value


def mapping_at(value: Any, *keys: str | int) -> Mapping[str, Any]:  # noqa: ANN401 - walks foreign data
    """Step to an object; an empty one where there is none."""
    inner = step(value, *keys)
    return cast("Mapping[str, Any]", inner) if isinstance(inner, Mapping) else {}


def list_at(value: Any, *keys: str | int) -> Sequence[Any]:  # noqa: ANN401 - walks foreign data
    """Step to a list; an empty one where there is none."""
    inner = step(value, *keys)
    return cast("Sequence[Any]", inner) if isinstance(inner, list | tuple) else ()


def is_kind(resource: Resource, *kinds: str) -> bool:
    """Tell whether a resource is a Kubernetes object of one of some kinds, of any group and version."""
    return resource.type.startswith("kubernetes:") and resource.type.rpartition(":")[2] in kinds
