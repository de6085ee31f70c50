"""Text for a terminal or a pipe: tables, folded lines, colour where it is welcome, nothing that is obeyed."""

from collections.abc import Sequence

from plimsoll.ground.start_up import record

_CODES = {"bold": "1", "dim": "2", "red": "31", "green": "32", "yellow": "33", "cyan": "36"}
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
