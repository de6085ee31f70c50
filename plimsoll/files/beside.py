"""Files are written one by one into a folder that others keep files in too; theirs are never touched."""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from plimsoll.files.bounded import read_up_to
from plimsoll.files.output import put_all, unwritten
from plimsoll.ground.problems import Problem, SpecError

MOST_BYTES = 1_000_000
"""No manifest of ours comes near this: a longer file is somebody else's."""


def text_in(folder: Path, name: str) -> str | None:
    """Read a file that may have been written here; None where there is none, or something else."""
    return _text(folder / name)


def _text(path: Path) -> str | None:
    try:
        raw = read_up_to(path, MOST_BYTES) if path.is_file() else b""
        return raw.decode("utf-8") if 0 < len(raw) <= MOST_BYTES else None
    except (OSError, UnicodeDecodeError):
        return None


def refuse_foreign(folder: Path, names: Iterable[str], ours: Callable[[str], bool]) -> None:
    """Refuse to write over what was not written here.

    Raises:
        SpecError: with every such file.
    """
    foreign = [path for path in (folder / name for name in names) if _is_foreign(path, ours)]
    if foreign:
        why = "only what this command wrote is replaced"
        raise SpecError(
            [
                Problem("it was not written by this command", why, "move it, or give --force", file=str(path))
                for path in foreign
            ]
        )


def _is_foreign(path: Path, ours: Callable[[str], bool]) -> bool:
    if not path.exists() and not path.is_symlink():
        return False
    text = _text(path)
    return text is None or not ours(text)


def place(folder: Path, texts: Mapping[str, str]) -> None:
    """Write each file whole, and none of them unless all can be written.

    Raises:
        SpecError: nothing can be written there.
    """
    try:
        for path in {(folder / name).parent for name in texts}:
            path.mkdir(parents=True, exist_ok=True)
        put_all({folder / name: text for name, text in texts.items()})
    except OSError as error:
        what = f"{folder} cannot be written"
        raise SpecError(unwritten(error, "name another folder", what, path="--out")) from None


def remove(folder: Path, names: Iterable[str]) -> None:
    """Remove files that are written no more."""
    for name in names:
        (folder / name).unlink(missing_ok=True)
