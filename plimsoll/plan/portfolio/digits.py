"""Several columns become the digits of one number, each with room for its largest sum.

So the sum of ranks orders as the sums of the columns do, one after the other. The columns: whatever comes
before money, `spot: prefer`, expected, ceiling, and what tells equal choices apart.
"""

from collections.abc import Sequence

from plimsoll.ground.start_up import record


@record
class Digits:
    """The worth of each column; `beyond` is more than any sum of ranks.

    `fronted` says that a column comes before the usual ones, `front_basis` that it is the money on a basis.
    """

    places: tuple[int, ...]
    beyond: int
    fronted: bool
    front_basis: str | None

    def number(self, row: Sequence[int]) -> int:
        """Write a row as a rank."""
        return sum(value * place for value, place in zip(row, self.places, strict=True))

    def money(self, expected: int, ceiling: int) -> int:
        """Write the part of a rank that is money, in cents."""
        front = {"expected": expected, "ceiling": ceiling}.get(self.front_basis or "", 0)
        _, at_expected, at_ceiling, *_ = self.places[self.fronted :]
        return front * self.places[0] + expected * at_expected + ceiling * at_ceiling


def digits_of(
    columns: Sequence[Sequence[Sequence[int]]], fronted: bool, front_basis: str | None, paid: int
) -> Digits:
    """Give each column room for a row of each list, all rows of the last, and `paid` on top of any."""
    wide = max(len(row) for rows in columns for row in rows)
    worth, places = 1, list[int]()
    *lists, shared = columns
    for index in reversed(range(wide)):
        places.append(worth)
        largest = sum(max(row[index] for row in rows) for rows in lists) + sum(row[index] for row in shared)
        worth *= largest + paid + 1
    return Digits(tuple(places[::-1]), worth, fronted, front_basis)
