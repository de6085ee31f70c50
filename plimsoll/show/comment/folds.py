"""Folds are what a reader opens; where there is no room, they lose rows and say how many."""

from collections.abc import Iterable, Sequence

from plimsoll.ground.start_up import record
from plimsoll.show.markdown import fitting, size

_SPARE = 80
"""Units kept for the line that counts what was left out."""


@record
class Fold:
    """A title, and rows below it; `heading` are rows that all the others need."""

    title: str
    rows: Sequence[str]
    heading: Sequence[str] = ()


def folded(folds: Iterable[Fold], room: int) -> list[str]:
    """Write folds one after the other into a room of UTF-16 units; an empty one is left out."""
    lines: list[str] = []
    for fold in folds:
        written = _fold(fold, room)
        lines += written
        room -= size(written)
    return lines


def _fold(fold: Fold, room: int) -> list[str]:
    frame = [f"<details><summary>{fold.title}</summary>", "", *fold.heading, "", "</details>", ""]
    left = room - size(frame) - _SPARE
    kept = fitting(fold.rows, left)
    if not kept:
        return []
    more = len(fold.rows) - len(kept)
    rest = ["", f"… and {more} more; `plimsoll diff` has all"] if more else []
    return [*frame[: len(fold.heading) + 2], *kept, *rest, *frame[-3:]]
