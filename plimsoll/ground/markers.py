"""Two markers stand in plain data for what an engine does not say: a value not known yet, and a secret."""

from dataclasses import dataclass
from typing import Any, Final


class _Unknown:
    """The one value that stands for "not known before the update"."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "<unknown>"


UNKNOWN: Final = _Unknown()
"""An input that the engine does not know yet. It is never zero and never ignored."""


@dataclass(frozen=True, slots=True)
class Secret:
    """An input marked secret. Pricing may look inside; nothing may print it."""

    value: Any

    def __repr__(self) -> str:
        return "<secret>"
