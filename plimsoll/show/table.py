"""Plain tables and colour for a terminal; the same text without colour when piped."""

import os
import shutil
import sys
from collections.abc import Sequence

from plimsoll.ground.start_up import record

_CODES = {"bold": "1", "dim": "2", "red": "31", "green": "32", "yellow": "33", "cyan": "36"}
PIPED_WIDTH = 110
NARROWEST = 60


@record
class Style:
    """Where the text goes: how wide it may be, and whether colour is welcome."""

    width: int
    colour: bool

    def paint(self, text: str, *names: str) -> str:
        """Wrap text in colours, if they are welcome."""
        if not self.colour or not text:
            return text
        codes = ";".join(_CODES[name] for name in names)
        return f"\x1b[{codes}m{text}\x1b[0m"


def style_of_stdout() -> Style:
    """Colour on a terminal unless NO_COLOR is set; a fixed width when piped, so that bytes repeat."""
    terminal = sys.stdout.isatty()
    colour = terminal and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    width = shutil.get_terminal_size((PIPED_WIDTH, 24)).columns if terminal else PIPED_WIDTH
    return Style(max(width, NARROWEST), colour)


def columns(rows: Sequence[Sequence[str]], *, right: Sequence[int] = (), gap: int = 2) -> list[str]:
    """Align rows in columns; those of index `right` are flush right. Trailing blanks are dropped."""
    if not rows:
        return []
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    lines: list[str] = []
    for row in rows:
        cells = [
            cell.rjust(width) if index in right else cell.ljust(width)
            for index, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        lines.append((" " * gap).join(cells).rstrip())
    return lines


def clip(text: str, width: int) -> str:
    """Cut a line to a width, with an ellipsis where something is missing."""
    return text if len(text) <= width else text[: max(width - 1, 1)].rstrip() + "…"


def wrap(text: str, width: int, indent: str) -> list[str]:
    """Fold a text into lines of a width, each behind an indent."""
    lines: list[str] = []
    line = ""
    for word in text.split():
        if line and len(indent) + len(line) + 1 + len(word) > width:
            lines.append(indent + line)
            line = word
        else:
            line = f"{line} {word}".strip()
    return [*lines, indent + line] if line else lines
