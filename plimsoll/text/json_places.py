"""JSON says where everything stands too: the place of each value by its dotted path."""

import re
from bisect import bisect
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from plimsoll.ground.problems import Problem

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+')

MOST_CHARACTERS = 8 << 20
"""Of a text in which places are looked for: what is larger takes longer than its place is worth."""


@dataclass(slots=True)
class _Open:
    """An object or a list that is not closed yet: its path, and how far it is read."""

    path: str
    is_list: bool
    index: int = 0
    key: str = ""

    def inner(self) -> str:
        """Name the value that comes next."""
        if self.is_list:
            return f"{self.path}[{self.index}]"
        return f"{self.path}.{self.key}" if self.path else self.key


def placed(problems: Iterable[Problem], text: str, file: str) -> list[Problem]:
    """Give the problems of a JSON text the line and column of the path that they name, or of its parent."""
    listed = list(problems)
    without = {p.where for p in listed if not p.line and p.where and p.file in ("", file)}
    if not without or len(text) > MOST_CHARACTERS or text.lstrip()[:1] not in ("{", "["):
        return listed
    known = dict(_places(text))
    lines = [match.start() for match in re.finditer("\n", text)]
    return [_with_place(p, known, lines) if p.where in without and not p.line else p for p in listed]


def _with_place(problem: Problem, known: dict[str, int], lines: list[int]) -> Problem:
    path = problem.where
    while path not in known:
        shorter = re.sub(r"(?:\[[^\[\]]*\]|\.?[^.\[\]]*)$", "", path)
        if shorter in ("", path):
            return problem
        path = shorter
    line = bisect(lines, known[path] - 1)
    start = lines[line - 1] + 1 if line else 0
    return replace(problem, line=line + 1, column=known[path] - start + 1)


def _places(text: str) -> Iterator[tuple[str, int]]:
    """Yield the path of every value with where it begins; of an object's value, where its key does."""
    stack: list[_Open] = []
    for token in _TOKEN.finditer(text):
        sign, at = token.group(), token.start()
        top = stack[-1] if stack else None
        if sign in "}]":
            stack.pop()
        elif sign == ",":
            if top is not None and top.is_list:
                top.index += 1
            elif top is not None:
                top.key = ""
        elif top is not None and not top.is_list and not top.key and sign[0] == '"':
            top.key = sign[1:-1]
            yield top.inner(), at
        elif sign != ":":
            path = top.inner() if top is not None else ""
            if top is not None and top.is_list:
                yield path, at
            if sign in "{[":
                stack.append(_Open(path, sign == "["))
