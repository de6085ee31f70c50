"""EKS Auto Mode bills a fee for every node-hour, beside the instance itself and whatever is paid for that.

Source: aws.amazon.com/eks/pricing. The fee was read by instance type in one region, and is the same share of
the on-demand price in the others: 14,855 of 14,926 pairs of type and region agree within rounding.
"""

from dataclasses import replace
from decimal import ROUND_CEILING, Decimal

from plimsoll.catalog.auto_mode_fees import FEE_REGION, AutoModeFee, auto_mode_fee, largest_share
from plimsoll.pricing.market import Rate
from plimsoll.pricing.result import Unpriceable

_STALE = {"eu-south-2": (("c7a.", "c7i."), Decimal("0.1264"))}
"""Families whose price fell after the fee was set, so that the fee is a larger share there."""

_DIGITS = Decimal("0.00001")
"""Fees are published to five decimals of a dollar."""

BUILT_IN_CLASS = "default"
"""The node class that Auto Mode makes itself; its nodes have the default disk (EKS user guide)."""


def fee_rate(name: str, rate: Rate, *, named: bool) -> Rate:
    """Find the fee of an hour of a type, given what the hour itself costs.

    A type that a pool names must have a published fee; one of an open set is bounded by the largest share.
    """
    fee = auto_mode_fee(name)
    if fee is None and named:
        raise Unpriceable("unpriced", f"no fee of EKS Auto Mode for {name} is published; exclude the type")
    known = fee if fee is not None else largest_share()
    usd = _usd(name, rate, known, exact=fee is not None)
    note = "EKS Auto Mode fee" if fee is not None else "EKS Auto Mode fee, by the largest share of any type"
    about = {"source": known.source, "as_of": known.as_of, "note": note}
    return replace(rate, usd=usd, unit="node-hour", inferred=fee is None, **about)


def _usd(name: str, rate: Rate, fee: AutoModeFee, *, exact: bool) -> Decimal:
    if exact and rate.region == FEE_REGION:
        return fee.usd
    families, larger = _STALE.get(rate.region, ((), fee.share))
    share = larger if name.startswith(families) else fee.share
    return (rate.usd * share).quantize(_DIGITS, ROUND_CEILING)
