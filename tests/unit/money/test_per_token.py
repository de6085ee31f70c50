"""A million tokens cost what a month costs, spread over the tokens of the month."""

from decimal import Decimal

from plimsoll.money.per_token import usd_per_million


def test_a_month_is_spread_over_its_tokens() -> None:
    """One token a second is 2.628 million in 730 hours."""
    assert usd_per_million(Decimal("2628"), 1.0) == Decimal("1000.00")


def test_what_generates_nothing_has_no_price() -> None:
    assert usd_per_million(Decimal("2628"), 0.0) is None
