"""Read a file that somebody named: never more of it than is sensible, whatever the name leads to."""

import os
from pathlib import Path

from plimsoll.ground.problems import Problem, SpecError


def read_bounded(path: Path, limit_bytes: int) -> bytes:
    """Read a file, a pipe or a device, up to one byte more than the limit.

    Whoever gets more than `limit_bytes` knows that the file is larger. A device that never ends
    (`/dev/zero`) and a file that grows are as harmless as a large file.

    Raises:
        SpecError: it is not there, is a folder, or may not be read.
    """
    try:
        with path.open("rb") as stream:
            return stream.read(limit_bytes + 1)
    except FileNotFoundError:
        raise SpecError(Problem("no such file", "", "check the path", file=str(path))) from None
    except IsADirectoryError:
        raise SpecError(Problem("this is a folder", "", "name the file in it", file=str(path))) from None
    except (OSError, ValueError) as error:
        number = error.errno if isinstance(error, OSError) else None
        what = f"cannot be read: {os.strerror(number).lower() if number else error}"
        fix = "check its name and permissions"
        raise SpecError(Problem(what, "", fix, file=str(path))) from None
