"""Errors a user can cause, each with what, where, why, how to fix, and an exit code.

Nothing here is ever shown as a traceback: the command line prints `str(error)` and exits with
`error.exit_code`. Programming errors are left to be what they are (exit 6).
"""

from collections.abc import Sequence
from enum import IntEnum

from plimsoll.ground.paths import KeyPath, dotted
from plimsoll.ground.start_up import record


class ExitCode(IntEnum):
    """Exit codes of every command; documented in the README."""

    OK = 0
    USAGE = 2
    INFEASIBLE = 3
    OVER_BUDGET = 4
    MISSING_FACT = 5
    INTERNAL = 6
    POLICY = 7


@record
class Problem:
    """One thing that is wrong.

    Printed as `file:line:column: dotted.path: what; why; fix`. `path` leads to the value inside its
    document, or is the word that a person typed (`--on`, a URN). `line` and `column` count from 1 and
    are 0 where the problem has no place in the file.
    """

    what: str
    why: str = ""
    fix: str = ""
    path: KeyPath | str = ""
    file: str = ""
    line: int = 0
    column: int = 0

    @property
    def where(self) -> str:
        """The path as people write it: `load.profile[3]`."""
        return self.path if isinstance(self.path, str) else dotted(self.path)

    def __str__(self) -> str:
        place = self.file
        if self.line:
            place += f":{self.line}:{self.column}"
        head = ": ".join(part for part in (place, self.where) if part)
        tail = "; ".join(part for part in (self.what, self.why, self.fix) if part)
        return f"{head}: {tail}" if head else tail


MOST_PROBLEMS = 100
"""Problems of one file that are printed."""


def first_of(problems: Sequence[Problem]) -> list[Problem]:
    """Keep the first problems of one file; beyond `MOST_PROBLEMS` they are counted only."""
    if len(problems) <= MOST_PROBLEMS:
        return list(problems)
    next_, rest = problems[MOST_PROBLEMS], len(problems) - MOST_PROBLEMS
    more = Problem(f"and {rest:,} more problems", "", "", "", next_.file, next_.line, next_.column)
    return [*problems[:MOST_PROBLEMS], more]


class PlimsollError(Exception):
    """Base of all errors that a user can cause; carries every problem found, not just the first."""

    exit_code: ExitCode = ExitCode.USAGE

    def __init__(self, problems: Problem | Sequence[Problem]) -> None:
        self.problems: tuple[Problem, ...] = (problems,) if isinstance(problems, Problem) else tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class SpecError(PlimsollError):
    """The workload spec, or a command-line argument, is wrong."""


class MissingFactError(PlimsollError):
    """A fact the answer depends on is missing from the catalogue, or too old."""

    exit_code = ExitCode.MISSING_FACT


def nearest(name: str, known: Sequence[str]) -> str:
    """Suggest the known name closest to a mistyped one, as ready text, or an empty string."""
    lowered = {candidate.lower(): candidate for candidate in known}
    from plimsoll.ground.nearness import nearest_name  # only a mistake needs it

    found = nearest_name(name.lower(), list(lowered))
    return f"did you mean {lowered[found]!r}?" if found is not None else ""
