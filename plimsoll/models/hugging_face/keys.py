"""Keys of a Hugging Face `config.json` are read here with type and bounds; every problem is collected.

It is not a `View`: that one raises at the first value of a wrong kind, where a config is read to its end
so that one run names every key to mend. A value of a wrong kind is noted and stood in for; most facts have
several names, and the family of the model has defaults for those it leaves out.
"""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from plimsoll.ground.paths import KeyPath
from plimsoll.ground.problems import Problem

LARGEST_WHOLE = 10**9
"""No key of any published architecture comes near this; a larger number is a typing error."""

_MISSING_FIX = "add the key, or describe the model as {params_b: …} in the spec"


class Keys:
    """A mapping is read key by key; what is wrong is noted in `problems` instead of raised.

    Args:
        values: The (possibly nested) JSON object.
        problems: Where problems go; shared with nested readers.
        defaults: What Transformers assumes for keys that this kind of config leaves out or has as null.
        path: The way to this object in its file, for messages.
        published: The defaults of the config's class, for keys that stand in it under no name; a null is
            a value there. What was taken from them is noted in `taken`.
    """

    def __init__(
        self,
        values: Mapping[str, Any],
        problems: list[Problem],
        defaults: Mapping[str, Any] | None = None,
        path: KeyPath = (),
        published: Mapping[str, Any] | None = None,
    ) -> None:
        self.values = values
        self.problems = problems
        self.path = path
        self.taken: set[str] = set()
        self._defaults = defaults or {}
        self._published = published or {}

    def raw(self, *names: str) -> Any:  # noqa: ANN401 - JSON
        """Take the value of the first of `names` that is present and not null, else its default."""
        for name in names:
            found = self.values.get(name)
            if found is not None:
                return found
        for name in names:
            if name in self._defaults:
                return self._defaults[name]
        if any(name in self.values for name in names):
            return None
        return next((self._publish(name) for name in names if name in self._published), None)

    def changed(self, values: Mapping[str, Any]) -> "Keys":
        """Read the same object with other values in some keys."""
        return Keys({**self.values, **values}, self.problems, self._defaults, self.path, self._published)

    def _publish(self, name: str) -> Any:  # noqa: ANN401 - JSON
        self.taken.add(name)
        return self._published[name]

    def has(self, *names: str) -> bool:
        """Say whether any of `names` is present and not null."""
        return self.raw(*names) is not None

    def note(self, name: str, what: str, fix: str) -> None:
        """Note a problem at key `name`."""
        self.problems.append(Problem(what=what, fix=fix, path=(*self.path, name)))

    def whole(self, *names: str, default: int | None = None, low: int = 1) -> int:
        """Read a whole number ≥ `low`; a missing key without default is a problem and reads as `low`."""
        value: object = self.raw(*names)
        if value is None:
            if default is None:
                self.note(names[0], f"key {names[0]!r} is missing", _MISSING_FIX)
                return max(low, 1)
            return default
        value = _only(value)
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= LARGEST_WHOLE:
            self.note(
                self._present(names),
                f"{shown(value)} is not a whole number from {low} to {LARGEST_WHOLE:,}",
                "copy the value from the model's published config.json",
            )
            return max(low, 1)
        return value

    def flag(self, name: str, default: bool = False) -> bool:
        """Read a boolean; anything else is a problem and reads as the default."""
        value = self.raw(name)
        if value is None:
            return default
        if not isinstance(value, bool):
            self.note(name, f"{shown(value)} is not true or false", "write true or false")
            return default
        return value

    def text(self, name: str, default: str = "") -> str:
        """Read a string; anything else is a problem and reads as the default."""
        value = self.raw(name)
        if value is None:
            return default
        if not isinstance(value, str):
            self.note(name, f"{shown(value)} is not a string", "quote it")
            return default
        return value

    def items(self, name: str) -> Sequence[Any] | None:
        """Read a list, or None when absent; anything else is a problem and reads as None."""
        value = self.raw(name)
        if value is None:
            return None
        if not isinstance(value, list):
            self.note(name, f"{shown(value)} is not a list", "copy the list from the published config.json")
            return None
        return cast("list[Any]", value)

    def nested(self, name: str) -> Mapping[str, Any] | None:
        """Read a nested object, or None when absent; anything else is a problem and reads as None."""
        value = self.raw(name)
        if value is None:
            return None
        if not isinstance(value, dict):
            self.note(name, f"{shown(value)} is not an object", "copy it from the published config.json")
            return None
        return cast("dict[str, Any]", value)

    def _present(self, names: Sequence[str]) -> str:
        return next((name for name in names if self.values.get(name) is not None), names[0])


def _only(value: object) -> object:
    """Take the one value of a list that repeats it for every layer (Hunyuan); anything else as it is."""
    if not isinstance(value, list):
        return value
    entries = cast("list[object]", value)
    return entries[0] if entries and all(entry == entries[0] for entry in entries) else entries


def shown(value: object) -> str:
    """Write any value as short, printable text: long or hostile values must not flood a message."""
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) > 10**30:
        return "a number of more than 30 digits"
    text = repr(value) if isinstance(value, int | float | str | bool) else f"a {type(value).__name__}"
    return text if len(text) <= 60 else text[:57] + "…"
