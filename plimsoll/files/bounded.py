"""Read a file that somebody named: never more of it than is sensible, whatever the name leads to."""

import os
import sys
from pathlib import Path

from plimsoll.ground.problems import Problem, SpecError


def read_up_to(path: Path, limit_bytes: int) -> bytes:
    """Read a file, a pipe or a device, up to one byte more than the limit.

    Whoever gets more than `limit_bytes` knows that the file is larger. A device that never ends
    (`/dev/zero`) and a file that grows are as harmless as a large file.

    Raises:
        OSError, ValueError: it cannot be read.
    """
    with path.open("rb") as stream:
        return stream.read(limit_bytes + 1)


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
        number = error.errno if isinstance(error, OSError) else None
        what = f"cannot be read: {os.strerror(number).lower() if number else error}"
        fix = "check its name and permissions"
        raise SpecError(Problem(what, "", fix, file=str(path))) from None


def size_bytes(path: Path) -> int:
    """Ask for the size of a file.

    Raises:
        OSError: it is not there, or may not be asked for.
    """
    return path.stat().st_size


def standard_input(limit_bytes: int) -> bytes:
    """Read standard input up to one byte more than the limit; nothing where there is none."""
    return sys.stdin.buffer.read(limit_bytes + 1) if sys.stdin else b""
