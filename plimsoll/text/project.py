"""A project says once, in `plimsoll.toml` at its root, what every command and the pack would be told."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import cast

from plimsoll.ground.problems import Problem, SpecError, nearest
from plimsoll.ground.start_up import record

PROJECT_FILE = "plimsoll.toml"

PATHS = ("discounts", "prices", "calibration", "exemptions")
"""Keys that hold the path of a file or folder, from the folder of the project's file."""

_PLACE = re.compile(r"(.*) \(at line (\d+), column (\d+)\)")
_END = re.compile(r"(.*) \(at end of document\)")


@record
class ProjectDefaults:
    """These stand for the flags of their names where a call does not give them; `file` says so."""

    file: str
    discounts: str | None = None
    prices: str | None = None
    calibration: str | None = None
    exemptions: str | None = None
    regions: tuple[str, ...] = ()


def read_project(raw: bytes, file: Path) -> ProjectDefaults:
    """Read a project's file.

    Raises:
        SpecError: with every problem of it.
    """
    document = _parsed(raw, str(file))
    problems = [*_unknown(document, str(file)), *_ill_formed(document, str(file))]
    if problems:
        raise SpecError(problems)
    paths = {key: str(file.parent / cast("str", document[key])) for key in PATHS if key in document}
    regions = tuple(cast("list[str]", document.get("regions", [])))
    return ProjectDefaults(str(file), regions=regions, **paths)


def _parsed(raw: bytes, file: str) -> Mapping[str, object]:
    try:
        return tomllib.loads(raw.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise SpecError(Problem("not UTF-8 text", "", "save it as UTF-8", file=file)) from None
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        said = _PLACE.fullmatch(str(error))
        why = said[1] if said else _END.sub(r"\1", str(error))
        line, column = (int(said[2]), int(said[3])) if said else (0, 0)
        problem = Problem("not TOML", why.lower(), "check this line", "", file, line, column)
        raise SpecError(problem) from None


def _unknown(document: Mapping[str, object], file: str) -> Iterator[Problem]:
    known = (*PATHS, "regions")
    for key in document:
        if key not in known:
            fix = nearest(key, known) or f"keys: {', '.join(known)}"
            yield Problem(f"unknown key {key[:60]!r}", "", fix, key[:60], file)


def _ill_formed(document: Mapping[str, object], file: str) -> Iterator[Problem]:
    for key in PATHS:
        value = document.get(key)
        if value is not None and (not isinstance(value, str) or not value):
            yield Problem(f"{key} is no path", "", f'write {key} = "{key}.yaml"', key, file)
    regions = document.get("regions", [])
    if not isinstance(regions, list) or not all(
        isinstance(each, str) and each for each in cast("list[object]", regions)
    ):
        yield Problem("regions is no list of names", "", 'write regions = ["us-east-1"]', "regions", file)
