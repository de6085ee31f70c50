"""How much to commit to: breadth of a load over its hours against the price of a commitment."""

from decimal import Decimal

import pytest

from plimsoll.money.terms import commit_level

USAGE = (2,) * 8 + (6,) * 8 + (10,) * 8


def paid(level: int, ratio: Decimal) -> Decimal:
    """Unit-hours a day of on-demand price: the committed ones at the ratio, the rest in full."""
    return 24 * level * ratio + sum(max(used - level, 0) for used in USAGE)


@pytest.mark.parametrize(
    ("committed", "on_demand", "level", "unit_hours"),
    [
        ("0.63", "1", 6, "122.72"),
        ("0.70", "1", 2, "129.60"),
        ("0.30", "1", 10, "72.00"),
        ("2", "3", 2, "128"),
    ],
)
def test_the_level_costs_least_and_a_tie_is_not_bought(
    committed: str, on_demand: str, level: int, unit_hours: str
) -> None:
    found = commit_level(USAGE, Decimal(committed), Decimal(on_demand))
    ratio = Decimal(committed) / Decimal(on_demand)
    assert found == level
    assert round(paid(found, ratio), 2) == Decimal(unit_hours)
    assert all(round(paid(found, ratio) - paid(other, ratio), 9) <= 0 for other in range(12))


def test_what_runs_too_seldom_is_not_committed_to() -> None:
    assert commit_level((0, 0, 0, 4), Decimal("0.3"), Decimal(1)) == 0
    assert commit_level((0, 0, 4, 4), Decimal("0.3"), Decimal(1)) == 4
