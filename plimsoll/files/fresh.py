"""A fresh file is written where none is: nothing that exists is ever written over."""

import os
from pathlib import Path
from tempfile import NamedTemporaryFile

from plimsoll.ground.problems import Problem, SpecError


def write_fresh(path: Path, text: str) -> None:
    """Write a file that must not exist, whole or not at all.

    The link is what makes it both: it appears with its content, and fails if the name is taken.

    Raises:
        SpecError: the name is taken, or the file cannot be written.
    """
    try:
        with NamedTemporaryFile("w", encoding="utf-8", dir=path.parent, prefix=".plimsoll-") as draft:
            draft.write(text)
            draft.flush()
            os.fchmod(draft.fileno(), 0o666 & ~_umask())
            try:
                os.link(draft.name, path)
            except PermissionError:  # a file system without hard links
                with path.open("x", encoding="utf-8") as stream:
                    stream.write(text)
    except FileExistsError:
        fix = "choose another name, or remove the file"
        raise SpecError(Problem("the file exists", "it is not overwritten", fix, file=str(path))) from None
    except OSError as error:
        what = f"cannot be written: {os.strerror(error.errno or 0).lower()}"
        raise SpecError(Problem(what, "", "check the folder", file=str(path))) from None


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
