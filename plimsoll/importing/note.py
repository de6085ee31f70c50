"""A note says of a part of an imported spec where it was read, or that it could not be read."""

from collections.abc import Mapping
from dataclasses import field
from typing import Any

from plimsoll.ground.start_up import record

NOT_READ = "NOT READ"
"""How a comment marks what stands there for want of anything better."""


@record
class SpecPart:
    """Keys of a spec, and what is said of each by its dotted path."""

    keys: Mapping[str, Any] = field(default_factory=dict[str, Any])
    notes: Mapping[str, str] = field(default_factory=dict[str, str])


def not_read(why: str) -> str:
    """Word the note of what could not be read."""
    return f"{NOT_READ}: {why}"
