"""The project around a spec says for its lock what a call leaves out, wherever the command is run."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from plimsoll.review.lock.make import LockTerms
    from plimsoll.spec.overrides import Overrides
    from plimsoll.text.project import ProjectDefaults

_OF_A_FILE = ("prices", "discounts", "calibration")
"""What the project's file says of a lock, under the names of the options."""


def terms_of(spec: Path, said: Mapping[str, str | None]) -> "LockTerms":
    """Say what a lock is solved with: as the call says, else as the project around the spec does.

    Raises:
        SpecError: with every problem of the project's file.
    """
    from plimsoll.review.lock.make import LockTerms

    project = _project(spec)
    named = {} if project is None else {name: getattr(project, name) for name in _OF_A_FILE}
    return LockTerms(said["on"], **{name: said[name] or named.get(name) for name in _OF_A_FILE})


def overrides_of(spec: Path) -> "Overrides | None":
    """Let the project around a spec say where it runs, if the spec names no region; it says nothing else.

    Raises:
        SpecError: with every problem of the project's file.
    """
    project = _project(spec)
    if project is None or not project.regions:
        return None
    from plimsoll.files.looking import named_from
    from plimsoll.spec.overrides import Overrides

    by = named_from(spec.parent, Path(project.file))
    return Overrides(otherwise=project.regions, otherwise_by=by)


def _project(spec: Path) -> "ProjectDefaults | None":
    from plimsoll.files.looking import absolute
    from plimsoll.gate.inputs.project import project_around

    return project_around(absolute(spec.parent))
