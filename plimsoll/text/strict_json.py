"""JSON is read as strictly as its grammar: a key once, finite numbers, and nothing around it."""

import json
import math
import re
from typing import Any

from plimsoll.ground.problems import Problem


class NotJsonError(Exception):
    """A text is not the JSON that is wanted; `wrong_syntax` says that it may be another language."""

    def __init__(self, problem: Problem, *, wrong_syntax: bool = False) -> None:
        super().__init__(str(problem))
        self.problem = problem
        self.wrong_syntax = wrong_syntax


def read_json(text: str, file: str) -> Any:  # noqa: ANN401 - foreign JSON
    """Read one JSON value.

    Raises:
        NotJsonError: with the problem and its place.
    """
    try:
        return json.loads(text, object_pairs_hook=_unique, parse_float=_finite, parse_constant=_no_constant)
    except _TwiceError as error:
        problem = Problem(f"key {str(error)[:60]!a} is given twice", "", "remove one", file=file)
    except _NoNumberError as error:
        line, column = place_in(text, max(text.find(str(error)), 0))
        what, why = f"{str(error)[:40]} is not a number that can be held", "JSON has finite numbers only"
        problem = Problem(what, why, "write the number meant", "", file, line, column)
    except RecursionError:
        problem = Problem("nested too deeply", "", "check the file", file=file)
    except json.JSONDecodeError as error:
        raise _syntax(error, text, file) from None
    except ValueError as error:
        problem = Problem("not JSON", str(error)[:100], "check the file", file=file)
    raise NotJsonError(problem)


def _syntax(error: json.JSONDecodeError, text: str, file: str) -> NotJsonError:
    where = (error.lineno, error.colno)
    if error.msg == "Extra data" and text[error.pos] not in "{[":
        fix = f"cut off what follows line {error.lineno - 1}" if error.lineno > 1 else "cut it off"
        return NotJsonError(Problem("text stands after the JSON", "", fix, "", file, *where))
    problem = Problem("not JSON", error.msg.lower(), "check this line", "", file, *where)
    return NotJsonError(problem, wrong_syntax=True)


def text_before(text: str, file: str) -> Problem | None:
    """Say that words stand before JSON, as command lines write them; None where that is not so."""
    match = re.search(r"^[{\[]", text, re.MULTILINE)
    if match is None or _NOTHING.fullmatch(text[: match.start()]):
        return None
    try:
        _, end = json.JSONDecoder().raw_decode(text, match.start())
    except (ValueError, RecursionError):
        return None
    if text[end:].strip():
        return None
    line, _ = place_in(text, match.start())
    why = f"{text.lstrip().splitlines()[0][:60]!a}; the JSON begins in line {line}"
    fix = f"cut lines 1 to {line - 1} off" if line > 2 else "cut line 1 off"
    return Problem("text stands before the JSON", why, fix, "", file, 1, 1)


_NOTHING = re.compile(r"(?:[ \t]*(?:(?:#|---|%).*)?\n)*")
"""Lines that YAML may have before a value: empty ones, comments, directives."""


def place_in(text: str, at: int) -> tuple[int, int]:
    """Count the line and column of a position, both from 1."""
    return text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)


class _TwiceError(Exception):
    pass


class _NoNumberError(Exception):
    pass


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise _TwiceError(key)
        found[key] = value
    return found


def _no_constant(text: str) -> float:
    """NaN and Infinity are none of JSON's, and compare with nothing."""
    raise _NoNumberError(text)


def _finite(text: str) -> float:
    number = float(text)
    if not is_held(text, number):
        raise _NoNumberError(text)
    return number


def is_held(text: str, number: float) -> bool:
    """Tell whether a number says what was written: not infinite for the very large, not 0 for the tiny."""
    digits = re.search("[1-9]", re.split("[eE]", text)[0]) is not None
    return not (digits and (number == 0 or math.isinf(number)))
