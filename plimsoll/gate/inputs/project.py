"""The project around a folder: what its file says stands for what a check or the pack is not told."""

from pathlib import Path

from plimsoll.files.looking import above, as_seen, bytes_of
from plimsoll.text.project import PROJECT_FILE, ProjectDefaults, read_project


def project_around(folder: Path) -> ProjectDefaults | None:
    """Read the project's file in a folder or the nearest above it; None if there is none.

    Raises:
        SpecError: with every problem of the file.
    """
    found = above(folder, PROJECT_FILE)
    return read_project(bytes_of(found), Path(as_seen(found))) if found is not None else None


def own_discounts(folder: Path) -> str | None:
    """Name the discounts file that the project of a folder says; None where it says none.

    Raises:
        SpecError: with every problem of the project's file.
    """
    project = project_around(folder)
    return project.discounts if project is not None else None


def own_calibration(folder: Path) -> str | None:
    """Name the calibration that the project of a folder says; None where it says none.

    Raises:
        SpecError: with every problem of the project's file.
    """
    project = project_around(folder)
    return project.calibration if project is not None else None


def own_prices(folder: Path) -> str | None:
    """Name the folder of prices that the project of a folder says; None where it says none.

    Raises:
        SpecError: with every problem of the project's file.
    """
    project = project_around(folder)
    return project.prices if project is not None else None
