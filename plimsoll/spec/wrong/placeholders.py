"""A placeholder is what a template left in a spec; it is named before anything else is said of its value."""

import re
from collections.abc import Iterator
from typing import cast

from plimsoll.ground.paths import KeyPath
from plimsoll.ground.problems import Problem
from plimsoll.text.places import Source
from plimsoll.text.syntax import PLACEHOLDER

_WHOLE = re.compile(
    r"\$[A-Za-z_]\w*|<[A-Za-z][\w -]*>|__\w+__|(?i:changeme|change_me|todo|tbd|fixme|xxx+|your[-_ ]\w+)"
)
"""What people leave in a template where a value belongs, and nothing else stands there."""
_OWN = (("measured", "command"),)
"""Values in which variables belong: a shell reads them later."""


def placeholders(source: Source) -> list[Problem]:
    """Find every value that nobody has filled in."""
    return list(_within(source.value, ()))


def _within(value: object, path: KeyPath) -> Iterator[Problem]:
    if tuple(part for part in path if not isinstance(part, int)) in _OWN:
        return
    if isinstance(value, dict):
        for key, item in cast("dict[str, object]", value).items():
            yield from _within(item, (*path, key))
    elif isinstance(value, list):
        for place, item in enumerate(cast("list[object]", value)):
            yield from _within(item, (*path, place))
    elif isinstance(value, str) and (found := re.search(PLACEHOLDER, value) or _WHOLE.fullmatch(value)):
        what = f"{found.group()[:60]} is a placeholder that nobody has filled in"
        yield Problem(what, "", "write the value, or fill the template in first", path)
