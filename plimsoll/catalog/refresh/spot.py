"""A spot price changes by zone and hour: each zone's is weighted by time, and the median zone's is taken.

The lowest zone is what other tools show, and what nobody gets when a fleet spreads over zones.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from statistics import median_high

from plimsoll.catalog.refresh.calls import Asking, Call

WINDOW_DAYS = 7
"""Days that are averaged: a week has each hour of each weekday once."""
LINUX = ("Linux/UNIX", "Linux/UNIX (Amazon VPC)")
"""Both names of the same product, the one to prefer first."""
_MOST_A_PAGE = 1000
_CENTS = Decimal("0.000001")

Changes = list[tuple[datetime, Decimal]]


@dataclass(frozen=True, slots=True)
class SpotOfZones:
    """The time-weighted price of each zone, USD per hour, by instance type and zone."""

    zones: Mapping[str, Mapping[str, Decimal]]

    def median(self, instance_type: str) -> Decimal:
        """Take the price of the median zone; of an even number the dearer of the middle two."""
        return median_high(self.zones[instance_type].values())


def read_spot(asking: Asking, region: str, until: datetime) -> SpotOfZones:
    """Read the spot prices of a region over the days before a moment.

    Raises:
        CallFailedError: the call fails, or a price cannot be used.
    """
    call = Call("ec2", "describe_spot_price_history", region)
    since = until - timedelta(days=WINDOW_DAYS)
    rows = asking.items(
        call,
        "SpotPriceHistory",
        StartTime=since,
        EndTime=until,
        ProductDescriptions=list(LINUX),
        MaxResults=_MOST_A_PAGE,
    )
    found: dict[tuple[str, str], dict[str, Changes]] = {}
    for row in rows:
        name, product = call.of(row, "InstanceType"), call.of(row, "ProductDescription")
        zone = row.get("AvailabilityZoneId") or call.of(row, "AvailabilityZone")
        usd = call.amount(call.of(row, "SpotPrice"), f"{name} on spot in {zone}")
        if product in LINUX:
            by_product = found.setdefault((name, zone), {})
            by_product.setdefault(product, []).append((call.of(row, "Timestamp"), usd))
    zones: dict[str, dict[str, Decimal]] = {}
    for (name, zone), by_product in sorted(found.items()):
        changes = next(by_product[product] for product in LINUX if product in by_product)
        zones.setdefault(name, {})[zone] = weighted(changes, since, until)
    return SpotOfZones(zones)


def weighted(changes: Changes, since: datetime, until: datetime) -> Decimal:
    """Weight each price by the seconds for which it held in the window.

    A price holds from its time until the next one's; that which held when the window began counts from there.
    """
    ordered = sorted(changes)
    ends = [moment for moment, _ in ordered[1:]] + [until]
    weighed = [
        (usd, Decimal(int((min(end, until) - max(start, since)).total_seconds())))
        for (start, usd), end in zip(ordered, ends, strict=True)
        if min(end, until) > max(start, since)
    ]
    seconds = sum((weight for _, weight in weighed), Decimal(0))
    if not seconds:
        return ordered[-1][1]
    return (sum((usd * weight for usd, weight in weighed), Decimal(0)) / seconds).quantize(_CENTS)
