"""Look into folders that somebody named: what is there, and what a reference leads to."""

from collections.abc import Collection
from pathlib import Path


def names_in(folder: Path, suffixes: Collection[str]) -> list[str]:
    """List the names in a folder that end so, sorted; none where it cannot be listed."""
    try:
        return sorted(item.name for item in folder.iterdir() if item.suffix in suffixes)
    except OSError:
        return []


def referred(folder: Path, reference: str, inside: str) -> Path | None:
    """Follow a reference from a folder to a file; a reference to a folder means the file `inside` it.

    Gives a file that may be missing, and None for a device, a pipe or the like.

    Raises:
        OSError, ValueError, RuntimeError: the reference cannot be followed.
    """
    path = folder / Path(reference).expanduser()
    path = path / inside if path.is_dir() else path
    return None if path.exists() and not path.is_file() else path


def holds(folder: Path, name: str, inside: str) -> bool:
    """Say whether a folder of that name lies in `folder` and has the file `inside` it."""
    try:
        return (folder / name / inside).is_file()
    except (OSError, ValueError):
        return False
