"""Published schemas share a dialect, and carry no titles of fields."""

from typing import Any, cast

DIALECT = "https://json-schema.org/draft/2020-12/schema"

Schema = dict[str, Any]


def untitled(node: object) -> object:
    """Drop the titles that pydantic makes of field names: they say nothing new."""
    if isinstance(node, dict):
        mapping = cast("dict[str, object]", node)
        return {
            key: untitled(value)
            for key, value in mapping.items()
            if not (key == "title" and isinstance(value, str))
        }
    if isinstance(node, list):
        return [untitled(item) for item in cast("list[object]", node)]
    return node
