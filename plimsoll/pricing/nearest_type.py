"""A name that is no instance type is near those of its own family, then of its own letter: m5 is no g5."""

import re
from collections.abc import Collection

from plimsoll.ground.problems import nearest

_MOST_SIZES = 12

_CLASS = re.compile(r"(?P<head>[a-z0-9-]+-)(?P<name>[a-z0-9]+(?:\.[a-z0-9_]+)+)(?P<tail>(?:-[a-z-]+)?)")
"""An item of the catalogue that names a class of nodes between its service and its form."""


def nearest_type(name: str, known: Collection[str]) -> str:
    """Say what may have been meant, as ready text; "" where nothing is near.

    A family that exists is right, so only the size is wrong; else the letters before the first digit say
    what somebody wanted.
    """
    if not name.isascii():
        return ""
    family, _, size = name.lower().partition(".")
    sizes = sorted(each.partition(".")[2] for each in known if each.partition(".")[0] == family)
    if sizes:
        hint = nearest(size, sizes)
        has = ", ".join(sizes[:_MOST_SIZES]) + (", …" if len(sizes) > _MOST_SIZES else "")
        return hint.replace("mean '", f"mean '{family}.") or f"{family} has {has}"
    letters = _letters(name)
    return nearest(name, [each for each in known if _letters(each) == letters]) if letters else ""


def nearest_item(item: str, known: Collection[str]) -> str:
    """Say which class of the same service may have been meant, as ready text; "" where nothing is near."""
    asked = _CLASS.fullmatch(item)
    if asked is None:
        return ""
    found = [match for each in known if (match := _CLASS.fullmatch(each)) is not None]
    beside = [each["name"] for each in found if each.group("head", "tail") == asked.group("head", "tail")]
    return nearest(asked["name"], sorted(beside))


def _letters(name: str) -> str:
    head = name.lower()
    digits = [place for place, sign in enumerate(head) if sign.isdigit()]
    return head[: digits[0]] if digits else ""
