"""The data files of the package are CSV: quick to read, quick to review, one fact a line."""

import csv
from collections.abc import Iterator
from io import StringIO

from plimsoll.files.package import data_text


def rows(*name: str) -> Iterator[dict[str, str]]:
    """Read one data file as dictionaries of text, in file order."""
    lines = csv.reader(StringIO(data_text(*name)))
    heading = next(lines)
    # Not csv.DictReader, which takes four times as long: every row of ours is whole.
    yield from (dict(zip(heading, line, strict=True)) for line in lines)


def lines_by_key(*name: str) -> dict[str, list[str]]:
    """Read one data file as its lines by their first cell, which is quick: few of them are ever parsed."""
    found: dict[str, list[str]] = {}
    lines = data_text(*name).splitlines()
    for line in lines[1:]:
        found.setdefault(line[: line.index(",")], []).append(line)
    return found


def cells(line: str) -> list[str]:
    """Parse one line."""
    return next(csv.reader((line,)))


def table(*name: str) -> list[list[str]]:
    """Read one data file as lists of text without the heading: the quick way for a whole file."""
    return list(csv.reader(StringIO(data_text(*name))))[1:]
