"""A draft reads a spec as it was written, of which some may still be wrong.

It is not a `View`: that one raises at the first value of a wrong kind, where here such a value reads as
absent. The schema reports it, with every other; a contradiction speaks only of what is well-formed.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, cast

from plimsoll.ground.paths import KeyPath
from plimsoll.ground.start_up import record


@record
class Draft:
    """A draft holds a spec as written; each of its readers gives None for what is absent or ill-formed."""

    data: Mapping[str, Any]

    def get(self, *path: str) -> object:
        """Read a value of any kind."""
        here: object = self.data
        for key in path:
            if not isinstance(here, Mapping):
                return None
            here = cast("Mapping[str, object]", here).get(key)
        return here

    def has(self, *path: str) -> bool:
        """Say whether a key was written and is not null."""
        return self.get(*path) is not None

    def number(self, *path: str) -> float | None:
        """Read a finite number."""
        value = self.get(*path)
        if isinstance(value, bool) or not isinstance(value, int | float):
            return None
        try:
            return float(value) if math.isfinite(value) else None
        except OverflowError:
            return None

    def amount(self, *path: str, key: str) -> float | None:
        """Read a number that may stand alone or under `key` of a mapping (`qps: 5`, `qps: {peak: 5}`)."""
        alone = self.number(*path)
        return alone if alone is not None else self.number(*path, key)

    def text(self, *path: str) -> str | None:
        """Read text."""
        value = self.get(*path)
        return value if isinstance(value, str) else None

    def texts(self, *path: str) -> Iterator[tuple[KeyPath, str]]:
        """Read text, or each text of a list, with its path."""
        value = self.get(*path)
        if isinstance(value, str):
            yield path, value
        elif isinstance(value, list | tuple):
            for index, item in enumerate(cast("Sequence[object]", value)):
                if isinstance(item, str):
                    yield (*path, index), item

    def keys(self, *path: str) -> list[str]:
        """List the keys of a mapping that are not null, in their order."""
        value = self.get(*path)
        if not isinstance(value, Mapping):
            return []
        mapping = cast("Mapping[str, object]", value)
        return [key for key, item in mapping.items() if item is not None]


def metric_of(key: str) -> str:
    """Name the metric of a latency key: `ttft` of `ttft_p95_ms`."""
    return key.partition("_")[0]
