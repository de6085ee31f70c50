"""Units, and the only conversions between them.

Inside the core time is in seconds (`_s`), memory in bytes or GiB (`_gib`), bandwidth in bytes per
second, money in `Decimal` US dollars. Milliseconds and GB/s appear at the edges only.
"""

from decimal import ROUND_HALF_UP, Decimal

HOURS_PER_MONTH = Decimal(730)
"""Hours in a billing month: 365 × 24 ÷ 12, the figure AWS's own calculators use."""

GIB = 2**30
MIB = 2**20

_CENT = Decimal("0.01")


def to_cent(amount: Decimal) -> Decimal:
    """Round an amount of US dollars to the cent, half up."""
    return amount.quantize(_CENT, ROUND_HALF_UP)


def figure(value: object, digits: int = 4) -> str:
    """Write a number for a person: so many significant digits, and all of a whole number."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)
    return f"{value:,.0f}" if abs(value) >= 10 ** (digits - 1) else f"{value:.{digits}g}"


def usd_text(amount: Decimal) -> str:
    """Write monthly money as JSON carries it: two decimals, no separators."""
    return f"{to_cent(amount):f}"


def usd_display(amount: Decimal) -> str:
    """Write money for a person: `$1,234.50`."""
    return f"${to_cent(amount):,.2f}"


def exact_text(amount: Decimal) -> str:
    """Write a unit price or quantity with all decimals of its source and no exponent."""
    return f"{amount:f}"
