"""Write what a command was asked to write: a file or a folder, whole or not at all."""

import errno
import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

from plimsoll.ground.problems import Problem, SpecError

_FULL = (errno.ENOSPC, errno.EDQUOT)
"""Reasons why another name on the same disk would not do."""


def unwritten(
    error: OSError, fix: str, what: str = "cannot be written", *, path: str = "", file: str = ""
) -> Problem:
    """Say that something cannot be written; a full disk is helped by room alone."""
    why = (error.strerror or str(error)).lower()
    room = "free some space there, or name a place on another disk"
    return Problem(what, why, room if error.errno in _FULL else fix, path, file)


def write_whole(text: str, path: Path) -> None:
    """Write a file; whoever reads it at the same time sees the old one or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def write_all(texts: Mapping[Path, str]) -> None:
    """Write several files, each whole; none of them unless all can be written.

    Raises:
        SpecError: one cannot be written.
    """
    try:
        put_all(texts)
    except OSError as error:
        fix = "check the folder and its permissions"
        raise SpecError(unwritten(error, fix, file=str(error.filename))) from None


def put_all(texts: Mapping[Path, str]) -> None:
    """Write several files, each whole; none of them unless all can be written.

    Raises:
        OSError: one cannot be written; it is of the file that should have been.
    """
    ready: dict[Path, Path] = {}
    path = Path()
    try:
        for path, text in texts.items():
            handle, name = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
            ready[Path(name)] = path
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(text)
            Path(name).chmod(0o644)
        for scratch, path in ready.items():
            scratch.replace(path)
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from None
    finally:
        for scratch in ready:
            scratch.unlink(missing_ok=True)


def replace_page(text: str, path: Path) -> None:
    """Write an HTML page whole; what it replaces is a page too, so that a spec is never lost to a slip.

    Raises:
        SpecError: the file there is no HTML page.
    """
    if path.is_file() and path.stat().st_size and not path.read_bytes()[:64].lower().startswith(b"<!doctype"):
        what, fix = f"{path} exists and is no HTML page", "name another file"
        raise SpecError(Problem(what, "the file is replaced as a whole", fix, path="--out"))
    write_whole(text, path)


def replace_folder(folder: Path, texts: Mapping[str, str], *, index: str, header: str) -> None:
    """Replace a folder and all in it by `texts`; nobody ever sees half of it.

    A folder is ours to replace if it is empty, or if its file `index` begins with `header`.

    Raises:
        SpecError: the folder holds something that was not written here, or nothing can be written there.
    """
    _refuse_foreign(folder, index, header)
    scratch = _scratch_beside(folder)
    try:
        fresh = scratch / "new"
        for name, text in texts.items():
            path = fresh / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        if folder.exists():
            folder.rename(scratch / "old")
        fresh.rename(folder)
    except OSError as error:
        what = f"{folder} cannot be written"
        raise SpecError(unwritten(error, "name another folder", what, path="--out")) from None
    finally:
        if not folder.exists() and (scratch / "old").exists():
            (scratch / "old").rename(folder)
        shutil.rmtree(scratch, ignore_errors=True)


def _scratch_beside(folder: Path) -> Path:
    """Make a folder to write in, on the file system of the one that it shall become."""
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        return Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    except OSError as error:
        what = f"{folder} cannot be written"
        raise SpecError(unwritten(error, "name another folder", what, path="--out")) from None


def _refuse_foreign(folder: Path, index: str, header: str) -> None:
    if not folder.exists():
        return
    known = folder / index
    ours = folder.is_dir() and known.is_file() and known.read_text(encoding="utf-8").startswith(header)
    if ours or (folder.is_dir() and not any(folder.iterdir())):
        return
    raise SpecError(
        Problem(
            what=f"{folder} exists and was not written by this command",
            why="the folder is replaced as a whole",
            fix="name a new folder, or empty this one",
            path="--out",
        )
    )
