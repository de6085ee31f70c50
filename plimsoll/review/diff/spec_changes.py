"""Two specs differ at these places: what stood there, and what stands there now, defaults filled in."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, cast

from plimsoll.ground.start_up import record


@record
class SpecChange:
    """One key of a spec that says something else."""

    path: Annotated[str, "Dotted path into the spec."]
    from_: Annotated[Any, "What stood there; null where nothing did."]
    to: Annotated[Any, "What stands there now; null where nothing does."]


def spec_changes(was: Mapping[str, Any], now: Mapping[str, Any]) -> tuple[SpecChange, ...]:
    """List every change, in the order of the spec's keys; a list counts whole."""
    return tuple(_between(was, now, ""))


def _between(was: Mapping[str, Any], now: Mapping[str, Any], inside: str) -> Iterator[SpecChange]:
    for key in dict.fromkeys([*was, *now]):
        old, new, path = was.get(key), now.get(key), f"{inside}{key}"
        if isinstance(old, dict) and isinstance(new, dict):
            yield from _between(cast("dict[str, Any]", old), cast("dict[str, Any]", new), f"{path}.")
        elif old != new:
            yield SpecChange(path, old, new)
