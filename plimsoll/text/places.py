"""A source says where everything in a YAML file stands, and what is wrong with it, in order."""

from collections.abc import Mapping
from dataclasses import field, replace
from typing import Any

from plimsoll.ground.paths import KeyPath
from plimsoll.ground.problems import Problem, first_of
from plimsoll.ground.start_up import record


@record
class Place:
    """A position in the file, both counted from 1; 0 where there is no file."""

    line: int
    column: int


@record
class Source:
    """A source is one file: its value, where each value and key stands, how ambiguous scalars were written.

    `plain` holds how every unquoted scalar was written that is not text here; `disputed` those that are
    text here, but not to every reader of YAML.
    `refused` are the paths of values that `problems` already refuses (aliases, tagged values): what else
    is wrong with them is of no interest.
    """

    file: str
    value: dict[str, Any]
    values: dict[KeyPath, Place]
    keys: dict[KeyPath, Place]
    plain: dict[KeyPath, str]
    disputed: dict[KeyPath, str]
    refused: frozenset[KeyPath]
    problems: list[Problem]
    notes: tuple[Problem, ...] = ()
    """What is right, and may be meant otherwise."""
    cut: Problem | None = None
    """Why the rest of the file was not read; what is missing may stand there."""
    said: Mapping[KeyPath, str] = field(default_factory=dict[KeyPath, str])
    """Parts that an option says in place of the file, and that option as it was typed."""

    def place(self, path: KeyPath, *, of_key: bool = False) -> Place:
        """Find the place of a value (or of its key); of the nearest parent if it is not there."""
        if of_key and path in self.keys:
            return self.keys[path]
        while path and path not in self.values:
            path = path[:-1]
        return self.values.get(path, Place(1, 1))

    def placed(self, problem: Problem, *, of_key: bool = False) -> Problem:
        """Say where the value (or the key) of a problem stands: in the file, or in an option."""
        if isinstance(problem.path, str):
            return problem
        for length in range(len(problem.path), 0, -1) if self.said else ():
            if problem.path[:length] in self.said:
                return replace(problem, file=self.said[problem.path[:length]])
        place = self.place(problem.path, of_key=of_key)
        return replace(problem, file=self.file, line=place.line, column=place.column)


def without_places(value: Mapping[str, Any], file: str) -> Source:
    """Take a mapping that no file holds: its problems name their keys, and no line."""
    return Source(file, dict(value), {(): Place(0, 0)}, {}, {}, {}, frozenset(), [])


def in_order(problems: list[Problem]) -> list[Problem]:
    """Sort the problems of a file by place, each once; beyond `MOST_PROBLEMS` they are counted only."""
    unique = sorted(set(problems), key=lambda item: (item.line, item.column, item.where, item.what))
    return first_of(unique)
