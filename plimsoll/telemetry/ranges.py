"""Answers of Prometheus to range queries are read as they were saved: one, several by name, or one a line."""

import json
import math
from collections.abc import Iterator, Mapping
from typing import Any, cast

from plimsoll.ground.problems import MissingFactError, Problem, SpecError
from plimsoll.ground.start_up import record
from plimsoll.ground.tree import list_at, mapping_at, step
from plimsoll.text.strict_json import NotJsonError, read_json

NAME = "__name__"
_HOW = "curl -s 'http://PROMETHEUS/api/v1/query_range?query=…&start=…&end=…&step=300'"


@record
class RangeSeries:
    """One series: its labels, and its finite values in the order of their time, in seconds."""

    labels: Mapping[str, str]
    points: tuple[tuple[float, float], ...]


@record
class RangeAnswer:
    """What one query was answered; `name` is what the file calls it, empty where it stands alone."""

    name: str
    series: tuple[RangeSeries, ...]


def ranges_of(text: str, file: str) -> list[RangeAnswer]:
    """Read every answer of a file.

    Raises:
        SpecError: it is cut off, holds an error of Prometheus, or answers of another kind of query.
        MissingFactError: Prometheus warned that a part of its answer is missing.
    """
    return [_answer(name, document, file) for name, document in _documents(text, file)]


def _documents(text: str, file: str) -> Iterator[tuple[str, Any]]:
    """Take a file apart: one answer, a list of them, answers by name, or an answer a line."""
    if not text.strip():
        raise SpecError(Problem("the file is empty", "", f"save an answer: {_HOW}", file=file))
    lines = [line for line in text.splitlines() if line.strip()]
    if len(lines) > 1 and all(
        line.lstrip().startswith("{") and line.rstrip().endswith("}") for line in lines
    ):
        for number, line in enumerate(lines, start=1):
            yield from _named(_parsed(line, file, number), file)
        return
    yield from _named(_parsed(text, file), file)


def _parsed(text: str, file: str, line: int = 0) -> Any:  # noqa: ANN401 - foreign JSON
    try:
        return read_json(text, file)
    except NotJsonError as error:
        found = error.problem
        raise SpecError(
            Problem(
                found.what,
                found.why or "it may be cut off",
                "save it whole",
                "",
                file,
                line or found.line,
                found.column,
            )
        ) from None


def _named(document: Any, file: str) -> Iterator[tuple[str, Any]]:  # noqa: ANN401 - foreign JSON
    if isinstance(document, list):
        for each in cast("list[Any]", document):
            yield from _named(each, file)
        return
    if isinstance(document, dict) and "status" not in document and "data" not in document:
        members = cast("dict[str, Any]", document)
        held = {name: each for name, each in members.items() if step(each, "data") is not None}
        if held:
            yield from held.items()
            return
    name = step(document, "query") or step(document, "name")
    yield name if isinstance(name, str) else "", document


def _answer(name: str, document: Any, file: str) -> RangeAnswer:  # noqa: ANN401 - foreign JSON
    status = step(document, "status")
    if status == "error" or step(document, "error"):
        why = f"{step(document, 'errorType') or 'error'}: {step(document, 'error')}"[:200]
        raise SpecError(Problem("Prometheus answered with an error", why, "ask again", name, file))
    if warned := [str(each) for each in list_at(document, "warnings")]:
        what, fix = "Prometheus says that its answer may not be whole", "ask again when all of it answers"
        raise MissingFactError(Problem(what, warned[0][:200], fix, name, file))
    kind = step(document, "data", "resultType")
    if kind != "matrix":
        what = f"it is a {kind} of one moment" if isinstance(kind, str) else "it is no answer of Prometheus"
        raise SpecError(
            Problem(what, "a window of two weeks is needed", f"save an answer: {_HOW}", name, file)
        )
    found = [_series(each, name, file) for each in list_at(document, "data", "result")]
    return RangeAnswer(name, tuple(found))


def _series(entry: Any, name: str, file: str) -> RangeSeries:  # noqa: ANN401 - foreign JSON
    labels = {str(key): str(value) for key, value in mapping_at(entry, "metric").items()}
    points = dict(_points(list_at(entry, "values"), name, file))
    return RangeSeries(labels, tuple(sorted(points.items())))


_LATEST_S = 1e11
"""Prometheus counts seconds since 1970; a larger number counts milliseconds, and comes from elsewhere."""


def _seconds(moment: float) -> float:
    if not 0 <= moment < _LATEST_S:
        raise ValueError(moment)
    return moment


def _points(values: Any, name: str, file: str) -> Iterator[tuple[float, float]]:  # noqa: ANN401 - foreign JSON
    """Yield the finite points; Prometheus writes NaN where a division had nothing to divide."""
    for each in cast("list[Any]", values):
        try:
            moment, value = _seconds(float(each[0])), float(each[1])
        except (TypeError, ValueError, IndexError, KeyError):
            what = f"{json.dumps(each)[:60]} is no point"
            raise SpecError(
                Problem(what, 'a point is [seconds, "number"]', "save it anew", name, file)
            ) from None
        if math.isfinite(value) and math.isfinite(moment):
            yield moment, value
