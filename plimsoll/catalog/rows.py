"""The data files of the package are CSV: quick to read, quick to review, one fact a line."""

import csv
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from io import StringIO

from plimsoll.files.package import data_text


def rows(*name: str) -> Iterator[dict[str, str]]:
    """Read one data file as dictionaries of text, in file order."""
    lines = csv.reader(StringIO(data_text(*name)))
    heading = next(lines)
    # Not csv.DictReader, which takes four times as long: every row of ours is whole.
    yield from (dict(zip(heading, line, strict=True)) for line in lines)


@cache
def accelerator_rows() -> tuple[dict[str, str], ...]:
    """Read the facts of accelerators, which three tables are made of."""
    return tuple(rows("accelerators.csv"))


class LinesByKey(Mapping[str, Sequence[str]]):
    """The lines of one data file by their first cell, in whose order the file is; few are ever asked for.

    Found by halving: sorting them into a dictionary took a plan over three regions 4 ms.
    """

    def __init__(self, *name: str) -> None:
        """Read the file."""
        self._lines = data_text(*name).splitlines()[1:]

    def __getitem__(self, key: str) -> Sequence[str]:
        """Take the lines of a key, in the order of the file."""
        lines, begins = self._lines, f"{key},"
        first = last = bisect_left(lines, begins)
        while last < len(lines) and lines[last].startswith(begins):
            last += 1
        if first == last:
            raise KeyError(key)
        return lines[first:last]

    def __iter__(self) -> Iterator[str]:
        return iter(dict.fromkeys(line[: line.index(",")] for line in self._lines))

    def __len__(self) -> int:
        return sum(1 for _ in self)


def cells(line: str) -> list[str]:
    """Parse one line."""
    return next(csv.reader((line,))) if '"' in line else line.split(",")


def table(*name: str) -> list[list[str]]:
    """Read one data file as lists of text without the heading: the quick way for a whole file."""
    return list(csv.reader(StringIO(data_text(*name))))[1:]
