"""A setting is one key of a spec and another value for it, as `--set` takes it."""

import json
from collections.abc import Sequence
from typing import Any, cast

from plimsoll.candidates.change import Change, apply
from plimsoll.ground.start_up import record
from plimsoll.spec.workload import Workload


@record
class SpecSetting:
    """A dotted path of the spec, and the JSON value to put there."""

    path: str
    value: Any

    @property
    def typed(self) -> str:
        """Write it as `--set` takes it: `load.qps={peak: 14.4, average: 6}`."""
        return f"{self.path}={_flow(self.value)}"


def set_to(workload: Workload, settings: Sequence[SpecSetting]) -> Workload | None:
    """Read the spec as if it said these; None if it would not be a valid spec."""
    found: Workload | None = workload
    for each in settings:
        found = apply(found, Change(each.path, None, each.value)) if found is not None else None
    return found


def _flow(value: object) -> str:
    """Write a value as YAML in one line."""
    if isinstance(value, dict):
        items = cast("dict[str, object]", value).items()
        return "{" + ", ".join(f"{key}: {_flow(item)}" for key, item in items) + "}"
    return json.dumps(value)
