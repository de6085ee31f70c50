"""Values of a tool's file: what is there is a number of the right kind, or the file is refused by name."""

import math
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, cast

from plimsoll.ground.problems import Problem, SpecError
from plimsoll.ground.start_up import record
from plimsoll.ground.tree import shown

AGAIN = "give the file as the tool wrote it"


@record
class Values:
    """A place in a tool's file, with the path that leads there."""

    value: Any
    path: str
    file: str

    def at(self, *keys: str) -> "Values":
        """Step down; where the way ends there is nothing."""
        value, path = self.value, self.path
        for key in keys:
            value = cast("Mapping[str, Any]", value).get(key) if isinstance(value, Mapping) else None
            path = f"{path}.{key}" if path else key
        return Values(value, path, self.file)

    @property
    def absent(self) -> bool:
        """Whether nothing stands there."""
        return self.value is None

    def fail(self, what: str, why: str = "", fix: str = AGAIN) -> SpecError:
        """Refuse what stands there."""
        return SpecError(Problem(what, why, fix, self.path, self.file))

    def number(self) -> float | None:
        """Read a number that is finite and not below 0; None where there is none."""
        value = self.value
        if value is None or (isinstance(value, float) and math.isnan(value)):
            return None
        if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < math.inf:
            return float(value)
        raise self.fail(f"{shown(value)} is no number of a load test", "it is finite and not below 0")

    def needed(self) -> float:
        """Read a number without which a run says nothing."""
        found = self.number()
        if found is None:
            raise self.fail("missing", "without it the run says nothing")
        return found

    def text(self) -> str | None:
        """Read a text; None where there is none."""
        return self.value if isinstance(self.value, str) and self.value else None


def day_of_epoch(seconds: float | None) -> str | None:
    """Name the day of a Unix time in UTC; None for no time, or one that no clock shows."""
    if seconds is None or not 0 < seconds < _LAST:
        return None
    return datetime.fromtimestamp(seconds, UTC).date().isoformat()


_LAST = 32_503_680_000
"""The year 3000: milliseconds that were taken for seconds lie beyond it."""


def day_of_text(text: str | None) -> str | None:
    """Name the day of an ISO 8601 time, or of vLLM's `20261120-101500`; None for anything else."""
    if text is None:
        return None
    day = text[:10]
    if len(text) >= 8 and text[:8].isdecimal():
        day = f"{text[:4]}-{text[4:6]}-{text[6:8]}"
    try:
        return datetime.fromisoformat(day).date().isoformat()
    except ValueError:
        return None
