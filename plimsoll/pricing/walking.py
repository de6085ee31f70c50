"""Walking nested inputs key by key, for what may be asked anywhere in them."""

import re
from collections.abc import Iterator, Mapping
from typing import cast

from plimsoll.graph.resource import UNKNOWN, Secret
from plimsoll.pricing.quantity import parse_quantity
from plimsoll.pricing.result import Unpriceable

_DEEPEST = 40

_ACCELERATOR = re.compile(
    r"nvidia\.com/(gpu|gpu\.shared|mig-[0-9a-z.]+)|amd\.com/gpu|aws\.amazon\.com/neuron(core|device)?"
    r"|habana\.ai/gaudi|gpu\.intel\.com/(i915|xe)",
    re.ASCII,
)
"""Extended resources by which pods ask for accelerators."""


def walk(value: object, key: str, depth: int = 0) -> Iterator[tuple[str, object]]:
    """Yield every key with its value, outer before inner. Looks inside secrets; prints nothing.

    Raises `Unpriceable` for nesting deeper than any real object has.
    """
    if depth > _DEEPEST:
        raise Unpriceable("invalid_value", "its inputs are nested too deeply to read")
    if isinstance(value, Secret):
        value = value.value
    yield key, value
    if isinstance(value, Mapping):
        for name, inner in cast("Mapping[object, object]", value).items():
            yield from walk(inner, str(name), depth + 1)
    elif isinstance(value, list | tuple):
        for inner in cast("list[object]", value):
            yield from walk(inner, key, depth + 1)


def asks_for_accelerator(key: str, value: object) -> bool:
    """Say whether this is a request for an accelerator: its resource name, with an amount above zero.

    A label of the same name (`nvidia.com/gpu: "true"`) is not one; an amount that is not known is.
    """
    if _ACCELERATOR.fullmatch(key) is None or isinstance(value, bool):
        return False
    if isinstance(value, str):
        amount = parse_quantity(value)
        return amount is not None and amount != 0
    return value is UNKNOWN or (isinstance(value, int | float) and value != 0)
