"""Shares of a change: each step's own, exact; what has no number lies in the next."""

from decimal import Decimal

import pytest

from plimsoll.review.diff.causes import WayPoint, less, shares
from plimsoll.review.solved.facts import CAUSES
from plimsoll.review.solved.stored_plan import BASES, Sums


def usd(amount: str | None) -> Sums | None:
    return None if amount is None else dict.fromkeys(BASES, Decimal(amount))


def split(was: str | None, *after: str | None) -> list[str | None]:
    """The ceiling's share of each cause."""
    points = [WayPoint(cause, usd(amount)) for cause, amount in zip(CAUSES, after, strict=True)]
    found = shares(usd(was), points)
    return [None if (share := found[cause]) is None else str(share["ceiling"]) for cause in CAUSES]


@pytest.mark.parametrize(
    ("was", "after", "expected"),
    [
        ("10", ("11", "13", "12", "20"), ["1", "2", "-1", "8"]),
        ("10", ("10", "10", "10", "10"), ["0", "0", "0", "0"]),
        ("10", (None, "13", "12", "20"), [None, "3", "-1", "8"]),
        ("10", (None, None, "12", "20"), [None, None, "2", "8"]),
        ("10", (None, None, None, "20"), [None, None, None, "10"]),
        ("10", ("11", None, None, "20"), ["1", None, None, "9"]),
        ("0", ("0", "0", "0", "7"), ["0", "0", "0", "7"]),
    ],
)
def test_shares(was: str, after: tuple[str | None, ...], expected: list[str | None]) -> None:
    found = split(was, *after)
    assert found == expected
    told = sum(Decimal(share) for share in found if share is not None)
    assert told == Decimal(after[-1] or 0) - Decimal(was)


def test_a_refused_side_has_no_split() -> None:
    assert split(None, "1", "2", "3", "4") == [None] * 4
    assert split("1", "2", "3", "4", None) == [None] * 4


def test_numbers_are_taken_one_by_one() -> None:
    more = {"floor": Decimal(1), "expected": Decimal(5), "ceiling": Decimal(9)}
    assert less(more, dict.fromkeys(BASES, Decimal(2))) == {
        "floor": Decimal(-1),
        "expected": Decimal(3),
        "ceiling": Decimal(7),
    }
