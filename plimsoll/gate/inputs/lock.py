"""Read a lock as the plan that it holds, once its seal says that it is what was written."""

import re
from collections.abc import Mapping, Sequence
from typing import cast

from plimsoll.gate.inputs.plan import plans_of
from plimsoll.gate.inputs.reader import Contents, Json, Reader
from plimsoll.ground.problems import Problem
from plimsoll.text.sealed import marker_problems, seal_problem

SCHEMA = "plimsoll.dev/lock/v1"
SEAL = "lock_sha256"

_FAMILY = SCHEMA.rpartition("v")[0]
_LOCK = re.compile(r'\{\s*"schema": "plimsoll\.dev/lock/')
"""How every lock begins."""


def looks_like_one(text: str) -> bool:
    """Say whether a text begins as a lock, whatever became of it further down."""
    return _LOCK.match(text) is not None


def broken(text: str, file: str) -> Sequence[Problem]:
    """Say why the text of a lock is not the one that was written; nothing where it is."""
    raw = text.encode()
    if marks := marker_problems(raw, file, "take either side, then run plimsoll lock"):
        return marks
    fix = "take the file as it was, or write it anew: plimsoll lock --replace SPEC"
    found = seal_problem(raw, SEAL, file, fix)
    return () if found is None else (found,)


def _recognises(document: Json) -> bool:
    return str(document.get("schema")).startswith(_FAMILY)


def _read(document: Json, file: str, problems: list[Problem]) -> Contents:
    plan = document.get("plan")
    if document.get("schema") != SCHEMA:
        why = f"this release reads {SCHEMA}"
        problems.append(
            Problem(f"a lock of schema {str(document.get('schema'))[:60]}", why, "", "schema", file)
        )
    elif not isinstance(plan, Mapping):
        problems.append(Problem("the lock holds no plan", "", "lock the spec again", "plan", file))
    else:
        found: list[Problem] = []
        plans = plans_of(cast("Json", plan), file, found)
        problems += [_inside(problem) for problem in found]
        return Contents(plans=tuple(plans))
    return Contents()


def _inside(problem: Problem) -> Problem:
    where = f"plan.{problem.where}" if problem.where else "plan"
    return Problem(problem.what, problem.why, "lock the spec again", where, problem.file)


READER = Reader(_recognises, _read)
