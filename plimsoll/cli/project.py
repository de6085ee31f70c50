"""The project around the working directory: what its file says stands for flags that a call leaves out."""

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # start-up: most calls have no such file, and need no reader of TOML
    from plimsoll.text.project import ProjectDefaults

FILE = "plimsoll.toml"


def project_defaults() -> "ProjectDefaults | None":
    """Read the project's file in this folder or the nearest above it; None if there is none.

    Raises:
        SpecError: with every problem of the file.
    """
    from plimsoll.files.looking import above

    if above(Path.cwd(), FILE) is None:
        return None
    from plimsoll.gate.inputs.project import project_around

    return project_around(Path.cwd())
