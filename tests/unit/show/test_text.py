"""Folding: nothing is lost, nothing stands beyond the page but a word that is longer than it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plimsoll.show.text import Style, fitted, length, side_by_side, wrap

COLOURED = Style(80, colour=True)
WORDS = st.lists(st.text("abc", min_size=1, max_size=30), max_size=20)


@given(WORDS, st.integers(10, 60), st.integers(0, 8), st.integers(0, 8))
def test_folding_loses_no_word_and_keeps_the_width(words: list[str], width: int, indent: int, hang: int):
    lines = wrap(" ".join(words), width, " " * indent, " " * hang)
    assert " ".join(lines).split() == words
    for line in lines:
        assert len(line) <= width or line in words


def test_what_fits_is_left_as_it_is():
    assert wrap("PASS  all is well", 40, "  ") == ["  PASS  all is well"]
    assert wrap("", 40) == wrap("  ", 40) == []


def test_the_later_lines_hang():
    assert wrap("one two three", 8, "· ", "    ") == ["· one", "    two", "   three"]


def test_a_word_that_is_longer_than_the_page_stands_alone_and_whole():
    assert wrap("see aws/karpenter-provider-aws for it", 12, "  ") == [
        "  see",
        "aws/karpenter-provider-aws",
        "  for it",
    ]


def test_colour_takes_no_room():
    red = COLOURED.paint("red", "red")
    assert length(red) == 3
    assert wrap(f"{red} {red}", 7) == [f"{red} {red}"]


def test_a_page_folds_only_the_lines_that_stand_beyond_it():
    text = "short\n  a line that is too long\n\nend\n"
    assert fitted(text, 14) == "short\n  a line that\n    is too\n    long\n\nend\n"
    assert fitted(text, 40) == text


def test_items_stand_side_by_side_while_they_fit():
    assert list(side_by_side(["one", "two", "three"], 14)) == ["  one   two", "  three"]
    assert list(side_by_side([], 14)) == []
    assert list(side_by_side(["one two three four"], 10)) == ["  one two", "    three", "    four"]


@pytest.mark.parametrize("text", ["", "x"])
def test_paint_is_for_those_who_want_it(text: str):
    assert Style(80, colour=False).paint(text, "bold") == text
    assert COLOURED.paint(text, "bold") == ("\x1b[1mx\x1b[0m" if text else "")
