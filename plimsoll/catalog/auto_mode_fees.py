"""EKS Auto Mode adds a fee to every node-hour, published by instance type; read when one is asked for."""

from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from plimsoll.catalog.rows import table

FEES = "auto_mode_fees.csv"
FEE_REGION = "us-east-1"
"""Region of the published figures; elsewhere the fee is the same share of the region's on-demand price."""


@dataclass(frozen=True, slots=True)
class AutoModeFee:
    """One instance type has this fee: USD an hour in `FEE_REGION`, its share of the on-demand price there."""

    usd: Decimal
    share: Decimal
    source: str
    as_of: str


def auto_mode_fee(instance_type: str) -> AutoModeFee | None:
    """Find the published fee of an instance type; None where none was read."""
    return _fees().get(instance_type)


@cache
def largest_share() -> AutoModeFee:
    """Find the fee that is the largest share of its type's price: the same 12 %, rounded up most."""
    return max(_fees().values(), key=lambda fee: fee.share)


@cache
def _fees() -> dict[str, AutoModeFee]:
    return {
        name: AutoModeFee(Decimal(usd), Decimal(percent) / 100, source, as_of)
        for name, usd, percent, source, as_of in table(FEES)
    }
