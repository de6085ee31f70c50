"""Read a text that is JSON or YAML, whichever it begins like; JSON is read as strictly as YAML is."""

import json
import math
import re
from collections.abc import Callable
from typing import Any, cast

from plimsoll.ground.problems import Problem
from plimsoll.text.documents import documents_of


def either_documents(
    text: str, file: str, problems: list[Problem], is_document: Callable[[object], bool]
) -> list[Any]:
    """Read the documents of a text, whatever of the two it is; what cannot be read is a problem.

    A JSON list is as many documents if each of its items is one.
    """
    if not text.strip():
        problems.append(Problem("the file is empty", "", "give a document to judge", file=file))
        return []
    if text.lstrip()[:1] not in "{[":
        start = _json_after(text)
        if start is not None:
            problems.append(_talk(text, start, file))
            return []
        return documents_of(text, file, problems)
    try:
        parsed = json.loads(
            text, object_pairs_hook=_unique, parse_float=_finite, parse_constant=_no_constant
        )
    except _TwiceError as error:
        problems.append(Problem(f"key {str(error)[:60]!a} is given twice", "", "remove one", file=file))
        return []
    except RecursionError:
        problems.append(Problem("nested too deeply", "", "check the file", file=file))
        return []
    except _NoNumberError as error:
        at = max(text.find(str(error)), 0)
        line, column = text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)
        what, why = f"{str(error)[:40]} is not a number that can be held", "JSON has finite numbers only"
        problems.append(Problem(what, why, "write the number meant", "", file, line, column))
        return []
    except json.JSONDecodeError as error:
        if error.msg == "Extra data" and text[error.pos] not in "{[":
            what, fix = "text stands after the JSON", f"cut off what follows line {error.lineno - 1}"
            problems.append(Problem(what, "", fix, "", file, error.lineno, error.colno))
            return []
        if file.endswith(".json") or text.lstrip()[0] == "[":
            where = (error.lineno, error.colno)
            problems.append(Problem("not JSON", error.msg.lower(), "check this line", "", file, *where))
            return []
        return documents_of(text, file, problems)
    except ValueError as error:
        problems.append(Problem("not JSON", str(error)[:100], "check the file", file=file))
        return []
    several = isinstance(parsed, list) and all(map(is_document, cast("list[Any]", parsed)))
    return cast("list[Any]", parsed) if several else [parsed]


def _json_after(text: str) -> int | None:
    """Find where JSON begins in a text that begins otherwise, and holds nothing after it."""
    match = re.search(r"^[{\[]", text, re.MULTILINE)
    if match is None or re.fullmatch(r"(?:[ \t]*(?:(?:#|---|%).*)?\n)*", text[: match.start()]):
        return None
    try:
        _, end = json.JSONDecoder().raw_decode(text, match.start())
    except (ValueError, RecursionError):
        return None
    return None if text[end:].strip() else match.start()


def _talk(text: str, start: int, file: str) -> Problem:
    line = text.count("\n", 0, start) + 1
    said = text.lstrip().splitlines()[0][:60]
    fix = f"cut lines 1 to {line - 1} off" if line > 2 else "cut line 1 off"
    return Problem("text stands before the JSON", f"{said!a}; the JSON begins in line {line}", fix, "", file, 1, 1)


class _TwiceError(Exception):
    pass


class _NoNumberError(Exception):
    pass


def _no_constant(text: str) -> float:
    """NaN and Infinity are none of JSON's, and compare with nothing."""
    raise _NoNumberError(text)


def _finite(text: str) -> float:
    """Read a number; one that is too large to hold is not infinite, and one next to nothing is not zero."""
    number = float(text)
    if math.isinf(number) or (number == 0 and re.search("[1-9]", re.split("[eE]", text)[0])):
        raise _NoNumberError(text)
    return number


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise _TwiceError(key)
        found[key] = value
    return found
