"""JSON as tools write it: one value or one a line, `Infinity` and `NaN` where a number is endless or none."""

import json
from typing import Any

from plimsoll.ground.problems import Problem, SpecError

INFINITE = "inf"
"""What stands for `Infinity`, which vLLM writes so itself."""

_CONSTANTS: dict[str, Any] = {"Infinity": INFINITE, "-Infinity": "-inf", "NaN": None}


def tool_json(text: str, file: str) -> list[tuple[int, Any]]:
    """Read the values of a file, each with the line on which it begins.

    Raises:
        SpecError: the text is no JSON; a cut file is said to be cut.
    """
    decoder = json.JSONDecoder(parse_constant=_CONSTANTS.get)
    found: list[tuple[int, Any]] = []
    at = 0
    while (at := _after_space(text, at)) < len(text):
        line = text.count("\n", 0, at) + 1
        try:
            value, at = decoder.raw_decode(text, at)
        except json.JSONDecodeError as error:
            raise SpecError(_broken(error, text, file)) from None
        except RecursionError:
            raise SpecError(Problem("nested too deeply", "", "check the file", file=file)) from None
        found.append((line, value))
    return found


def _after_space(text: str, at: int) -> int:
    while at < len(text) and text[at] in " \t\r\n":
        at += 1
    return at


def _broken(error: json.JSONDecodeError, text: str, file: str) -> Problem:
    """Say where it ends to be JSON; one that ends inside a value was cut off."""
    cut = error.pos >= len(text.rstrip()) or error.msg.startswith("Unterminated string")
    what = "the file is cut off" if cut else "not JSON"
    fix = "copy it again, whole" if cut else "give the file as the tool wrote it"
    return Problem(what, error.msg.lower(), fix, "", file, error.lineno, error.colno)
