"""Read a large file that somebody named line by line, so that memory does not grow with it."""

import hashlib
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from plimsoll.ground.problems import Problem, SpecError


@dataclass(slots=True)
class Streamed:
    """One file that is read once, from its first line to its last."""

    path: Path
    _digest: Any = field(default_factory=hashlib.sha256)

    def lines(self) -> Iterator[str]:
        """Yield the lines with their ends.

        Raises:
            SpecError: it is not there, is no regular file, or may not be read.
        """
        try:
            # O_NONBLOCK: a pipe that nobody writes to would hold its reader for ever.
            opened = os.open(self.path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
            with os.fdopen(opened, "rb") as stream:
                if not stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
                    raise SpecError(Problem("not a regular file", "", "check the path", file=str(self.path)))
                for line in stream:
                    self._digest.update(line)
                    yield line.decode("utf-8-sig", "replace")
        except OSError as error:
            why = (error.strerror or str(error)).lower()
            raise SpecError(Problem("cannot be read", why, "check the path", file=str(self.path))) from None

    @property
    def sha256(self) -> str:
        """The digest of what was read so far."""
        return self._digest.hexdigest()


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
