"""What is wrong with what was given, as a document for programs; people read the same lines on stderr."""

from collections.abc import Sequence
from typing import Annotated

from plimsoll.ground.canonical import canonical
from plimsoll.ground.problems import Problem
from plimsoll.ground.start_up import record
from plimsoll.show.json_text import dumps
from plimsoll.show.text import PIPED, Style

SCHEMA = "plimsoll.dev/problems/v1"


@record
class OneProblem:
    """One thing that is wrong. Keys are null where a problem has no place, or nothing to say."""

    file: Annotated[str | None, "The file, as it was named."]
    line: Annotated[int | None, "Line, from 1."]
    column: Annotated[int | None, "Column, from 1."]
    path: Annotated[str | None, "The dotted path of the key, or the word that was typed."]
    what: Annotated[str, "What is wrong."]
    why: Annotated[str | None, "The rule that it breaks."]
    fix: Annotated[str | None, "What to write instead."]


@record
class ProblemList:
    """All that is wrong at once, in the order of the files and of their lines."""

    schema: str
    problems: Annotated[tuple[OneProblem, ...], "The problems."]


def as_json(problems: Sequence[Problem], _: Style = PIPED) -> str:
    """Write problems as JSON text."""
    return dumps(canonical(ProblemList(SCHEMA, tuple(_one(problem) for problem in problems))))


def _one(problem: Problem) -> OneProblem:
    return OneProblem(
        problem.file or None,
        problem.line or None,
        problem.column or None,
        problem.where or None,
        problem.what,
        problem.why or None,
        problem.fix or None,
    )
