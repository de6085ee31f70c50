"""Texts of JSON or YAML as plain data, several documents in one; strict as an API server is."""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any, cast

import yaml

from plimsoll.ground.problems import Problem

MAX_NODES = 2_000_000
"""Values that one file may unfold to, anchors followed: no real manifest has so many."""


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """Refuses a key given twice, as the API server's strict decoding does; a date stays text."""

    def construct_mapping(self, node: Any, deep: bool = False) -> Any:  # noqa: ANN401 - PyYAML's signature
        seen: set[Any] = set()
        for key_node, _ in node.value:
            if key_node.tag == "tag:yaml.org,2002:merge":
                continue
            key = self.construct_object(key_node, deep=True)  # pyright: ignore
            if not isinstance(key, str | int | float | bool | None):
                raise yaml.constructor.ConstructorError(
                    None, None, "a key is not a word", key_node.start_mark
                )
            if key in seen:
                text = f"key {ascii(key)[:60]} is given twice"
                raise yaml.constructor.ConstructorError(None, None, text, key_node.start_mark)
            seen.add(key)
        return super().construct_mapping(node, deep)  # pyright: ignore


_Loader.add_constructor("tag:yaml.org,2002:timestamp", lambda loader, node: loader.construct_scalar(node))  # pyright: ignore


def documents_of(
    text: str, file: str, problems: list[Problem], is_document: Callable[[object], bool]
) -> list[Any]:
    """Read the documents of a text, whatever of the two it is; what cannot be read is a problem.

    A JSON list is as many documents if each of its items is one.
    """
    if not text.strip():
        problems.append(Problem("the file is empty", "", "give a document to judge", file=file))
        return []
    if text.lstrip()[:1] not in "{[":
        return _yaml_documents(text, file, problems)
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
        return _yaml_documents(text, file, problems)
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


def _yaml_documents(text: str, file: str, problems: list[Problem]) -> list[Any]:
    try:
        found = [d for d in yaml.load_all(text, Loader=_Loader) if d is not None]
        if sum(1 for document in found for _ in _nodes(document)) >= MAX_NODES:
            problems.append(Problem("unfolds to too many values", "", "write anchors out", file=file))
            return []
    except yaml.MarkedYAMLError as error:
        problems.append(_syntax(error, text, file))
        return []
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        problems.append(Problem("not YAML", str(error).splitlines()[0][:200], "check the file", file=file))
        return []
    return found


def _nodes(document: Any) -> Iterator[None]:  # noqa: ANN401 - foreign data
    """Walk a document without recursion, up to the bound; aliases count each time they are met."""
    stack, count = [document], 0
    while stack and count < MAX_NODES:
        item = stack.pop()
        count += 1
        yield None
        if isinstance(item, Mapping):
            stack.extend(cast("Mapping[Any, Any]", item).values())
        elif isinstance(item, list):
            stack.extend(cast("list[Any]", item))


def _syntax(error: yaml.MarkedYAMLError, text: str, file: str) -> Problem:
    mark = error.problem_mark or error.context_mark
    line, column = (mark.line + 1, mark.column + 1) if mark else (0, 0)
    if "{{" in text:
        fix = "render the template first: helm template … | plimsoll check -"
        return Problem("a template, not a manifest", "it holds {{ … }}", fix, "", file, line, column)
    return Problem("not YAML", error.problem or "", "check this line", "", file, line, column)
