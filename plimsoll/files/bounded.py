"""Read a file that somebody named: never more of it than is sensible, whatever the name leads to."""

import errno
import os
import stat
import sys
from pathlib import Path

from plimsoll.ground.problems import Problem, SpecError


def read_up_to(path: Path, limit_bytes: int) -> bytes:
    """Read a regular file up to one byte more than the limit.

    Whoever gets more than `limit_bytes` knows that the file is larger; a file that grows is as harmless
    as a large one.

    Raises:
        OSError, ValueError: it cannot be read; a pipe or a device is not even waited for.
    """
    # O_NONBLOCK: a pipe that nobody writes to would hold its reader for ever.
    with os.fdopen(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb") as stream:
        if not stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
            raise OSError(errno.EINVAL, NOT_A_FILE)
        return stream.read(limit_bytes + 1)


NOT_A_FILE = "not a regular file: a pipe or a device may never end"


def read_bounded(path: Path, limit_bytes: int) -> bytes:
    """Read a file as `read_up_to` does, and say in words why it cannot be read.

    Raises:
        SpecError: it is not there, is a folder, or may not be read.
    """
    try:
        return read_up_to(path, limit_bytes)
    except FileNotFoundError:
        raise SpecError(Problem("no such file", "", "check the path", file=str(path))) from None
    except IsADirectoryError:
        raise SpecError(Problem("this is a folder", "", "name the file in it", file=str(path))) from None
    except (OSError, ValueError) as error:
        raise SpecError(_unread(error, str(path))) from None


def _unread(error: OSError | ValueError, file: str) -> Problem:
    if not isinstance(error, OSError) or error.errno is None:
        return Problem(f"cannot be read: {error}", "", "check its name and permissions", file=file)
    if error.strerror == NOT_A_FILE:
        what, _, why = NOT_A_FILE.partition(": ")
        return Problem(what, why, "give a file, or - for standard input", file=file)
    what = f"cannot be read: {os.strerror(error.errno).lower()}"
    return Problem(what, "", "check its name and permissions", file=file)


def size_bytes(path: Path) -> int:
    """Ask for the size of a file.

    Raises:
        OSError: it is not there, or may not be asked for.
    """
    return path.stat().st_size


def standard_input(limit_bytes: int) -> bytes:
    """Read standard input up to one byte more than the limit; nothing where there is none."""
    return sys.stdin.buffer.read(limit_bytes + 1) if sys.stdin else b""
