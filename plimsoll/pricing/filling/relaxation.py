"""A fill's linear relaxation says what each unit of each limit is worth at most.

Shadow prices y with Σ y·uses ≥ value for every choice bound every fill by Σ y·room, whatever the room:
that is weak duality. The best such prices come from the simplex method, in exact fractions.
"""

from collections.abc import Sequence
from fractions import Fraction


def shadow_prices(
    values: Sequence[int], uses: Sequence[Sequence[int]], limits: Sequence[int]
) -> tuple[Fraction, ...]:
    """Find the least Σ y·limit with y ≥ 0 and Σ y·uses ≥ value for every choice.

    Every choice must use something of some limit that is above zero, else the prices are not finite.
    Simplex on the primal with Bland's rule, which cannot cycle; the prices are read off the slack columns.
    """
    rows = len(limits)
    columns = len(values)
    table = [
        [Fraction(use[i]) for use in uses]
        + [Fraction(int(i == j)) for j in range(rows)]
        + [Fraction(limits[i])]
        for i in range(rows)
    ]
    gains = [Fraction(-value) for value in values] + [Fraction(0)] * (rows + 1)
    basis = [columns + i for i in range(rows)]
    while (entering := _entering(gains)) is not None:
        leaving = _leaving(table, basis, entering)
        _pivot(table, gains, leaving, entering)
        basis[leaving] = entering
    return tuple(gains[columns : columns + rows])


def _entering(gains: Sequence[Fraction]) -> int | None:
    return next((j for j, gain in enumerate(gains[:-1]) if gain < 0), None)


def _leaving(table: Sequence[Sequence[Fraction]], basis: Sequence[int], entering: int) -> int:
    ratios = [(row[-1] / row[entering], basis[i], i) for i, row in enumerate(table) if row[entering] > 0]
    return min(ratios)[2]


def _pivot(table: list[list[Fraction]], gains: list[Fraction], leaving: int, entering: int) -> None:
    pivot = table[leaving][entering]
    table[leaving] = [cell / pivot for cell in table[leaving]]
    for i, row in enumerate(table):
        if i != leaving and row[entering]:
            factor = row[entering]
            table[i] = [a - factor * b for a, b in zip(row, table[leaving], strict=True)]
    factor = gains[entering]
    gains[:] = [a - factor * b for a, b in zip(gains, table[leaving], strict=True)]
