"""Cells of one line of a trace, with their places; and the two kinds of value that they hold."""

import csv
import json
import math
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import cast

from plimsoll.ground.problems import Problem
from plimsoll.ground.start_up import record
from plimsoll.simulation.trace.forms import HASHES, TraceForm

MOST_TOK = 100_000_000
"""More tokens than any request has: a column that was taken for another."""

_SHOWN = 40


@record
class Cells:
    """The values of a line; those of CSV are text. `broken` says why there are none."""

    line: int
    text: str
    values: tuple[str, ...] = ()
    by_name: Mapping[str, object] | None = None
    broken: str = ""
    places: Mapping[str, int] | None = None

    @classmethod
    def of_csv(cls, text: str, line: int) -> "Cells":
        """Split a line of CSV."""
        cells = text.split(",") if '"' not in text else next(csv.reader([text]))
        return cls(line, text, tuple(cell.strip() for cell in cells))

    @classmethod
    def of_json(cls, text: str, line: int, names: Sequence[str]) -> "Cells":
        """Read a line of JSON; only what is asked for is kept."""
        try:
            found: object = json.loads(text)
        except (ValueError, RecursionError):
            return cls(line, text, broken="the line is not JSON")
        if not isinstance(found, dict):
            return cls(line, text, broken="the line is no JSON object")
        data = cast("dict[str, object]", found)
        return cls(line, text, by_name={name: data[name] for name in names if name in data})

    def named(self, places: Mapping[str, int], columns: int) -> "Cells":
        """Name the cells by the header's columns; more of them than columns say of no one what it is."""
        values, count = self.values, len(self.values)
        if count > columns and any(values[columns:]):
            return Cells(self.line, self.text, broken=f"{count} cells under {columns} columns")
        by_name = {name: values[place] for name, place in places.items() if place < count}
        return Cells(self.line, self.text, values, by_name, places=places)

    def get(self, name: str) -> object:
        """Look a value up; None where the line has none."""
        return self.by_name.get(name) if self.by_name is not None else None

    def problem(self, name: str, what: str, why: str, fix: str) -> Problem:
        """Say what is wrong with a value, and where it stands."""
        return Problem(what, why, fix, name, "", self.line, self._column(name))

    def _column(self, name: str) -> int:
        value, text = self.get(name), self.text
        if value is None:
            return 1 if self.broken else len(text) + 1
        if self.places is None:
            after = text.find(":", max(text.find(f'"{name}"'), 0)) + 1
            return after + len(text[after:]) - len(text[after:].lstrip()) + 1
        if '"' in text:
            return max(text.find(str(value)), 0) + 1
        cells = text.split(",")[: self.places[name] + 1]
        return len(",".join(cells)) - len(cells[-1].lstrip()) + 1


def seconds_of(row: Cells, form: TraceForm, problems: list[Problem]) -> float | None:
    """Read the time of a row, seconds; None if it is wrong, which is then among the problems."""
    value = row.get(form.time)
    if value is None:
        problems.append(_missing(row, form.time))
        return None
    found = _dated(str(value)) if form.dated else _number(value)
    if found is None or not math.isfinite(found) or (found < 0 and not form.dated):
        wanted = "a date with a time of day" if form.dated else "a number from 0 up"
        fix = "write it as 2023-11-16 18:15:46.680" if form.dated else "write seconds since the start: 12.5"
        problems.append(row.problem(form.time, f"{_shown(value)} is no time", f"it is {wanted}", fix))
        return None
    return found * form.seconds


def came_at(row: Cells, form: TraceForm, time_s: float) -> str:
    """Say when a request came: a date as it is written, else seconds."""
    return str(row.get(form.time)).strip() if form.dated else f"{time_s:.10g} s"


def tokens_of(row: Cells, name: str, problems: list[Problem]) -> int | None:
    """Read a count of tokens; None if it is wrong, which is then among the problems."""
    value = row.get(name)
    if value is None:
        if row.by_name is not None:
            problems.append(_missing(row, name))
        return None
    found = _number(value)
    if found is None or not 0 <= found <= MOST_TOK or found != int(found):
        why = f"tokens are a whole number from 0 to {MOST_TOK:,}"
        problems.append(
            row.problem(name, f"{_shown(value)} is no count", why, "correct the row, or leave it out")
        )
        return None
    return int(found)


def hashes_of(row: Cells, problems: list[Problem]) -> tuple[int, ...] | None:
    """Read the hashes of what a prompt begins with; None without a list, or if it is wrong."""
    value = row.get(HASHES)
    if value is None:
        return None
    found = cast("list[object]", value) if isinstance(value, list) else [value]
    hashes = [each for each in found if isinstance(each, int) and not isinstance(each, bool)]
    if not isinstance(value, list) or len(hashes) != len(found):
        what = f"{_shown(found)} is no list of hashes"
        why = "hashes are whole numbers, one for each block of the prompt"
        problems.append(row.problem(HASHES, what, why, "correct the row, or leave it out"))
        return None
    return tuple(hashes)


def _missing(row: Cells, name: str) -> Problem:
    what = row.broken or f"no {name}"
    return row.problem(
        name, what, "each line is one request with its time and tokens", "complete it or leave it out"
    )


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, str | int | float) or "_" in str(value):
        return None
    try:
        return float(value)
    except (ValueError, OverflowError):
        return None


def _dated(value: str) -> float | None:
    """Read a date with a time of day, to the microsecond; without a zone it is UTC."""
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        return None
    aware = found if found.tzinfo is not None else found.replace(tzinfo=UTC)
    since = aware - datetime(2000, 1, 1, tzinfo=UTC)
    return since.days * 86400.0 + since.seconds + since.microseconds / 1e6


def _shown(value: object) -> str:
    text = str(value)
    return repr(text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…")
