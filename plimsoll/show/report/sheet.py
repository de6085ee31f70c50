"""A sheet is a table of a report: a caption, headed columns, rows of text, sums below."""

from collections.abc import Sequence

from plimsoll.ground.start_up import record


@record
class Sheet:
    """Cells are text from anywhere; the template escapes them. `right` are columns of figures."""

    caption: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    right: frozenset[int]
    foot: tuple[tuple[str, ...], ...] = ()


def sheet(
    caption: str,
    heads: Sequence[str],
    rows: Sequence[Sequence[str]],
    foot: Sequence[Sequence[str]] = (),
) -> Sheet:
    """Make a sheet; a heading that begins with `>` is that of a column of figures."""
    return Sheet(
        caption=caption,
        heads=tuple(head.removeprefix(">") for head in heads),
        rows=tuple(tuple(row) for row in rows),
        right=frozenset(index for index, head in enumerate(heads) if head.startswith(">")),
        foot=tuple(tuple(row) for row in foot),
    )
