"""What a token costs: a month's money over the tokens that are generated in a month."""

from decimal import Decimal

from plimsoll.ground.units import HOURS_PER_MONTH, to_cent

SECONDS_PER_MONTH = HOURS_PER_MONTH * 3600


def usd_per_million(expected_usd: Decimal, output_tok_per_s: float) -> Decimal | None:
    """Spread a month's USD over its output tokens at the mean load: a million, to the cent; else None."""
    millions = Decimal(repr(output_tok_per_s)) * SECONDS_PER_MONTH / 1_000_000
    return to_cent(expected_usd / millions) if millions > 0 else None
