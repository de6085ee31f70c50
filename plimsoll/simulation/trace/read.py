"""Read a trace: every row has its time and its tokens, or the file is refused with all that is wrong."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NoReturn, cast

from plimsoll.ground.problems import Problem, SpecError, first_of, nearest
from plimsoll.ground.start_up import record
from plimsoll.simulation.chance.draws import on_grid
from plimsoll.simulation.trace.cells import Cells, came_at, hashes_of, seconds_of, tokens_of
from plimsoll.simulation.trace.forms import CSV_FORMS, HASHES, OWN, TraceForm, csv_form, json_form

MOST_BYTES = 256 << 20
"""Larger traces are cut before they are replayed: half a million requests are some 20 MB."""

MOST_S = 366 * 24 * 3600
"""A trace of more than a year has two units of time in it: a simulation counts every minute between."""

_BEGIN = f"begin with the line {','.join(OWN.columns)}, then one request a line: 0.25,812,140"


@record
class Trace:
    """Requests were recorded: seconds since the first, prompt and answer tokens, in the order of time.

    `blocks` are hashes of what each prompt begins with, of `block_tok` tokens each, where all rows have them.
    """

    file: str
    form: str
    sha256: str
    times: tuple[float, ...]
    prompts: tuple[int, ...]
    answers: tuple[int, ...]
    blocks: tuple[tuple[int, ...], ...] = ()
    block_tok: int = 0

    def first(self, count: int) -> "Trace":
        """Take the first requests alone."""
        return replace(
            self,
            times=self.times[:count],
            prompts=self.prompts[:count],
            answers=self.answers[:count],
            blocks=self.blocks[:count],
        )


def read_trace(raw: bytes, file: str) -> Trace:
    """Read a trace of any known form.

    Raises:
        SpecError: it is not text, of no known form, empty, or rows are wrong; each with line and column.
    """
    lines = _text(raw, file).splitlines()
    number = next((place for place, line in enumerate(lines) if line.strip()), None)
    if number is None:
        _fail(file, "the trace is empty", "there is nothing to replay", _BEGIN)
    if lines[number].lstrip().startswith("["):
        why = "a trace is CSV, or JSON lines: one object a line, without a list around them"
        _fail(file, "the trace is a JSON list", why, "unpack it: jq -c '.[]' FILE > trace.jsonl", number + 1)
    form, rows = (
        _json_rows(lines, number, file)
        if lines[number].lstrip().startswith("{")
        else (_csv_rows(lines, number, file))
    )
    return _trace(form, rows, hashlib.sha256(raw).hexdigest(), file)


def _text(raw: bytes, file: str) -> str:
    if len(raw) > MOST_BYTES:
        _fail(
            file,
            f"larger than {MOST_BYTES >> 20} MiB",
            "",
            "cut it: some 100,000 requests are enough",
        )
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        _fail(file, "not UTF-8 text", "a trace is CSV or JSON lines", "unpack it, or save it as UTF-8")
    if "\0" in text:
        _fail(file, "holds NUL bytes: it is not text", "a trace is CSV or JSON lines", "unpack it")
    return text


def _csv_rows(lines: Sequence[str], first: int, file: str) -> tuple[TraceForm, Iterator[Cells]]:
    header = Cells.of_csv(lines[first], first + 1).values
    form = csv_form(header)
    if form is None:
        _check_separator(lines[first], first + 1, file)
        _unknown_header(header, first + 1, file)
    twice = next((name for name in form.columns if header.count(name) > 1), None)
    if twice is not None:
        why = "one of the two would be replayed"
        _fail(file, f"column {twice} is there twice", why, "name the other otherwise", first + 1)
    places = {name: header.index(name) for name in form.columns}
    rows = (
        Cells.of_csv(line, first + 2 + number).named(places, len(header))
        for number, line in enumerate(lines[first + 1 :])
        if line.strip()
    )
    return form, rows


def _check_separator(header: str, line: int, file: str) -> None:
    """Refuse columns that anything but commas separates, as spreadsheets of many countries write them."""
    for name, mark in _SEPARATORS.items():
        if csv_form([cell.strip().strip('"') for cell in header.split(mark)]) is not None:
            _fail(file, f"columns are separated by {name}", "CSV has commas", "save it with commas", line)


_SEPARATORS = {"semicolons": ";", "tabs": "\t", "bars": "|"}


def _json_rows(lines: Sequence[str], first: int, file: str) -> tuple[TraceForm, Iterator[Cells]]:
    try:
        found: object = json.loads(lines[first])
    except (ValueError, RecursionError):
        found = None
    form = json_form(cast("dict[str, object]", found)) if isinstance(found, dict) else None
    if form is None:
        known = "timestamp, input_length and output_length"
        why = f"the first of JSON lines must have {known}, as Mooncake's and Bailian's traces do"
        _fail(file, "a trace of no known form", why, _BEGIN, first + 1)
    rows = (
        Cells.of_json(line, first + 1 + number, (*form.columns, HASHES) if form.block_tok else form.columns)
        for number, line in enumerate(lines[first:])
        if line.strip()
    )
    return form, rows


def _trace(form: TraceForm, rows: Iterator[Cells], digest: str, file: str) -> Trace:
    problems: list[Problem] = []
    times: list[float] = []
    prompts: list[int] = []
    answers: list[int] = []
    blocks: list[tuple[int, ...] | None] = []
    before: Cells | None = None
    for row in rows:
        found = (
            seconds_of(row, form, problems),
            tokens_of(row, form.prompt, problems),
            tokens_of(row, form.answer, problems),
        )
        time, prompt, answer = found
        hashes = hashes_of(row, problems)
        if time is None or prompt is None or answer is None:
            continue
        if before is not None and time < times[-1]:
            was, now = came_at(before, form, times[-1]), came_at(row, form, time)
            why = f"the request before came at {was}, this one at {now}"
            problems.append(row.problem(form.time, "time runs backwards", why, "sort the trace by its time"))
            continue
        if times and time - times[0] > MOST_S:
            why = f"{(time - times[0]) / 86_400:,.0f} days after the first request; a trace spans 366 at most"
            fix = "check the unit of its time, or cut it"
            problems.append(row.problem(form.time, "the trace is too long", why, fix))
            break
        before = row
        times.append(time)
        prompts.append(prompt)
        answers.append(answer)
        blocks.append(hashes)
    if problems:
        raise SpecError(first_of([_in(file, problem) for problem in problems]))
    if not times:
        _fail(file, "the trace has a header and no requests", "there is nothing to replay", _BEGIN)
    since = tuple(on_grid(time - times[0]) for time in times)
    known = tuple(each for each in blocks if each is not None)
    kept = known if len(known) == len(blocks) else ()
    return Trace(file, form.name, digest, since, tuple(prompts), tuple(answers), kept, form.block_tok)


def _in(file: str, problem: Problem) -> Problem:
    return Problem(problem.what, problem.why, problem.fix, problem.path, file, problem.line, problem.column)


def _unknown_header(header: Sequence[str], line: int, file: str) -> NoReturn:
    """Say which column of the nearest form is missing."""
    form = max(CSV_FORMS, key=lambda form: len({*form.columns} & {*header}))
    missing = [name for name in form.columns if name not in header]
    guesses = [f"{name}: {guess}" for name in missing if (guess := nearest(name, header))]
    meant = f"rename what is {', '.join(guesses)}" if guesses else _BEGIN
    known = "; ".join(",".join(each.columns) for each in CSV_FORMS)
    what = f"no column {', '.join(missing)}"
    _fail(file, what, f"a trace has the columns {known}; or is JSON lines", meant, line)


def _fail(file: str, what: str, why: str, fix: str, line: int = 0) -> NoReturn:
    raise SpecError(Problem(what, why, fix, "", file, line, 1 if line else 0))
