"""Own prices are what an hour costs the organisation that owns the graph, in place of the list price."""

from dataclasses import dataclass
from decimal import Decimal

from plimsoll.catalog.discounts.terms import Discounts


@dataclass(frozen=True, slots=True)
class OwnPrices:
    """A discounts file, and the day (`YYYY-MM-DD`) that it is held against. All amounts are USD an hour.

    An hour has one discount: a negotiated rate, else the percentage of its family, else that of on-demand.
    """

    discounts: Discounts
    day: str

    def on_demand(self, listed: Decimal, instance_type: str, region: str) -> Decimal:
        """Give what an on-demand hour costs."""
        found = self.discounts.rates.get((instance_type, region))
        if found is not None:
            return found
        percent = self.percent(instance_type)
        return listed - listed * percent / 100

    def percent(self, instance_type: str) -> Decimal:
        """Give the percentage that is taken off on-demand hours of a type without a rate."""
        family = instance_type.split(".")[0]
        return self.discounts.families.get(family, self.discounts.on_demand_pct)

    def notes(self) -> tuple[str, ...]:
        """Say by which file prices are net, and which of its commitments have ended."""
        ended = (
            f"{each.path} ({each.title}) ended on {each.until}, before {self.day}, and is ignored"
            for each in self.discounts.ended(self.day)
        )
        said = f"net prices by {self.discounts.file} ({self.discounts.said}), held against {self.day}"
        return said, *(f"{self.discounts.file}: {each}" for each in ended)

    def spot(self, listed: Decimal) -> Decimal:
        """Give what a spot hour costs."""
        return listed - listed * self.discounts.spot_pct / 100

    def most(self, listed: Decimal, instance_type: str, region: str, *, may_be_spot: bool) -> Decimal:
        """Give the most that an hour can cost; `listed` is the on-demand price.

        AWS may charge a spot instance up to on-demand at list, and takes off that what it takes off spot.
        """
        own = self.on_demand(listed, instance_type, region)
        return max(own, self.spot(listed)) if may_be_spot else own
