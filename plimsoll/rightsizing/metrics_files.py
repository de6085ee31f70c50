"""Saved metrics are one file, a folder with a file a query, named as it is, or one of such folders."""

from dataclasses import replace
from pathlib import Path

from plimsoll.files.bounded import read_bounded
from plimsoll.files.folder import names_in
from plimsoll.ground.problems import Problem, SpecError
from plimsoll.telemetry.ranges import RangeAnswer, ranges_of

MOST_BYTES = 512 << 20


def read_metrics(path: Path) -> list[RangeAnswer]:
    """Read every answer; in a folder, an answer without a name has its file's.

    Raises:
        SpecError: a file cannot be read, or is no answer of Prometheus.
    """
    files = [path / name for name in names_in(path, (".json",))]
    if not files:
        return _read(path)
    found: list[RangeAnswer] = []
    problems: list[Problem] = []
    for file in files:
        try:
            found += [each if each.name else replace(each, name=file.stem) for each in _read(file)]
        except SpecError as error:
            problems += error.problems
    if problems:
        raise SpecError(problems)
    return found


def metrics_of(path: Path, workload: str) -> list[RangeAnswer] | None:
    """Read the answers of one workload, where a folder holds a folder of its name; None where it does not.

    Raises:
        SpecError: as `read_metrics`.
    """
    own = path / workload
    return read_metrics(own) if names_in(own, (".json",)) else None


def _read(path: Path) -> list[RangeAnswer]:
    raw = read_bounded(path, MOST_BYTES)
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        why = f"byte {error.start:,} is no UTF-8"
        raise SpecError(Problem("it is not text", why, "unpack it first", file=str(path))) from None
    return ranges_of(text, str(path))
