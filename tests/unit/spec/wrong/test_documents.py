"""What Plimsoll wrote is named where a spec is asked for; a spec with a key of that name is a spec."""

import pytest

from plimsoll.spec.wrong.documents import no_spec
from plimsoll.text.source import parse


@pytest.mark.parametrize(
    ("schema", "what", "fix"),
    [
        ("plimsoll.dev/lock/v1", "this is a lock, not a spec", "plimsoll plan --locked a.json"),
        ("plimsoll.dev/plan/v1", "this is a plan, not a spec", "its key 'workload' is that spec"),
        ("plimsoll.dev/diff/v1", "this is a diff, not a spec", "name the spec itself"),
    ],
)
def test_a_document_of_ours_is_named_with_what_takes_it(schema: str, what: str, fix: str) -> None:
    problem = no_spec(parse(f'{{\n "schema": "{schema}",\n "tool": {{}}\n}}'.encode(), "a.json"))
    assert problem is not None
    assert (problem.what, problem.where, problem.line) == (what, "schema", 2)
    assert fix in problem.fix


@pytest.mark.parametrize("schema", ["other/v1", "5", "{}"])
def test_what_says_to_be_something_else_is_read_as_a_spec(schema: str) -> None:
    assert no_spec(parse(f"schema: {schema}\nload: {{qps: 5}}\n".encode(), "a.yaml")) is None
