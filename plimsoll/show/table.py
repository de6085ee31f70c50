"""A table for people fits its page: columns give way, and where they cannot, each row becomes a paragraph."""

from collections.abc import Sequence

from plimsoll.ground.start_up import record
from plimsoll.show.text import Style, length, side_by_side, wrap

_GAP = "  "
_UNDER = "    "
"""What stands between two columns, and before the cells of a row that stand under its name."""


@record
class Column:
    """A column: its heading, whether it is flush right, and the width to which it may be folded.

    `least` is 0 for a column that is never folded.
    """

    heading: str = ""
    right: bool = False
    least: int = 0


@record
class Table:
    """Rows of cells under columns; the first `named` of them say which row it is.

    `indent` stands before every line. Nothing is ever cut.
    """

    columns: Sequence[Column]
    rows: Sequence[Sequence[str]]
    named: int = 1
    indent: str = "  "

    def blocks(self, width: int | None) -> list[list[str]]:
        """Write the heading, if there is one, and each row: the lines of each by itself.

        Without a width every row is one line. A page that is too narrow for the columns has no heading: each
        cell carries its own.
        """
        headed = any(column.heading for column in self.columns)
        heading = [[column.heading for column in self.columns]] if headed else []
        rows = [*heading, *self.rows]
        widths = self._widths(rows, width)
        if widths is None:
            assert width is not None
            paragraphs = [self._paragraph(row, width) for row in self.rows]
            return [[], *paragraphs] if headed else paragraphs
        return [self._line(row, widths) for row in rows]

    def lines(self, width: int | None) -> list[str]:
        """Write the table."""
        return [line for block in self.blocks(width) for line in block]

    def painted(self, style: Style, width: int | None) -> list[str]:
        """Write the table with its heading in bold; where there is no room for one, the name of each row."""
        heading, *rows = self.blocks(width)
        if not heading:
            rows = [[style.paint(name, "bold"), *cells] for name, *cells in rows]
        return [style.paint(line, "bold") for line in heading] + [line for row in rows for line in row]

    def _widths(self, rows: Sequence[Sequence[str]], width: int | None) -> list[int] | None:
        """Give every column its width; None where the page is too narrow for them."""
        natural = [max((length(row[i]) for row in rows), default=0) for i in range(len(self.columns))]
        if width is None:
            return natural
        spare = width - len(self.indent) - sum(natural) - len(_GAP) * (len(natural) - 1)
        for index in sorted(range(len(natural)), key=lambda i: -natural[i]):
            if spare < 0 and self.columns[index].least:
                given = min(-spare, natural[index] - self._least(rows, index, natural[index]))
                natural[index] -= given
                spare += given
        return natural if spare >= 0 else None

    def _least(self, rows: Sequence[Sequence[str]], index: int, natural: int) -> int:
        """Say how narrow a column may become: never narrower than its longest word."""
        longest = max((length(word) for row in rows for word in row[index].split()), default=0)
        return min(natural, max(longest, self.columns[index].least))

    def _line(self, row: Sequence[str], widths: Sequence[int]) -> list[str]:
        folded = [
            wrap(cell, size) if length(cell) > size else [cell]
            for cell, size in zip(row, widths, strict=True)
        ]
        lines: list[str] = []
        for index in range(max(len(cell) for cell in folded)):
            parts = [cell[index] if index < len(cell) else "" for cell in folded]
            line = _GAP.join(
                _filled(part, size, right=column.right)
                for part, size, column in zip(parts, widths, self.columns, strict=True)
            )
            lines.append((self.indent + line).rstrip())
        return lines

    def _paragraph(self, row: Sequence[str], width: int) -> list[str]:
        """Write a row as its name, and what the columns say of it below."""
        name = " ".join(cell for cell in row[: self.named] if cell)
        under = self.indent + _UNDER
        cells = [
            f"{column.heading} {cell}".strip()
            for column, cell in zip(self.columns[self.named :], row[self.named :], strict=True)
            if cell not in ("", "-", "–")
        ]
        return [*wrap(name, width, self.indent), *side_by_side(cells, width, under, " · ")]


def _filled(text: str, width: int, *, right: bool) -> str:
    blank = " " * (width - length(text))
    return blank + text if right else text + blank
