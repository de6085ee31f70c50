"""Strict reading of resource inputs.

A price is only as good as the inputs it is worked out from, so nothing is coerced here: an input that is
unknown, secret, absent, of the wrong type, NaN, negative or absurd raises `Unpriceable` with a message
that names the property and says which of these it is.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final, cast

from plimsoll.graph.resource import UNKNOWN, Secret
from plimsoll.pricing.quantity import parse_quantity
from plimsoll.pricing.result import Unpriceable

LARGEST_COUNT = 1_000_000
"""A count above this is a mistake or an attack, not a fleet: EC2 has no account of this size."""

LARGEST_QUANTITY = Decimal(10**18)

_SHOWN = 60


class _Absent:
    __slots__ = ()

    def __repr__(self) -> str:
        return "<absent>"


ABSENT: Final = _Absent()


def shown(value: object) -> str:
    """Write a value for a message: ASCII, short, and nothing secret."""
    if isinstance(value, Mapping):
        return "an object"
    if isinstance(value, list | tuple):
        return "a list"
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) > LARGEST_QUANTITY:
        return "an enormous integer"
    text = ascii(value)
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "…"


@dataclass(frozen=True, slots=True)
class View:
    """A place inside a resource's inputs: its value, and the dotted path that leads there."""

    value: object
    path: str = ""

    def __getitem__(self, key: str) -> "View":
        """Step into an object. Missing keys and None are absent; a step into anything else is an error."""
        path = f"{self.path}.{key}" if self.path else key
        if self.absent:
            return View(ABSENT, path)
        return View(self.mapping().get(key, ABSENT), path)

    @property
    def absent(self) -> bool:
        """True where nothing was written: no key, or None."""
        return self.value is ABSENT or self.value is None

    @property
    def unknown(self) -> bool:
        """True where the engine does not know the value yet."""
        return self.value is UNKNOWN

    def fail(self, why: str) -> Unpriceable:
        """Build the error for a value of the wrong kind."""
        return Unpriceable("invalid_value", f"{self.path or 'inputs'} {why}")

    def known(self) -> object:
        """Return the value itself; refuse unknown and secret ones."""
        if self.value is UNKNOWN:
            raise Unpriceable(
                "unknown_value",
                f"{self.path} is not known before the update; give a plain value where a price depends on it",
            )
        if isinstance(self.value, Secret):
            raise Unpriceable(
                "unknown_value",
                f"{self.path} is secret; a price would reveal it, so give a plain value",
            )
        return self.value

    def required(self) -> "View":
        """Refuse an absent value."""
        if self.absent:
            raise self.fail("is absent, and the price depends on it")
        return self

    def mapping(self) -> Mapping[str, Any]:
        """Read an object; absent is empty."""
        if self.absent:
            return {}
        value = self.known()
        if not isinstance(value, Mapping):
            raise self.fail(f"is {shown(value)}, not an object")
        return cast("Mapping[str, Any]", value)

    def entries(self) -> Iterator[tuple[str, "View"]]:
        """Walk an object's keys in sorted order."""
        for key in sorted(self.mapping(), key=str):
            if not isinstance(cast("Any", key), str):
                raise self.fail("has a key that is not text")
            yield key, self[key]

    def items(self) -> list["View"]:
        """Read a list; absent is empty."""
        if self.absent:
            return []
        value = self.known()
        if not isinstance(value, Sequence) or isinstance(value, str | bytes):
            raise self.fail(f"is {shown(value)}, not a list")
        sequence = cast("Sequence[Any]", value)
        return [View(item, f"{self.path}[{index}]") for index, item in enumerate(sequence)]

    def text(self, default: str | None = None) -> str:
        """Read a non-empty text; `default` stands in for an absent one."""
        if self.absent and default is not None:
            return default
        value = self.required().known()
        if not isinstance(value, str) or not value:
            raise self.fail(f"is {shown(value)}, not text")
        return value

    def flag(self, default: bool) -> bool:
        """Read true or false; the texts "true" and "false" are not."""
        if self.absent:
            return default
        value = self.known()
        if not isinstance(value, bool):
            raise self.fail(f"is {shown(value)}, not true or false")
        return value

    def count(self, default: int | None = None, *, least: int = 0) -> int:
        """Read a whole number of things. The engine hands every number over as a float: 3.0 is 3."""
        if self.absent and default is not None:
            return default
        number = self._number(self.required().known())
        if number != number.to_integral_value():
            raise self.fail(f"is {shown(self.value)}, not a whole number")
        if number < least:
            raise self.fail(f"is {int(number)}, less than {least}")
        if number > LARGEST_COUNT:
            raise self.fail(f"is more than {LARGEST_COUNT:,}: no real fleet is that large")
        return int(number)

    def quantity(self) -> Decimal:
        """Read a Kubernetes quantity in its base unit: a number, or a text such as "200Gi"."""
        value = self.required().known()
        if isinstance(value, str):
            parsed = parse_quantity(value)
            if parsed is None:
                raise self.fail(f'is {shown(value)}, not a Kubernetes quantity such as "16" or "200Gi"')
            number = parsed
        else:
            number = self._number(value)
        if number < 0:
            raise self.fail(f"is {shown(value)}: a negative quantity")
        if number > LARGEST_QUANTITY:
            raise self.fail("is beyond any real quantity")
        return number

    def decimal(self) -> Decimal:
        """Read a number that may have decimals, and may not be negative."""
        number = self._number(self.required().known())
        if number < 0:
            raise self.fail(f"is {shown(self.value)}: negative")
        if number > LARGEST_QUANTITY:
            raise self.fail("is beyond any real quantity")
        return number

    def _number(self, value: object) -> Decimal:
        if isinstance(value, bool):
            raise self.fail(f"is {'true' if value else 'false'}, not a number")
        if isinstance(value, int):
            if abs(value) > LARGEST_QUANTITY:
                raise self.fail("is beyond any real quantity")
            return Decimal(value)
        if isinstance(value, float):
            if not math.isfinite(value):
                raise self.fail(f"is {value}, not a finite number")
            return Decimal(repr(value))
        if isinstance(value, str):
            raise self.fail(f"is the text {shown(value)}, not a number; write it without quotes")
        raise self.fail(f"is {shown(value)}, not a number")
