"""The nearest number that holds, between one that fails and one that fits."""

import pytest

from plimsoll.review.comment.way_back import nearest


@pytest.mark.parametrize("limit", [5, 6, 9, 14])
def test_a_whole_number_is_the_last_that_holds(limit: int) -> None:
    assert nearest(15, 5, lambda tried: tried <= limit) == limit
    assert nearest(15.0, 5.0, lambda tried: tried <= limit) == limit


def test_it_works_upwards_too() -> None:
    assert nearest(1, 50, lambda tried: tried >= 33) == 33


def test_fractions_have_three_digits() -> None:
    found = nearest(0.5, 0.1, lambda tried: tried <= 0.31415)
    assert found == pytest.approx(0.314, abs=0.0011)
    assert len(str(found)) <= 5


def test_nothing_between_two_neighbours() -> None:
    assert nearest(6, 5, lambda _: pytest.fail("nothing to try")) == 5
