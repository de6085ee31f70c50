"""A problem of a JSON text gets the line and column of its path, or of the nearest parent that is there."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plimsoll.ground.problems import Problem
from plimsoll.text.json_places import placed

TEXT = '{"a": {"b": [1,\n  {"c \\" d": null}]},\n "e": "x, {y: [z"}'


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("a", (1, 2)),
        ("a.b", (1, 8)),
        ("a.b[0]", (1, 14)),
        ("a.b[1]", (2, 3)),
        ("a.b[1].nothing", (2, 3)),
        ("a.b[7]", (1, 8)),
        ("e", (3, 2)),
        ("nowhere", (0, 0)),
    ],
)
def test_every_path_has_its_place(path: str, place: tuple[int, int]) -> None:
    (problem,) = placed([Problem("wrong", path=path, file="f")], TEXT, "f")
    assert (problem.line, problem.column) == place


def test_what_has_a_place_or_another_file_keeps_it() -> None:
    problems = [Problem("wrong", path="a", file="f", line=7, column=9), Problem("wrong", path="a", file="g")]
    assert placed(problems, TEXT, "f") == problems
    assert placed([Problem("wrong", path="a", file="f")], "a: 1", "f")[0].line == 0


KEYS = st.from_regex("[a-z]{1,4}", fullmatch=True)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=12,
)


@given(VALUES.filter(lambda value: isinstance(value, dict | list)), st.sampled_from([None, 1, 4]))
def test_places_lead_to_the_values_of_any_document(value: Any, indent: int | None) -> None:
    text = json.dumps(value, indent=indent)
    lines = text.split("\n")
    for path, key in _paths(value, ""):
        (problem,) = placed([Problem("wrong", path=path, file="f")], text, "f")
        if problem.line:
            here = lines[problem.line - 1][problem.column - 1 :]
            assert here.startswith(
                json.dumps(key) if isinstance(key, str) else json.dumps(value_at(value, path))[:1]
            )


def _paths(value: Any, path: str) -> list[tuple[str, Any]]:
    if isinstance(value, dict):
        inner = [(f"{path}.{key}" if path else key, key, item) for key, item in value.items()]
    elif isinstance(value, list):
        inner = [(f"{path}[{index}]", index, item) for index, item in enumerate(value)]
    else:
        return []
    return [pair for place, key, item in inner for pair in [(place, key), *_paths(item, place)]]


def value_at(value: Any, path: str) -> Any:
    for part in path.replace("[", ".[").split("."):
        if part:
            value = value[int(part[1:-1])] if part.startswith("[") else value[part]
    return value
