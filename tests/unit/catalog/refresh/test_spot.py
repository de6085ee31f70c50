"""The price of a zone over a window: each price weighted by the seconds for which it held."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from plimsoll.catalog.refresh.spot import SpotOfZones, weighted

END = datetime(2026, 11, 28, tzinfo=UTC)
START = END - timedelta(days=7)


def change(days_before_end: float, usd: str) -> tuple[datetime, Decimal]:
    return END - timedelta(days=days_before_end), Decimal(usd)


@pytest.mark.parametrize(
    ("changes", "usd"),
    [
        ([change(30, "1.2")], "1.2"),
        ([change(30, "9"), change(8, "1")], "1"),
        ([change(30, "1"), change(3.5, "2")], "1.5"),
        ([change(3.5, "2"), change(30, "1")], "1.5"),
        ([change(2, "3")], "3"),
        ([change(30, "1"), change(1, "8")], "2"),
        ([change(30, "0.1"), change(7 * 2 / 3, "0.2")], "0.166667"),
    ],
    ids=[
        "one",
        "the last before the window",
        "half and half",
        "in any order",
        "begins inside",
        "spike",
        "rounded",
    ],
)
def test_each_price_counts_for_as_long_as_it_held(changes: list[tuple[datetime, Decimal]], usd: str) -> None:
    assert weighted(changes, START, END) == Decimal(usd)


@pytest.mark.parametrize(
    ("zones", "usd"),
    [(("1.0", "1.2", "2.0"), "1.2"), (("1.0", "2.0"), "2.0"), (("1.0",), "1.0"), (("4", "1", "2", "3"), "3")],
)
def test_the_median_zone_is_taken_and_never_the_lowest(zones: tuple[str, ...], usd: str) -> None:
    found = SpotOfZones({"g6.xlarge": {f"az{n}": Decimal(each) for n, each in enumerate(zones)}})
    assert found.median("g6.xlarge") == Decimal(usd)
