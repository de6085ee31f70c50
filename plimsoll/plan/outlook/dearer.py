"""What is paid if all hours of instances cost a share more or less, rates and percentages alike."""

from dataclasses import replace
from decimal import Decimal

from plimsoll.catalog.discounts.terms import Discounts

_WHOLE = Decimal(100)


def dearer(own: Discounts | None, share: Decimal) -> Discounts:
    """Turn what is paid (None: list prices) by a share: commitments are signed, and stay what they are."""
    listed = Discounts("", "", None, Decimal(0), Decimal(0), {}, {}, ())
    now = own if own is not None else listed
    return replace(
        now,
        on_demand_pct=_less(now.on_demand_pct, share),
        spot_pct=_less(now.spot_pct, share),
        families={name: _less(percent, share) for name, percent in now.families.items()},
        rates={key: usd * share for key, usd in now.rates.items()},
    )


def _less(percent: Decimal, share: Decimal) -> Decimal:
    """Percent off list at which a price with this much off costs the share."""
    return _WHOLE - (_WHOLE - percent) * share
