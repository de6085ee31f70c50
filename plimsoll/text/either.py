"""Read a text that is JSON or YAML, whichever it begins like; JSON is read as strictly as YAML is."""

from collections.abc import Callable
from typing import Any, cast

from plimsoll.ground.problems import Problem
from plimsoll.text.documents import documents_of
from plimsoll.text.strict_json import NotJsonError, read_json, text_before


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
        before = text_before(text, file)
        if before is not None:
            problems.append(before)
            return []
        return documents_of(text, file, problems)
    try:
        parsed = read_json(text, file)
    except NotJsonError as error:
        if error.wrong_syntax and not file.endswith(".json") and text.lstrip()[0] == "{":
            return documents_of(text, file, problems)
        problems.append(error.problem)
        return []
    several = isinstance(parsed, list) and all(map(is_document, cast("list[Any]", parsed)))
    return cast("list[Any]", parsed) if several else [parsed]
