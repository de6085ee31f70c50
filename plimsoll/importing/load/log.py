"""A log of requests is read row by row, JSONL or CSV: when each came, and how long it was."""

import csv
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from plimsoll.ground.problems import Problem, SpecError
from plimsoll.importing.load.columns import (
    ANSWER,
    CACHED,
    MODEL,
    PROMPT,
    STATUS,
    TIME,
    named,
    seconds_of,
    tokens_of,
    value_of,
)
from plimsoll.importing.load.observed import Observed, SeenLengths
from plimsoll.importing.load.rates import rates_of

_MOST_BAD = 0.01
"""Share of rows that may be unreadable: a log is cut at its ends. Above it the file is something else."""

_FAILED = 400
"""HTTP statuses from here on answered nothing."""


@dataclass(slots=True)
class _Rows:
    """What was gathered so far."""

    times: list[float] = field(default_factory=list[float])
    prompts: list[float] = field(default_factory=list[float])
    answers: list[float] = field(default_factory=list[float])
    cached: list[float] = field(default_factory=list[float])
    models: dict[str, int] = field(default_factory=dict[str, int])
    failed: int = 0
    bad: list[Problem] = field(default_factory=list[Problem])


def observed_in(text: str, file: str) -> Observed:
    """Read a log.

    Raises:
        SpecError: it is no log of requests, more than 1 % of its rows cannot be read, or it names no times.
    """
    every = list(_rows(text, file))
    if not every:
        raise SpecError(Problem("the log is empty", "", "give one with a request a row", file=file))
    names = _names(every[0][1], file)
    gathered = _Rows()
    for line, row in every:
        _gather(gathered, row, names, (file, line))
    read = len(gathered.times)
    if not read or len(gathered.bad) > _MOST_BAD * len(every):
        why = f"{len(gathered.bad)} of {len(every)} rows cannot be read"
        raise SpecError(gathered.bad[:3] or Problem("no request was answered", why, file=file))
    return _observed(gathered, _models(gathered, file))


def _rows(text: str, file: str) -> Iterator[tuple[int, Mapping[str, Any]]]:
    head = text.lstrip()[:1]
    if head == "{":
        yield from _json_lines(text)
        return
    if head == "[":
        fix = "write one object a line: jq -c '.[]' FILE"
        raise SpecError(Problem("it is one JSON list", "a log has a request a line", fix, file=file))
    reader = csv.DictReader(text.splitlines(keepends=True))
    for row in reader:
        yield reader.line_num, {str(key).strip(): value for key, value in row.items() if key is not None}


def _json_lines(text: str) -> Iterator[tuple[int, Mapping[str, Any]]]:
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except (ValueError, RecursionError):
            row = None
        yield number, row if isinstance(row, dict) else {}


def _names(row: Mapping[str, Any], file: str) -> dict[str, str | None]:
    kinds = {
        "time": TIME,
        "prompt": PROMPT,
        "answer": ANSWER,
        "cached": CACHED,
        "status": STATUS,
        "model": MODEL,
    }
    found = {kind: named(row, names) for kind, names in kinds.items()}
    if all(found[kind] is None for kind in ("time", "prompt", "answer")):
        shown = ", ".join(str(key)[:30] for key in list(row)[:8]) or "none"
        why = f"its first row has {shown}"
        fix = "name columns time_s, input_tokens, output_tokens"
        raise SpecError(Problem("it is no log of requests", why, fix, file=file, line=1, column=1))
    if found["time"] is None:
        fix = f"name a column {', '.join(TIME[:4])}, …"
        raise SpecError(Problem("no column says when a request came", "", fix, file=file, line=1, column=1))
    return found


def _gather(
    into: _Rows, row: Mapping[str, Any], names: Mapping[str, str | None], at: tuple[str, int]
) -> None:
    def said(kind: str) -> Any:  # noqa: ANN401 - foreign JSON
        name = names[kind]
        return value_of(row, name) if name is not None else None

    moment = seconds_of(said("time"))
    prompt, answer = tokens_of(said("prompt")), tokens_of(said("answer"))
    lengths = {"prompt": prompt, "answer": answer}
    wrong = [names[kind] for kind, found in lengths.items() if found is None and names[kind] is not None]
    status = tokens_of(said("status"))
    if moment is not None and status is not None and status >= _FAILED:
        into.failed += 1
        return
    if moment is None or wrong:
        column = names["time"] if moment is None else wrong[0]
        what = f"{str(said('time') if moment is None else value_of(row, str(column)))[:40]!r} cannot be read"
        into.bad.append(Problem(what, "", "leave the row out", str(column), at[0], at[1], 1))
        return
    scale = 1e-3 if "hash_ids" in row else 1.0  # Mooncake's traces count milliseconds
    into.times.append(moment * scale)
    into.prompts += [prompt] if prompt is not None else []
    into.answers += [answer] if answer is not None else []
    if (cached := tokens_of(said("cached"))) is not None:
        into.cached.append(cached)
    if isinstance(model := said("model"), str) and model:
        into.models[model] = into.models.get(model, 0) + 1


def _models(rows: _Rows, file: str) -> str | None:
    if len(rows.models) > 1:
        names = ", ".join(f"{name} ({count:,})" for name, count in sorted(rows.models.items())[:6])
        fix = "give the requests of one model: grep it out first"
        raise SpecError(Problem("the log is of several models", names, fix, file=file))
    return next(iter(rows.models), None)


def _observed(rows: _Rows, model: str | None) -> Observed:
    rates = rates_of(rows.times)
    left_out = f", {rows.failed:,} that failed left out" if rows.failed else ""
    return Observed(
        requests=len(rows.times),
        seconds=rates.seconds,
        peak_qps=rates.peak_qps,
        average_qps=rates.average_qps,
        hourly=rates.hourly,
        prompt=_lengths(rows.prompts),
        answer=_lengths(rows.answers),
        shared_prefix=math.fsum(rows.cached) / len(rows.times) if rows.cached else None,
        model=model,
        source=f"the peak is p99.5 of five-minute rates{left_out}",
    )


def _lengths(tokens: Sequence[float]) -> SeenLengths | None:
    if not tokens:
        return None
    ordered = sorted(tokens)
    at = max(math.ceil(0.95 * len(ordered)) - 1, 0)
    return SeenLengths(math.fsum(ordered) / len(ordered), ordered[at])
