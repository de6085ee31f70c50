"""A change puts another value at one key of a spec; what holds then is tried, never guessed."""

import json
from typing import Any, cast

from plimsoll.candidates.candidate import Candidate
from plimsoll.candidates.search import Search
from plimsoll.ground.start_up import record
from plimsoll.spec.workload import Workload


@record
class Change:
    """One change of the spec: a dotted path, what stands there, and the JSON value to put there."""

    path: str
    old: Any
    new: Any


class Trials:
    """Tries changes of one refused spec; each is tried once, however often it is asked for."""

    def __init__(self, search: Search) -> None:
        self.search = search
        self.workload = search.workload
        self._holding: dict[tuple[str, str], tuple[Candidate, ...]] = {}

    def holding(self, change: Change) -> tuple[Candidate, ...]:
        """List what holds under the changed spec, the choice first; nothing if that spec is not valid."""
        key = (change.path, json.dumps(change.new))
        if key not in self._holding:
            changed = apply(self.workload, change)
            self._holding[key] = self.search.holding_under(changed) if changed is not None else ()
        return self._holding[key]

    def best(self, change: Change) -> Candidate | None:
        """Choose under the changed spec."""
        return next(iter(self.holding(change)), None)


def apply(workload: Workload, change: Change) -> Workload | None:
    """Put a value at a dotted path of the spec; None if the changed spec is not valid."""
    data = workload.model_dump(mode="json", exclude_unset=True)
    holder = holder_of(data, change.path)
    if holder is None:
        return None
    node, last = holder
    node[last] = change.new
    try:
        return Workload.model_validate(data)
    except ValueError:
        return None


def holder_of(data: dict[str, Any], path: str) -> tuple[dict[str, Any], str] | None:
    """Find what holds the last key of a dotted path, made where it is missing; None where a value bars it."""
    node = data
    *parents, last = path.split(".")
    for key in parents:
        below = node.setdefault(key, {})
        if not isinstance(below, dict):
            return None
        node = cast("dict[str, Any]", below)
    return node, last
