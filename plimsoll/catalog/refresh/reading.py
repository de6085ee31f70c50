"""A reading is what one refresh has read of one region, with the day of each kind of fact."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

WHATS = ("on-demand", "spot", "types", "offerings", "savings-plans")
"""What may be read; an offer file has the first alone."""

SOURCES = {
    "aws-price-list": "AWS Price List, pricing:GetProducts",
    "aws-offer-file": "AWS's published offer file of AmazonEC2",
    "aws-spot-history": "ec2:DescribeSpotPriceHistory, zones weighted by time over 7 days, the median zone",
    "aws-offerings": "ec2:DescribeInstanceTypeOfferings",
    "aws-types": "ec2:DescribeInstanceTypes",
    "aws-savings-plans": "savingsplans:DescribeSavingsPlansOfferingRates",
}
"""Who says a fact, by the key that stands in its row."""

Key = tuple[str, str]
"""Instance type and kind of price."""


@dataclass(slots=True)
class Reading:
    """What was read of a region; a kind of fact that was not asked for has no day in `as_of`."""

    region: str
    as_of: dict[str, str] = field(default_factory=dict[str, str])
    prices: dict[Key, Decimal] = field(default_factory=dict[Key, Decimal])
    sources: dict[str, str] = field(default_factory=dict[str, str])
    """Key of `SOURCES` by kind of fact."""
    zones: Mapping[str, Mapping[str, Decimal]] = field(default_factory=dict[str, Mapping[str, Decimal]])
    offered: Mapping[str, int] | None = None
    shapes: list[list[str]] = field(default_factory=list[list[str]])


def what_of(kind: str) -> str:
    """Say by which kind of fact a kind of price is read."""
    if kind == "spot":
        return kind
    return "savings-plans" if "_sp_" in kind else "on-demand"
