"""An edited lock is compared with what its spec still gives: lines that differ are those that were edited."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from plimsoll.files.looking import bytes_of
from plimsoll.ground.problems import PlimsollError, Problem, SpecError
from plimsoll.ground.tree import step
from plimsoll.review.lock.make import LockTerms, make_lock
from plimsoll.review.lock.read import EditedError
from plimsoll.review.lock.record import SEAL
from plimsoll.review.lock.text import lock_text
from plimsoll.text.strict_json import read_json

if TYPE_CHECKING:
    from plimsoll.spec.overrides import Overrides

_MOST = 3
"""Lines that differ: more than these were not edited, they are another plan's."""
_BESIDE = 24
"""Characters of a line that are shown on each side of what differs."""


def told_by_line(
    error: EditedError, path: Path, spec: Path, overrides: "Overrides | None" = None
) -> SpecError:
    """Name the lines of a lock that were edited; the error as it is where the spec gives another plan now."""
    text = bytes_of(path).decode("utf-8")
    try:
        made = lock_text(make_lock(spec, _terms(path.parent, read_json(text, str(path))), overrides))
    except (PlimsollError, OSError, ValueError):  # what it was solved with may be what was edited
        return error
    lines = list(zip(text.splitlines(), made.splitlines(), strict=False))
    other = [at for at, (is_, was) in enumerate(lines) if is_ != was and f'"{SEAL}": ' not in was]
    if not 0 < len(other) <= _MOST or text.count("\n") != made.count("\n"):
        return error
    return SpecError([_edited(error.problems[0], at + 1, *lines[at]) for at in other])


def _terms(folder: Path, document: Mapping[str, Any]) -> LockTerms:
    """Read what a lock was solved with, of which any part may have been edited."""
    on = step(document, "plan", "asked_on")
    laid = step(document, "facts", "prices", "folder") is not None
    prices, paid = step(document, "facts", "prices", "name"), step(document, "facts", "discounts", "name")
    measured = step(document, "facts", "calibration", "name")
    return LockTerms(
        on if isinstance(on, str) else None,
        str(folder / prices) if laid and isinstance(prices, str) else None,
        str(folder / paid) if isinstance(paid, str) else None,
        str(folder / measured) if isinstance(measured, str) else None,
    )


def _edited(problem: Problem, line: int, is_: str, was: str) -> Problem:
    pairs = zip(is_, was, strict=False)
    at = next((at for at, (one, other) in enumerate(pairs) if one != other), min(len(is_), len(was)))
    why = f"solved again it says {_around(was, at)}, and here {_around(is_, at)}"
    return replace(problem, why=why, path="", line=line, column=at + 1)


def _around(line: str, at: int) -> str:
    """Show a line around a place."""
    start, end = max(at - _BESIDE, 0), at + _BESIDE
    shown: Sequence[str] = ("…" if start else "", line[start:end].strip(), "…" if end < len(line) else "")
    return "".join(shown)
