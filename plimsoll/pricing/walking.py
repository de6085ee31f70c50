"""Walking nested inputs key by key, for what may be asked anywhere in them."""

from collections.abc import Iterator, Mapping
from typing import cast

from plimsoll.graph import Secret
from plimsoll.pricing.result import Unpriceable

_DEEPEST = 40

ACCELERATOR_PREFIXES = (
    "nvidia.com/",
    "amd.com/gpu",
    "aws.amazon.com/neuron",
    "habana.ai/",
    "gpu.intel.com/",
)
"""Resource names by which pods ask for accelerators."""


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
    """Say whether a key and value ask for an accelerator."""
    return key.startswith(ACCELERATOR_PREFIXES) and value not in (0, "0", None)
