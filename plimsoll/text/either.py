"""Read a text that is JSON or YAML, whichever it begins like; JSON is read as strictly as YAML is."""

import json
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
        return documents_of(text, file, problems)
    try:
        parsed = json.loads(text, object_pairs_hook=_unique)
    except _TwiceError as error:
        problems.append(Problem(f"key {str(error)[:60]!a} is given twice", "", "remove one", file=file))
        return []
    except RecursionError:
        problems.append(Problem("nested too deeply", "", "check the file", file=file))
        return []
    except json.JSONDecodeError as error:
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


class _TwiceError(Exception):
    pass


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise _TwiceError(key)
        found[key] = value
    return found
