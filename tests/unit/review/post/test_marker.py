"""The marker is read from the first line alone."""

import pytest

from plimsoll.review.post.marker import Marker, marker_of


@pytest.mark.parametrize(
    ("body", "marker"),
    [
        ("<!-- plimsoll:review v1 key=dev head=a run=42 lock=b -->\ntext", Marker("dev", 42)),
        ("<!-- plimsoll:review v1 key=dev -->\r\ntext", Marker("dev", None)),
        ("<!-- plimsoll:review v1 -->", Marker("", None)),
        ("<!-- plimsoll:review v1 key=a=b run=x -->", Marker("a=b", None)),
        ("<!-- plimsoll:review v2 key=dev run=1 -->", None),
        ("text\n<!-- plimsoll:review v1 key=dev run=1 -->", None),
        ("> <!-- plimsoll:review v1 key=dev run=1 -->", None),
        ("<!-- plimsoll:review v1 key=dev run=1 --> text", None),
        ("", None),
        ("\n\n", None),
    ],
)
def test_first_lines(body: str, marker: Marker | None) -> None:
    assert marker_of(body) == marker


def test_older_is_a_number_and_what_is_not_known_is_older_than_nothing() -> None:
    assert Marker("", 9).is_older_than(Marker("", 10))
    assert not Marker("", 10).is_older_than(Marker("", 10))
    assert not Marker("", None).is_older_than(Marker("", 10))
    assert not Marker("", 10).is_older_than(Marker("", None))
