"""Text for a terminal or a pipe: folded lines, colour where it is welcome, nothing that is cut or obeyed."""

import re
from collections.abc import Iterator, Sequence

from plimsoll.ground.start_up import record

_CODES = {"bold": "1", "dim": "2", "red": "31", "green": "32", "yellow": "33", "cyan": "36"}
_PAINT = re.compile(r"\x1b\[[0-9;]*m")
PIPED_WIDTH = 110
NARROWEST = 60
"""Columns that a page has in a pipe, and at least on a terminal."""


@record
class Style:
    """A page that text goes to: how wide it may be, whether colour is welcome, how wide the terminal is.

    `columns` is 0 where there is no terminal.
    """

    width: int
    colour: bool
    columns: int = 0

    def paint(self, text: str, *names: str) -> str:
        """Wrap text in colours, if they are welcome."""
        if not self.colour or not text:
            return text
        codes = ";".join(_CODES[name] for name in names)
        return f"\x1b[{codes}m{text}\x1b[0m"


PIPED = Style(PIPED_WIDTH, colour=False)
"""Where nobody said otherwise: the same bytes on every machine."""


def wrap(text: str, width: int, indent: str = "", hang: str | None = None) -> list[str]:
    """Fold a text into lines of a width: the first behind `indent`, the others behind `hang` (as `indent`).

    A word is never cut. One that does not fit behind its indent stands further left; one that is longer than
    the width stands beyond it, alone on its line. Colour takes no room.
    """
    if length(indent) + length(text) <= width and "\n" not in text:
        return [(indent + text).rstrip()] if text.strip() else []
    lines: list[str] = []
    line = ""
    behind, later = indent, indent if hang is None else hang
    for word in text.split():
        if line and len(behind) + length(line) + 1 + length(word) > width:
            lines.append(_placed(line, width, behind))
            line, behind = word, later
        else:
            line = f"{line} {word}" if line else word
    return [*lines, _placed(line, width, behind)] if line else lines


def _placed(line: str, width: int, indent: str) -> str:
    return indent[: max(width - length(line), 0)] + line


def fitted(text: str, width: int) -> str:
    """Fold what still stands beyond a width, so that no writer can overflow a page."""
    return "\n".join(line for long in text.split("\n") for line in _fitting(long, width))


def _fitting(line: str, width: int) -> list[str]:
    if length(line) <= width:
        return [line]
    indent = line[: len(line) - len(line.lstrip(" "))]
    return wrap(line, width, indent, f"{indent}  ")


def length(text: str) -> int:
    """Count the columns that a text takes: colour takes none."""
    return len(_PAINT.sub("", text)) if "\x1b" in text else len(text)


def side_by_side(items: Sequence[str], width: int, indent: str = "  ", gap: str = "   ") -> Iterator[str]:
    """Put as many items on a line as fit; one that is wider than the page is folded."""
    line = ""
    for item in items:
        longer = f"{line}{gap}{item}" if line else indent + item
        if line and length(longer) > width:
            yield from _fitting(line, width)
            longer = indent + item
        line = longer
    if line:
        yield from _fitting(line, width)


_LONGEST = 2000
"""Characters of one line that are shown; a megabyte of value in a message helps nobody."""


def visible(text: str) -> str:
    """Write what is not printable (controls, direction marks, line ends) as escapes, and cut long text.

    A spec, a file name or an argument may carry terminal escapes; an error message that quotes them
    must not run them, nor break into a second line that looks like another message.
    """
    if len(text) > _LONGEST:
        text = text[: _LONGEST - 1] + "…"
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else _escaped(char) for char in text)


def _escaped(char: str) -> str:
    return char.encode("unicode_escape", "backslashreplace").decode("ascii")
