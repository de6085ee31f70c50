"""A saved answer of an API is read: JSON, one answer or a list of them, with money as exact numbers."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, cast

from plimsoll.files.bounded import read_bounded
from plimsoll.ground.days import is_day
from plimsoll.ground.problems import Problem, SpecError
from plimsoll.ground.tree import Trouble, View
from plimsoll.text.strict_json import NotJsonError, read_json

MOST_BYTES = 1 << 28
"""Of a saved answer: months of days of a large account."""

_AGAIN = "save the whole answer again"


def answers_of(path: Path) -> list[View]:
    """Read the answers of a file.

    Raises:
        SpecError: it cannot be read, or is no JSON: cut off, for instance.
    """
    raw = read_bounded(path, MOST_BYTES)
    if len(raw) > MOST_BYTES:
        raise SpecError(Problem(f"larger than {MOST_BYTES:,} bytes", "", "save fewer days", file=str(path)))
    try:
        return answers_in(raw.decode("utf-8"), str(path))
    except UnicodeDecodeError:
        raise SpecError(Problem("not UTF-8 text", "", _AGAIN, file=str(path))) from None


def answers_in(text: str, file: str) -> list[View]:
    """Read the answers of a text; `file` is what messages call it.

    Raises:
        SpecError: it is no JSON: cut off, for instance.
    """
    try:
        found: object = read_json(text, file)
    except NotJsonError as error:
        raise SpecError(error.problem) from None
    several = cast("Sequence[object]", found) if isinstance(found, list) else [found]
    return [View(each, "", _refusal(file)) for each in several]


def _refusal(file: str) -> Any:  # noqa: ANN401 - a Refuse
    def refuse(_: Trouble, why: str) -> Exception:
        path, what = why.split(" ", 1)
        return SpecError(Problem(what, "", _AGAIN, path, file))

    return refuse


def amount(view: View) -> Decimal:
    """Read an amount, which may be negative and may be text; absent is 0.

    Raises:
        SpecError: it is no number.
    """
    value = "0" if view.absent else view.known()
    try:
        found = Decimal(repr(value) if isinstance(value, float) else str(value))
    except InvalidOperation:
        found = Decimal("NaN")
    if isinstance(value, bool) or not found.is_finite():
        raise view.fail(f"is {str(value)[:40]!r}, not an amount")
    return found


def day_of(view: View) -> date:
    """Read the day of a date or a time in UTC.

    Raises:
        SpecError: it is none.
    """
    text = view.text()[:10]
    if not is_day(text):
        raise view.fail(f"is {text!r}, not a day")
    return date.fromisoformat(text)


def keyed(view: View) -> Mapping[str, Any]:
    """Read an object; absent is empty."""
    return view.mapping()
