"""Fields of a plan file are read strictly: what is missing or of another kind is named by its path."""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any, cast

from plimsoll.gate.inputs.reader import Json

NUMBER = re.compile(r"[0-9]{1,15}(\.[0-9]{1,20})?")


class UnreadableError(Exception):
    """A place of a plan is not what a plan has there."""

    def __init__(self, path: str, what: str) -> None:
        super().__init__(what)
        self.path = path


def at(value: Any, *keys: str) -> Any:  # noqa: ANN401 - foreign JSON
    """Take what stands at keys."""
    for index, key in enumerate(keys):
        if not isinstance(value, Mapping) or key not in value:
            raise UnreadableError(".".join(keys[: index + 1]), "missing")
        value = cast("Json", value)[key]
    return value


def list_of(value: Any, *keys: str) -> Sequence[Any]:  # noqa: ANN401 - foreign JSON
    """Take a list."""
    found = at(value, *keys)
    if not isinstance(found, list):
        raise UnreadableError(".".join(keys), "not a list")
    return cast("list[Any]", found)


def text(value: Any, *keys: str) -> str:  # noqa: ANN401 - foreign JSON
    """Take a text that says something."""
    found = at(value, *keys)
    if not isinstance(found, str) or not found:
        raise UnreadableError(".".join(keys), "not text")
    return found


def count(value: Any, *keys: str) -> int:  # noqa: ANN401 - foreign JSON
    """Take a whole number that may be a count."""
    found = at(value, *keys)
    if not isinstance(found, int) or isinstance(found, bool) or not 0 <= found <= 1_000_000:
        raise UnreadableError(".".join(keys), f"{ascii(found)[:40]} is not a count")
    return found


def decimal(value: Any, pattern: re.Pattern[str], *keys: str) -> Decimal:  # noqa: ANN401 - foreign JSON
    """Take an amount as it is written."""
    said = text(value, *keys)
    try:
        if pattern.fullmatch(said):
            return Decimal(said)
    except InvalidOperation:
        pass
    raise UnreadableError(".".join(keys), f"{ascii(said)[:40]} is not an amount")
