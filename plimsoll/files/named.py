"""Read the texts that somebody named on a command line: files, folders of them, and standard input."""

import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from plimsoll.files.bounded import read_bounded
from plimsoll.ground.problems import Problem, SpecError

SUFFIXES = (".yaml", ".yml", ".json")


def texts_of(names: Sequence[str], most_bytes: int, problems: list[Problem]) -> Iterator[tuple[str, str]]:
    """Yield file and text of each; of a folder every manifest in it, of `-` the standard input.

    What is named twice is a problem: it would count twice.
    """
    seen: set[Path] = set()
    for name in names:
        if _again(Path(name), seen, problems):
            continue
        if name == "-":
            yield "<stdin>", sys.stdin.read()
            continue
        path = Path(name)
        files = sorted(_files(path)) if path.is_dir() else [path]
        if not files:
            problems.append(Problem("the folder holds no YAML or JSON", "", "name a file", file=name))
        for file in files:
            if path.is_dir() and _again(file, seen, problems):
                continue
            text = _text(file, most_bytes, problems)
            if text is not None:
                yield str(file), text


def _again(path: Path, seen: set[Path], problems: list[Problem]) -> bool:
    """Tell whether a path was named before, by whatever way; if so it is a problem."""
    real = Path(os.path.realpath(path))
    if real not in seen:
        seen.add(real)
        return False
    problems.append(Problem("the same input twice", "it would count twice", "give it once", file=str(path)))
    return True


def _files(folder: Path) -> Iterator[Path]:
    """Find manifests in a folder; hidden files and folders are left out."""
    for path in folder.rglob("*"):
        hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
        if path.suffix in SUFFIXES and path.is_file() and not hidden:
            yield path


def _text(path: Path, most_bytes: int, problems: list[Problem]) -> str | None:
    try:
        raw = read_bounded(path, most_bytes)
        if len(raw) <= most_bytes:
            return raw.decode("utf-8-sig")
        problems.append(Problem(f"larger than {most_bytes:,} bytes", "", "split it", file=str(path)))
    except UnicodeDecodeError:
        problems.append(Problem("not UTF-8 text", "", "save it as UTF-8", file=str(path)))
    except SpecError as error:
        problems += error.problems
    return None
