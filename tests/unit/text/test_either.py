"""A text is read as JSON or as YAML, and what is wrong with it is a problem, never an exception."""

import pytest

from plimsoll.ground.problems import Problem
from plimsoll.text.either import either_documents


def read(text: str, file: str = "x.yaml") -> tuple[list[object], list[Problem]]:
    problems: list[Problem] = []
    return either_documents(text, file, problems, lambda item: isinstance(item, dict)), problems


@pytest.mark.parametrize(
    "text", ['{"a": 1}', "a: 1", "{a: 1}", "---\na: 1\n"], ids=["json", "yaml", "flow", "marked"]
)
def test_the_same_document_is_read_from_either(text: str) -> None:
    assert read(text) == ([{"a": 1}], [])


def test_a_list_is_as_many_documents_only_if_each_item_is_one() -> None:
    assert read('[{"a": 1}, {"b": 2}]') == ([{"a": 1}, {"b": 2}], [])
    assert read('[{"a": 1}, 2]') == ([[{"a": 1}, 2]], [])


@pytest.mark.parametrize(
    ("text", "what"),
    [
        (" \n", "the file is empty"),
        ('{"a": 1, "a": 2}', "key 'a' is given twice"),
        ("[" * 100_000, "nested too deeply"),
        ('{"a": ' + "1" * 5000 + "}", "not JSON"),
    ],
    ids=["empty", "twice", "deep", "long number"],
)
def test_what_cannot_be_read_is_one_problem(text: str, what: str) -> None:
    documents, problems = read(text, "x.json")
    assert documents == []
    assert [problem.what for problem in problems] == [what]


def test_broken_json_says_where() -> None:
    (problem,) = read('{"a": 1,\n "b" 2}', "x.json")[1]
    assert (problem.line, problem.column) == (2, 6)
