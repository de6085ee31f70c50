"""The repository around the working directory, as a forge names its files."""

from pathlib import Path


def from_root(file: str) -> str:
    """Name a file from the root of its repository; as it is where there is none around it."""
    path = Path.cwd() / file
    roots = (folder for folder in path.parents if (folder / ".git").exists())
    root = next(roots, Path.cwd())
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else path.as_posix()
