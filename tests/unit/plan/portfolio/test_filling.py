"""Water-filling: floors are kept, the rest goes by priority × demand, a remainder to the largest fraction."""

from fractions import Fraction

import pytest

from plimsoll.plan.portfolio.filling import Vessel, fill, shares_of


def vessel(floor: int, demand: int, priority: int, *each: int) -> Vessel:
    """A workload whose every replica takes so much of each limit."""
    takes = [tuple(take * count for take in each) for count in range(floor, demand + 1)]
    return Vessel(floor, demand, Fraction(priority * demand), takes)


THREE = [vessel(2, 8, 3, 1), vessel(2, 6, 1, 1), vessel(2, 4, 1, 1)]


def test_shares_are_floors_and_a_part_of_the_rest_by_weight() -> None:
    assert [round(float(share), 2) for share in shares_of(THREE, [12])] == [6.24, 3.06, 2.71]
    assert fill(THREE, [12]) == [6, 3, 3]


@pytest.mark.parametrize(
    ("limit", "counts"),
    [(6, [2, 2, 2]), (7, [3, 2, 2]), (14, [8, 3, 3]), (18, [8, 6, 4]), (99, [8, 6, 4])],
)
def test_what_one_leaves_the_others_share(limit: int, counts: list[int]) -> None:
    assert fill(THREE, [limit]) == counts


def test_floors_that_do_not_fit_are_no_share() -> None:
    assert fill(THREE, [5]) is None


def test_who_takes_nothing_of_a_full_limit_rises_on() -> None:
    on_p5, on_g6 = vessel(1, 4, 1, 192, 0), vessel(1, 9, 1, 0, 4)
    assert fill([on_p5, on_g6], [400, 400]) == [2, 9]


def test_nothing_is_left_that_would_do_for_one_more() -> None:
    big, small = vessel(1, 5, 1, 48), vessel(1, 5, 1, 4)
    counts = fill([big, small], [130])
    assert counts == [2, 5]
