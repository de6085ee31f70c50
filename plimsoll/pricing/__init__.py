"""Any resource graph is priced here, by a road of its own that shares only the catalogue with sizing."""

from plimsoll.pricing.pricer import Pricer, price
from plimsoll.pricing.result import (
    BilledByUse,
    CannotPrice,
    Charge,
    CoveredByPools,
    FreeResource,
    Priced,
    ResourceCost,
)

__all__ = [
    "BilledByUse",
    "CannotPrice",
    "Charge",
    "CoveredByPools",
    "FreeResource",
    "Priced",
    "Pricer",
    "ResourceCost",
    "price",
]
