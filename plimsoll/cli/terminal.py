"""Stdout is asked here, and nowhere else, whether it is a terminal, how wide, and in colour."""

import os
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING

from plimsoll.show.text import NARROWEST, PIPED, Style, visible

if TYPE_CHECKING:
    from plimsoll.spec.read import LoadedSpec


def say_notes(specs: "Iterable[LoadedSpec]") -> None:
    """Tell on stderr what is right in a spec and may be meant otherwise."""
    for spec in specs:
        for note in spec.notes:
            print(visible(f"note: {note}"), file=sys.stderr)  # noqa: T201 - the talk


def style_of_stdout() -> Style:
    """Colour on a terminal unless NO_COLOR is set; a fixed width when piped, so that bytes repeat."""
    if not sys.stdout.isatty():
        return PIPED
    from shutil import get_terminal_size  # 2 ms that a pipe never needs

    colour = not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    width = get_terminal_size((PIPED.width, 24)).columns
    return Style(max(width, NARROWEST), colour, get_terminal_size().columns)
