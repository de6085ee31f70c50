"""Money for people: the one place that says how an amount looks.

Documents carry amounts as text and the rooms below as `Decimal`; both are US dollars. To show another
currency is to convert here, never further down.
"""

from decimal import Decimal

from plimsoll.ground.units import exact_text, usd_display


def usd(amount: Decimal | str | None, *, without: str = "–") -> str:
    """Write an amount as `$1,234.50`; `without` stands where there is none."""
    return without if amount is None else usd_display(Decimal(amount))


def usd_whole(amount: Decimal) -> str:
    """Write an amount without its cents, for a picture."""
    return f"${amount:,.0f}"


def unit_price(amount: Decimal | None, *, inferred: bool = False) -> str:
    """Write a price with every decimal of its source; `~` marks one that was inferred."""
    return "-" if amount is None else ("~" if inferred else "") + exact_text(amount)
