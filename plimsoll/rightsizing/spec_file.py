"""A proposal is put into the text of its spec: the parts that change are written anew, all else stays."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, cast

from plimsoll.ground.problems import Problem, SpecError
from plimsoll.importing.spec_text import part_lines
from plimsoll.rightsizing.patch import MeasuredChange
from plimsoll.spec.sections import key_of_number
from plimsoll.text.source import parse

_KEY = re.compile(r"([A-Za-z_]\w*)\s*:")


def rewritten(text: str, changes: Sequence[MeasuredChange], file: str) -> str:
    """Put changes into a spec; comments inside a part that changes are lost, all others stay.

    Raises:
        SpecError: the text is no spec of one document with its keys at the left.
    """
    value: dict[str, Any] = dict(parse(text.encode(), file).value)
    for each in changes:
        value = _put(value, (), each.change.split("."), each.to)
    lines = text.splitlines()
    for part in dict.fromkeys(each.change.partition(".")[0] for each in changes):
        new = list(part_lines(part, value[part])) if value.get(part) else []
        lines = _replaced(lines, part, new)
    written = "\n".join(lines) + "\n"
    if _read(written, file) != {key: item for key, item in value.items() if item != {}}:
        fix = "make the changes by hand: --format md lists them"
        raise SpecError(
            Problem("the spec cannot be rewritten", "its parts do not begin their lines", fix, file=file)
        )
    return written


def _read(text: str, file: str) -> Mapping[str, Any] | None:
    try:
        return parse(text.encode(), file).value
    except SpecError:
        return None


def _put(here: object, done: tuple[str, ...], path: Sequence[str], to: object) -> dict[str, Any]:
    """Copy a mapping with another value at a path; a number that stands for a mapping becomes one."""
    if isinstance(here, Mapping):
        found = dict(cast("Mapping[str, Any]", here))
    else:
        found = {} if here is None else {key_of_number(done): here}
    key, *rest = path
    if rest:
        found[key] = _put(found.get(key), (*done, key), rest, to)
    elif to is None:
        found.pop(key, None)
    else:
        found[key] = to
    return found


def _replaced(lines: Sequence[str], part: str, new: Sequence[str]) -> list[str]:
    """Put other lines in the place of a part; comments and blanks behind it belong to the next one."""
    starts = [at for at, line in enumerate(lines) if (match := _KEY.match(line)) and match[1] == part]
    if not starts:
        return [*lines, *new]
    start = starts[0]
    end = start + 1
    while end < len(lines) and not _KEY.match(lines[end]):
        end += 1
    while end > start + 1 and (not lines[end - 1].strip() or lines[end - 1].startswith("#")):
        end -= 1
    return [*lines[:start], *new, *lines[end:]]
