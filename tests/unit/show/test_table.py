"""Tables: in columns where they fit, folded where a column gives way, as paragraphs where none can."""

from hypothesis import given
from hypothesis import strategies as st

from plimsoll.show.table import Column, Table

COLUMNS = (Column("item", least=8), Column("USD", right=True))
ROWS = [("base nodes in flight", "1.50"), ("NAT", "10.00")]
CELLS = st.text("ab ", max_size=40).map(str.strip)


def test_a_wide_page_has_columns():
    assert Table(COLUMNS, ROWS).lines(80) == [
        "  item                    USD",
        "  base nodes in flight   1.50",
        "  NAT                   10.00",
    ]


def test_a_column_that_may_gives_way():
    assert Table(COLUMNS, ROWS).lines(19) == [
        "  item          USD",
        "  base nodes   1.50",
        "  in flight",
        "  NAT         10.00",
    ]


def test_a_narrow_page_has_paragraphs_whose_cells_say_what_they_are():
    assert Table(COLUMNS, ROWS).lines(16) == [
        "  base nodes in",
        "  flight",
        "      USD 1.50",
        "  NAT",
        "      USD 10.00",
    ]


def test_without_a_width_every_row_is_a_line():
    assert len(Table(COLUMNS, [("word " * 100, "1")]).lines(None)) == 2


def test_no_heading_where_no_column_has_one_and_no_rows_is_no_fault():
    assert Table((Column(), Column()), [("a", "b")]).lines(80) == ["  a  b"]
    assert Table((Column(), Column()), []).blocks(80) == []
    assert Table(COLUMNS, []).blocks(80) == [["  item  USD"]]
    assert Table(COLUMNS, []).blocks(4) == [[]]


@given(st.lists(st.tuples(CELLS, CELLS, CELLS), max_size=5), st.integers(20, 80))
def test_every_word_is_there_and_fits(rows: list[tuple[str, str, str]], width: int):
    columns = (Column("name", least=6), Column("what", least=6), Column("n", right=True))
    lines = Table(columns, rows, named=1).lines(width)
    words = [word for line in lines for word in line.split()]
    for row in rows:
        for cell in row:
            assert all(word in words for word in cell.split())
    longest = {word for row in rows for cell in row for word in cell.split()}
    assert all(len(line) <= width or line.strip() in longest for line in lines)
