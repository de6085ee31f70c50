"""Stdout is asked here, and nowhere else, whether it is a terminal, how wide, and in colour."""

import os
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING

from plimsoll.show.text import NARROWEST, PIPED, PIPED_WIDTH, Style, visible

if TYPE_CHECKING:
    from plimsoll.calibration.calibration import Calibration
    from plimsoll.catalog.discounts.terms import Discounts
    from plimsoll.spec.read import LoadedSpec
    from plimsoll.spec.runs.read import LoadedRun


def say_note(text: str) -> None:
    """Tell something on stderr that is right, and worth a word."""
    sys.stdout.flush()
    print(visible(f"note: {text}"), file=sys.stderr)  # noqa: T201 - the talk


def say_notes(specs: "Iterable[LoadedSpec | LoadedRun]") -> None:
    """Tell on stderr what is right in a spec and may be meant otherwise."""
    for spec in specs:
        for note in spec.notes:
            print(visible(f"note: {note}"), file=sys.stderr)  # noqa: T201 - the talk


def say_ended(discounts: "Discounts", day: str) -> None:
    """Tell on stderr which commitments do not count any more."""
    for each in discounts.ended(day):
        note = f"note: {discounts.file}: {each.path}: ended on {each.until}, before {day}, and is ignored"
        print(visible(note), file=sys.stderr)  # noqa: T201 - the talk


def say_unmeasured(calibration: "Calibration", specs: "Iterable[LoadedSpec | LoadedRun]") -> None:
    """Tell on stderr that a calibration has nothing of the models of any spec, or nothing of any model."""
    if not calibration.speeds:
        why = "what a measured service carries stands under measured, and is put into its spec"
        say_note(f"{calibration.file}: it moves nothing: it has no calibrations; {why}")
        return
    models = [spec.architecture.name for spec in specs if spec.architecture is not None]
    measured = dict.fromkeys(each.setup.model for each in calibration.speeds)
    if not any(model in measured for model in models):
        say_note(f"{calibration.file}: it moves nothing here: it is of {', '.join(measured)}")


def style_of_stdout() -> Style:
    """Colour where it is welcome; a fixed width when piped, so that bytes repeat."""
    terminal = sys.stdout.isatty()
    colour = _colour(terminal=terminal)
    if not terminal:
        return Style(PIPED_WIDTH, colour) if colour else PIPED
    from shutil import get_terminal_size  # 2 ms that a pipe never needs

    width = get_terminal_size((PIPED_WIDTH, 24)).columns
    return Style(max(width, NARROWEST), colour, width)


def _colour(*, terminal: bool) -> bool:
    """Say whether colour is welcome: on a terminal that is not dumb.

    FORCE_COLOR asks for it everywhere and NO_COLOR, which wins, nowhere; an empty one says nothing.
    """
    if os.environ.get("NO_COLOR"):
        return False
    return bool(os.environ.get("FORCE_COLOR")) or (terminal and os.environ.get("TERM") != "dumb")
