"""A lock is solved with its own calibration: the file is named from the lock, and known by its digest."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from plimsoll.files.looking import named_from
from plimsoll.ground.problems import Problem, SpecError
from plimsoll.review.lock.opened import LockFile, of_lock
from plimsoll.review.lock.record import FactsFile
from plimsoll.speed.facts import SpeedFacts
from plimsoll.speed.read import speed_with


def speed_from(folder: Path, calibration: str | None) -> SpeedFacts:
    """Read the constants, and a calibration as it is named from a folder.

    Raises:
        SpecError: the file cannot be read, or is wrong.
    """
    speed = speed_with(calibration)
    if calibration is None or speed.calibration is None:
        return speed
    return replace(speed, calibration=replace(speed.calibration, file=named_from(folder, Path(calibration))))


def calibration_read(speed: SpeedFacts) -> FactsFile | None:
    """Say which calibration was read; None without one."""
    own = speed.calibration
    return None if own is None else FactsFile(own.file, own.sha256, own.newest)


def of_the_calibration(held: LockFile) -> Iterator[Problem]:
    """Find why the calibration that a lock was solved with cannot be solved with again."""
    said = held.lock.facts.calibration
    if said is None:
        return
    try:
        found = speed_from(held.folder, held.calibration).calibration
    except SpecError as error:
        yield from (of_lock(held, "facts.calibration", str(problem)) for problem in error.problems)
        return
    if found is not None and found.sha256 != said.sha256:
        yield other_calibration(held, said.name)


def other_calibration(held: LockFile, name: str) -> Problem:
    """Say that a file is not what a lock was solved with."""
    return of_lock(held, "facts.calibration", f"{name} is not the file that the lock was solved with")
