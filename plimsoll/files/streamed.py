"""Read a large file that somebody named line by line, so that memory does not grow with it."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from plimsoll.ground.problems import Problem, SpecError


def lines_of(path: Path) -> Iterator[str]:
    """Yield the lines of a file with their ends.

    Raises:
        SpecError: it is not there, is no regular file, or may not be read.
    """
    try:
        # O_NONBLOCK: a pipe that nobody writes to would hold its reader for ever.
        opened = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        with os.fdopen(opened, "rb") as stream:
            if not stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
                raise SpecError(Problem("not a regular file", "", "check the path", file=str(path)))
            for line in stream:
                yield line.decode("utf-8-sig", "replace")
    except OSError as error:
        why = (error.strerror or str(error)).lower()
        raise SpecError(Problem("cannot be read", why, "check the path", file=str(path))) from None


def folders_with(folder: Path, inside: str) -> list[str]:
    """List the folders in a folder that hold a file of that name, sorted.

    Raises:
        SpecError: the folder cannot be listed.
    """
    try:
        return sorted(item.name for item in folder.iterdir() if (item / inside).exists())
    except OSError as error:
        why = (error.strerror or str(error)).lower()
        problem = Problem("the folder cannot be listed", why, "check the path", file=str(folder))
        raise SpecError(problem) from None
