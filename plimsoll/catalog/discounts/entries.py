"""The values of a discounts file are checked one by one; each that is wrong is a problem with its place."""

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from typing import cast

from plimsoll.catalog.facts import Catalog
from plimsoll.ground.days import is_day
from plimsoll.ground.paths import KeyPath
from plimsoll.ground.problems import Problem, nearest
from plimsoll.text.places import Source

_DECIMAL = re.compile(r"[0-9]{1,9}(\.[0-9]{1,10})?")
MOST_INSTANCES = 100_000


class Entries:
    """Reads the values of one file, and keeps the problems that it meets."""

    def __init__(self, source: Source, catalog: Catalog) -> None:
        self.source = source
        self.catalog = catalog
        self.problems: list[Problem] = []

    def refuse(self, path: KeyPath, what: str, why: str = "", fix: str = "", *, of_key: bool = False) -> None:
        """Report what is wrong with a value, or with its key; of a value that is refused already, nothing."""
        if path not in self.source.refused:
            self.problems.append(self.source.placed(Problem(what, why, fix, path), of_key=of_key))

    def mapping(
        self, path: KeyPath, value: object, keys: Sequence[str], needed: Sequence[str] = ()
    ) -> dict[str, object]:
        """Read a mapping of known keys; what a wrong one would say is left out."""
        if not isinstance(value, dict):
            self.refuse(path, f"{_shown(value)} is no mapping", f"its keys are {', '.join(keys)}")
            return {}
        found = cast("dict[str, object]", value)
        for key in found:
            if key not in keys:
                fix = nearest(key, keys) or f"keys: {', '.join(keys)}"
                self.refuse((*path, key), f"unknown key {key[:60]!r}", "", fix, of_key=True)
        for key in needed:
            if key not in found:
                self.refuse(path, f"{key} is missing", "without it nothing can be worked out", f"add {key}")
        return {key: each for key, each in found.items() if key in keys}

    def entries(self, path: KeyPath, value: object) -> list[tuple[KeyPath, object]]:
        """Read a list; none where the key is not there."""
        if value is None:
            return []
        if not isinstance(value, list):
            self.refuse(path, f"{_shown(value)} is no list", "", "write one entry a line, each after '- '")
            return []
        return [((*path, index), item) for index, item in enumerate(cast("list[object]", value))]

    def decimal(self, path: KeyPath, value: object) -> Decimal | None:
        """Read a number as it is written, quoted or not; nothing below zero, nothing without end."""
        written = self.source.plain.get(path, value)
        if isinstance(written, str) and not isinstance(value, bool) and value is not None:
            try:
                if _DECIMAL.fullmatch(written):
                    return Decimal(written)
            except InvalidOperation:
                pass
        elif isinstance(written, int | float) and not isinstance(written, bool):
            return self.decimal(path, str(written))
        self.refuse(
            path, f"{_shown(written)} is no amount", "digits and a point, not below 0", 'write "3.50"'
        )
        return None

    def percent(self, path: KeyPath, value: object) -> Decimal | None:
        """Read a percentage, 0 to 100."""
        found = self.decimal(path, value)
        if found is not None and found > 100:
            self.refuse(
                path, f"{found} % is more than the whole", "a percentage is 0 to 100", "write 12 for 12 %"
            )
            return None
        return found

    def share(self, path: KeyPath, value: object) -> Decimal | None:
        """Read what a commitment pays of the list price, above 0 up to 1."""
        found = self.decimal(path, value)
        if found is not None and not 0 < found <= 1:
            self.refuse(
                path, f"{found} is no share of the list price", "it is above 0, up to 1", "write 0.63"
            )
            return None
        return found

    def count(self, path: KeyPath, value: object) -> int | None:
        """Read how many instances, 1 at least."""
        if isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= MOST_INSTANCES:
            return value
        self.refuse(
            path, f"{_shown(value)} is no count", f"a whole number, 1 to {MOST_INSTANCES:,}", "write 2"
        )
        return None

    def day(self, path: KeyPath, value: object) -> str | None:
        """Read a quoted day; null is none."""
        if value is None:
            return None
        if path in self.source.disputed:
            self.refuse(
                path,
                f"{value} is a date to some readers of YAML and text to others",
                "",
                f'quote it: "{value}"',
            )
            return None
        if isinstance(value, str) and is_day(value):
            return value
        self.refuse(path, f"{_shown(value)} is no day", "days are YYYY-MM-DD", 'write "2027-06-30"')
        return None

    def one_of(self, path: KeyPath, value: object, known: Sequence[str], what: str) -> str | None:
        """Read a name that must be one of those known."""
        if isinstance(value, str) and value in known:
            return value
        near = nearest(value, known) if isinstance(value, str) else ""
        listed = (
            f"one of {', '.join(known)}"
            if len(known) <= 10
            else "'plimsoll offers' lists those with accelerators"
        )
        self.refuse(path, f"no {what} {_shown(value)}", "", near or listed)
        return None

    def instance_type(self, path: KeyPath, value: object) -> str | None:
        """Read the exact name of an instance type."""
        return self.one_of(path, value, list(self.catalog.instance_types), "instance type")

    def family(self, path: KeyPath, value: object) -> str | None:
        """Read a family: the text before the dot of an instance type."""
        families = dict.fromkeys(name.partition(".")[0] for name in self.catalog.instance_types)
        return self.one_of(path, value, list(families), "family")

    def region(self, path: KeyPath, value: object) -> str | None:
        """Read a region that the catalogue has prices of."""
        if isinstance(value, str) and value in self.catalog.regions:
            return value
        # Only a mistake needs the map of the regions.
        from plimsoll.catalog.unknown_region import unknown_region

        problem = unknown_region(
            value if isinstance(value, str) else _shown(value), self.catalog.regions, path
        )
        self.problems.append(
            self.source.placed(replace(problem, why="a discount is of a region with prices"))
        )
        return None


def _shown(value: object) -> str:
    return "nothing" if value is None else ascii(value)[:60]
