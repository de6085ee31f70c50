"""Foreign data is read here: strictly through a `View`, or loosely with `at`, `step` and `walk`.

A number is only as good as the inputs it is worked out from, so a `View` coerces nothing: an input that is
unknown, secret, absent, of the wrong type, NaN, negative or absurd raises the error that its room chose,
with a message that names the property and says which of these it is. The loose readers raise nothing:
where the way ends there is None.
"""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final, Literal, TypeAlias, TypeGuard, cast

from plimsoll.ground.markers import UNKNOWN, Secret
from plimsoll.ground.quantity import parse_quantity
from plimsoll.ground.start_up import record

Json: TypeAlias = Any
"""Anything JSON can hold; also an engine's promise of a value, which is judged as unknown."""

Trouble = Literal["unknown", "secret", "absent", "invalid", "absurd"]
"""What keeps a value from being read."""

Refuse = Callable[[Trouble, str], Exception]
"""A room's choice of error: it turns a trouble and its sentence into what a `View` raises."""

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


@record
class View:
    """A place inside foreign data: its value, the dotted path that leads there, and the room's errors."""

    value: object
    path: str
    refuse: Refuse

    def __getitem__(self, key: str) -> "View":
        """Step into an object. Missing keys and None are absent; a step into anything else is an error.

        A key that differs in case or word breaks alone is not missing: somebody meant it.
        """
        path = f"{self.path}.{key}" if self.path else key
        if self.absent:
            return View(ABSENT, path, self.refuse)
        mapping = self.mapping()
        found = mapping.get(key, ABSENT)
        if found is ABSENT and (other := _misspelt(key, mapping)) is not None:
            raise self.refuse("invalid", f"{path} is written {shown(other)}; the key is {key}")
        return View(found, path, self.refuse)

    @property
    def absent(self) -> bool:
        """True where nothing was written: no key, or None."""
        return self.value is ABSENT or self.value is None

    @property
    def unknown(self) -> bool:
        """True where the engine does not know the value yet."""
        return self.value is UNKNOWN

    def fail(self, why: str, trouble: Trouble = "invalid") -> Exception:
        """Build the error for a value that cannot be used."""
        return self.refuse(trouble, f"{self.path or 'inputs'} {why}")

    def known(self) -> object:
        """Return the value itself; refuse unknown and secret ones."""
        if self.value is UNKNOWN:
            raise self.refuse(
                "unknown",
                f"{self.path} is not known before the update; give a plain value where a price depends on it",
            )
        if isinstance(self.value, Secret):
            raise self.refuse(
                "secret",
                f"{self.path} is secret; a price would reveal it, so give a plain value",
            )
        return self.value

    def required(self) -> "View":
        """Refuse an absent value."""
        if self.absent:
            raise self.fail("is absent, and the price depends on it", "absent")
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
        return [View(item, f"{self.path}[{index}]", self.refuse) for index, item in enumerate(sequence)]

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
            raise self.fail(f"is more than {LARGEST_COUNT:,}: no real fleet is that large", "absurd")
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
            raise self.fail("is beyond any real quantity", "absurd")
        return number

    def decimal(self) -> Decimal:
        """Read a number that may have decimals, and may not be negative."""
        number = self._number(self.required().known())
        if number < 0:
            raise self.fail(f"is {shown(self.value)}: negative")
        if number > LARGEST_QUANTITY:
            raise self.fail("is beyond any real quantity", "absurd")
        return number

    def _number(self, value: object) -> Decimal:
        if isinstance(value, bool):
            raise self.fail(f"is {'true' if value else 'false'}, not a number")
        if isinstance(value, int):
            if abs(value) > LARGEST_QUANTITY:
                raise self.fail("is beyond any real quantity", "absurd")
            return Decimal(value)
        if isinstance(value, float):
            if not math.isfinite(value):
                raise self.fail(f"is {value}, not a finite number")
            return Decimal(repr(value))
        if isinstance(value, str) and value.replace(".", "", 1).isdecimal():
            raise self.fail(f"is the text {shown(value)}, not a number; write it without quotes")
        raise self.fail(f"is {shown(value)}, not a number; write one")


def _misspelt(key: str, mapping: Mapping[str, Any]) -> str | None:
    """Find a key that differs from the one asked for in capitals, underscores and dashes alone."""
    first = (key[:1].lower(), key[:1].upper())
    for name in mapping:
        if isinstance(cast("Any", name), str) and name[:1] in first and _plain(name) == _plain(key):
            return name
    return None


def _plain(key: str) -> str:
    return key.replace("_", "").replace("-", "").lower()


def is_object(value: Json) -> TypeGuard[dict[str, Json]]:
    """Tell whether it is a JSON object."""
    return isinstance(value, dict)


def is_list(value: Json) -> TypeGuard[list[Json]]:
    """Tell whether it is a JSON array."""
    return isinstance(value, list)


def is_number(value: Json) -> TypeGuard[int | float]:
    """Tell whether it is a number; a boolean is none."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def is_known(value: Json) -> bool:
    """Tell whether it is data. What the engine knows only later (an Output, an unknown) is not."""
    return value is None or isinstance(value, (str, int, float, bool, list, dict))


def step(value: Json, *keys: str | int) -> Json:
    """Step into nested objects and lists; None where the way ends, `UNKNOWN` where it is not known yet."""
    for key in keys:
        if isinstance(value, Secret):
            value = value.value
        if value is UNKNOWN:
            return UNKNOWN
        value = _below(value, key)
    return value


def _below(value: Json, key: str | int) -> Json:
    if isinstance(value, Mapping):
        return cast("Mapping[Any, Any]", value).get(key)
    if isinstance(value, list | tuple) and isinstance(key, int):
        items = cast("Sequence[Any]", value)
        return items[key] if key < len(items) else None
    return None


def mapping_at(value: Json, *keys: str | int) -> Mapping[str, Json]:
    """Step to an object; an empty one where there is none."""
    inner = step(value, *keys)
    return cast("Mapping[str, Any]", inner) if isinstance(inner, Mapping) else {}


def list_at(value: Json, *keys: str | int) -> Sequence[Json]:
    """Step to a list; an empty one where there is none."""
    inner = step(value, *keys)
    return cast("Sequence[Any]", inner) if isinstance(inner, list | tuple) else ()


def at(root: Json, path: str) -> Json:
    """Read what is at a dotted path of field names, or None; a secret is not opened."""
    for name in path.split("."):
        root = _below(root, name)
    return root


def objects_at(root: Json, path: str) -> Iterator[tuple[str, dict[str, Json]]]:
    """Yield the objects of the list at a dotted path, each with its own path."""
    listed = at(root, path)
    for index, item in enumerate(listed if is_list(listed) else ()):
        if is_object(item):
            yield f"{path}[{index}]", item


def texts_at(root: Json, path: str) -> list[str]:
    """List the strings of the list at a dotted path."""
    listed = at(root, path)
    return [item for item in (listed if is_list(listed) else ()) if isinstance(item, str)]


def join(path: str, name: str) -> str:
    """Write a path one step deeper; names with dots or slashes are put in brackets."""
    if any(sign in name for sign in "./ "):
        return f"{path}[{name}]"
    return f"{path}.{name}" if path else name


@record
class Spot:
    """A place that a walk comes by: its path, the key nearest above it, and what stands there."""

    path: str
    key: str
    value: Json


def walk(
    value: Json, key: str = "", *, deepest: int, too_deep: Exception | None = None, path: str = ""
) -> Iterator[Spot]:
    """Yield every place inside a value, the outermost first; secrets are looked into, nothing is printed.

    Below `deepest` levels nothing is looked for, and `too_deep` is raised where it is given.
    """
    if isinstance(value, Secret):
        value = value.value
    if deepest < 0:
        if too_deep is not None:
            raise too_deep
        return
    yield Spot(path, key, value)
    for place, name, inner in _inside(value, key, path):
        yield from walk(inner, name, deepest=deepest - 1, too_deep=too_deep, path=place)


def _inside(value: Json, key: str, path: str) -> Iterator[tuple[str, str, Json]]:
    """List what is one level below: its path, its key (an item has its list's), and its value."""
    if isinstance(value, Mapping):
        for name, inner in cast("Mapping[object, Any]", value).items():
            yield f"{path}.{name}" if path else str(name), str(name), inner
    elif isinstance(value, Sequence) and not isinstance(value, str | bytes):
        for index, inner in enumerate(cast("Sequence[Any]", value)):
            yield f"{path}[{index}]", key, inner


DEEPEST_SCHEMA = 64
"""Levels below which nothing is looked for: no provider's schema nests this far."""


def objects_within(value: Json) -> Iterator[tuple[str, Mapping[str, Json]]]:
    """Yield every object inside a value with its path, the outermost first. Secrets are looked into."""
    for spot in walk(value, deepest=DEEPEST_SCHEMA):
        inner = spot.value
        if isinstance(inner, Mapping):
            yield spot.path, cast("Mapping[str, Any]", inner)
