"""Find files of a project, and read them as they are."""

import os
from pathlib import Path

from plimsoll.files.bounded import read_bounded
from plimsoll.ground.problems import Problem, SpecError

MOST_BYTES = 1 << 20
"""A file of a project is a few kilobytes; nothing larger is read."""


def above(start: Path, name: str) -> Path | None:
    """Find a file in a folder or in the nearest folder above it."""
    return next((folder / name for folder in (start, *start.parents) if (folder / name).is_file()), None)


def there(path: Path) -> bool:
    """Say whether anything has that name, also a link that leads nowhere."""
    return path.exists() or path.is_symlink()


def matching(folder: Path, pattern: str) -> list[Path]:
    """List the files of a folder whose names match, sorted."""
    return sorted(folder.glob(pattern))


def bytes_of(path: Path) -> bytes:
    """Read a file of the project.

    Raises:
        SpecError: it cannot be read, or is larger than any file of a project.
    """
    raw = read_bounded(path, MOST_BYTES)
    if len(raw) > MOST_BYTES:
        raise SpecError(Problem(f"larger than {MOST_BYTES:,} bytes", "", "check the path", file=str(path)))
    return raw


def as_seen(path: Path) -> str:
    """Write a path as a person in the working directory would."""
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)


def named_from(folder: Path, path: Path) -> str:
    """Write a path as one that begins in a folder, with slashes: the same wherever both lie."""
    return Path(os.path.relpath(path, folder)).as_posix()


def absolute(path: Path) -> Path:
    """Follow a path to where it really leads."""
    return path.resolve()
