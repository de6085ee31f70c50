"""Snapshots lie beside each other in a folder; one file, `CURRENT`, names the one that holds.

A snapshot is written whole under a hidden name, takes its own, and then `CURRENT` is replaced in one rename:
whoever reads at any time finds the old one or the new one, whole.
"""

import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

from plimsoll.files.bounded import read_bounded
from plimsoll.files.output import write_whole
from plimsoll.ground.problems import Problem, SpecError

CURRENT = "CURRENT"
_MOST_POINTER_BYTES, _MOST_BYTES = 1 << 10, 1 << 28
"""Of the file that names the snapshot; of one file of a snapshot (256 MiB: years of prices of a region)."""


def held_in(folder: Path) -> Path | None:
    """Find the snapshot that holds in a folder; None where there is none yet.

    Raises:
        SpecError: `CURRENT` names no snapshot beside it.
    """
    pointer = folder / CURRENT
    if not pointer.exists():
        return None
    name = read_bounded(pointer, _MOST_POINTER_BYTES).decode("utf-8", "replace").strip()
    if not name or Path(name).name != name or not (folder / name).is_dir():
        fix = "name a folder that 'plimsoll prices refresh' wrote"
        raise SpecError(Problem(f"names no snapshot: {name[:60]!r}", "", fix, file=str(pointer)))
    return folder / name


def bytes_in(snapshot: Path, name: str) -> bytes | None:
    """Read one file of a snapshot; None where it has no such file.

    Raises:
        SpecError: it may not be read, or is larger than any.
    """
    path = snapshot / name
    if not path.exists():
        return None
    raw = read_bounded(path, _MOST_BYTES)
    if len(raw) > _MOST_BYTES:
        raise SpecError(Problem(f"larger than {_MOST_BYTES:,} bytes", "", "check the path", file=str(path)))
    return raw


def names_of(snapshot: Path) -> list[str]:
    """List the files of a snapshot by their paths in it, sorted."""
    return sorted(str(path.relative_to(snapshot)) for path in snapshot.rglob("*") if path.is_file())


def add(folder: Path, name: str, texts: Mapping[str, str]) -> Path:
    """Add a snapshot to a folder and let it hold; where anything fails, the folder is as it was.

    A name that is taken gets a number, so that no older snapshot is touched.

    Raises:
        SpecError: nothing can be written there.
    """
    made = [each for each in (folder, *folder.parents) if not each.exists()]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return _added(folder, _free(folder, name), texts)
    except OSError as error:
        _remove_empty(made)
        why = (error.strerror or str(error)).lower()
        fix = "name another folder"
        raise SpecError(Problem(f"{folder} cannot be written", why, fix, path="--out")) from None
    except BaseException:
        _remove_empty(made)
        raise


def _added(folder: Path, target: Path, texts: Mapping[str, str]) -> Path:
    scratch = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=folder))
    try:
        for name, text in texts.items():
            path = scratch / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="")
        scratch.chmod(0o755)
        scratch.rename(target)
        write_whole(f"{target.name}\n", folder / CURRENT)
    except BaseException:
        shutil.rmtree(scratch, ignore_errors=True)
        shutil.rmtree(target, ignore_errors=True)
        raise
    return target


def _free(folder: Path, name: str) -> Path:
    number = 1
    while (path := folder / (name if number == 1 else f"{name}-{number}")).exists():
        number += 1
    return path


def _remove_empty(folders: list[Path]) -> None:
    for folder in folders:
        if folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()
