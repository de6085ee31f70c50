"""A command of the review does one thing for each spec, and tells together what is wrong with any."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from plimsoll.ground.problems import PlimsollError

T = TypeVar("T")


class NotAllError(PlimsollError):
    """What is wrong with several specs; the exit code is the highest of theirs."""

    def __init__(self, errors: Sequence[PlimsollError]) -> None:
        super().__init__([problem for error in errors for problem in error.problems])
        self.exit_code = max(error.exit_code for error in errors)


def each_of(specs: Sequence[Path], do: Callable[[Path], T]) -> list[T]:
    """Do it for every spec, in their order.

    Raises:
        NotAllError: with every problem of every spec.
    """
    done: list[T] = []
    errors: list[PlimsollError] = []
    for spec in specs:
        try:
            done.append(do(spec))
        except PlimsollError as error:
            errors.append(error)
    if errors:
        raise NotAllError(errors)
    return done
