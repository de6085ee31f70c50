"""Shapes are text: escaped, named, and the same on every machine."""

from itertools import pairwise
from xml.etree import ElementTree

import pytest

from plimsoll.show.preview.canvas import text_width
from plimsoll.show.report.svg import WIDTH, Figure, at, spread, text


@pytest.mark.parametrize(
    ("value", "written"), [(1.0, "1"), (-0.04, "0"), (0.25, "0.2"), (12.34, "12.3"), (880, "880")]
)
def test_a_coordinate_is_as_fine_as_anybody_sees(value: float, written: str) -> None:
    assert at(value) == written


def test_a_figure_says_what_it_shows_and_obeys_nobody() -> None:
    words = "<svg onload='x'> & more"
    figure = Figure("f", words, words, 40, (text(1, 2, words),))
    root = ElementTree.fromstring(figure.svg)
    assert root.get("role") == "img"
    assert [each.text for each in root] == [words, words, words]
    assert root.get("aria-labelledby") == f"{root[0].get('id')} {root[1].get('id')}"


def test_labels_are_moved_apart_and_stay_on_the_page() -> None:
    labels = [(870.0, "floor"), (871.0, "expected"), (WIDTH, "ceiling")]
    places = spread(labels, WIDTH)
    ends = [
        (x - text_width(name, 12, 600) / 2, x + text_width(name, 12, 600) / 2)
        for x, (_, name) in zip(places, labels, strict=True)
    ]
    assert all(left >= right for (_, right), (left, _) in pairwise(ends))
    assert ends[-1][1] <= WIDTH
