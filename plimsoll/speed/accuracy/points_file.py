"""Read a points file: CSV with the columns of measured points, whatever state it is in."""

import csv
from io import StringIO
from pathlib import Path
from typing import NoReturn

from plimsoll.files.bounded import read_up_to
from plimsoll.files.package import data_text
from plimsoll.ground.problems import Problem, SpecError
from plimsoll.speed.accuracy.points import Point, read_points

LIMIT_BYTES = 64 * 2**20
"""Two hundred times the largest published table; more is not a points file."""

FIELD_LIMIT = 2**17

SHIPPED = "reference points of the package"


def shipped_points() -> tuple[Point, ...]:
    """The measured points that come with the package; their sources are in their own columns."""
    text = data_text("speed", "points.csv")
    return _parse(text, SHIPPED)


def points_from(path: Path) -> tuple[Point, ...]:
    """Read a points file from disk.

    Raises:
        SpecError: The file cannot be read, is not CSV text, or lacks columns; all problems are listed.
    """
    return _parse(_text(path), str(path))


def _text(path: Path) -> str:
    try:
        raw = read_up_to(path, LIMIT_BYTES)
    except OSError as error:
        _fail(
            path,
            f"cannot read the file ({error.strerror or 'I/O error'})",
            "check the path and its permissions",
        )
    if len(raw) > LIMIT_BYTES:
        _fail(path, f"the file is larger than {LIMIT_BYTES // 2**20} MiB", "split it")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        _fail(path, "the file is not UTF-8 text", "give a CSV file of measured points")
    if "\0" in text:
        _fail(path, "the file holds NUL bytes: it is not text", "give a CSV file of measured points")
    return text


def _parse(text: str, file: str) -> tuple[Point, ...]:
    csv.field_size_limit(FIELD_LIMIT)
    reader = csv.reader(StringIO(text, newline=""))
    try:
        header = [name.strip() for name in next(reader, list[str]())]
        if not any(header):
            _fail(file, "the file is empty", "give a CSV file of measured points, its header first")
        twice = sorted({name for name in header if name and header.count(name) > 1})
        if twice:
            raise SpecError(
                [Problem(f"column {name[:60]!r} is there twice", fix="keep one", file=file) for name in twice]
            )
        rows = [dict(zip(header, cells, strict=False)) for cells in reader if cells]
    except csv.Error as error:
        _fail(
            file,
            f"line {reader.line_num} is not CSV ({error})",
            "quote cells that hold commas, quotes or line ends",
        )
    return read_points(header, rows, file)


def _fail(file: Path | str, what: str, fix: str) -> NoReturn:
    raise SpecError(Problem(what, fix=fix, file=str(file)))
