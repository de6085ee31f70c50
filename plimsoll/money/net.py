"""Net prices of an instance-hour: what the organisation pays for it, by its rates and percentages."""

from decimal import Decimal

from plimsoll.catalog.discounts.terms import Discounts
from plimsoll.catalog.facts import Price
from plimsoll.ground.start_up import record

_PERCENT = Decimal(100)


@record
class NetPrices:
    """Turns list prices of one instance type in one region into net prices; an hour has one discount."""

    discounts: Discounts
    instance_type: str
    region: str

    @property
    def rate(self) -> Decimal | None:
        """The negotiated rate of an on-demand hour, if there is one."""
        return self.discounts.rates.get((self.instance_type, self.region))

    def on_demand(self, listed: Price) -> Price:
        """Price an on-demand hour: at the negotiated rate, else less the percentage of its family."""
        if self.rate is not None:
            return _instead(listed, self.rate, f"negotiated rate, {self.discounts.file}")
        family = self.instance_type.partition(".")[0]
        return self._less(listed, self.discounts.families.get(family, self.discounts.on_demand_pct))

    def spot(self, listed: Price) -> Price:
        """Price a spot hour, less the percentage of spot."""
        return self._less(listed, self.discounts.spot_pct)

    def at_most(self, listed: Price) -> Price:
        """Price an hour of a spot pool at its dearest: AWS may charge spot up to on-demand at list.

        `listed` is the on-demand price; whichever of the two ways to pay for it is dearer counts.
        """
        return max(self.on_demand(listed), self.spot(listed), key=lambda price: price.usd)

    def _less(self, listed: Price, percent: Decimal) -> Price:
        if not percent:
            return listed
        usd = listed.usd * (_PERCENT - percent) / _PERCENT
        return _instead(listed, usd, f"{listed.source}; less {percent:f} %, {self.discounts.file}")


def _instead(listed: Price, usd: Decimal, source: str) -> Price:
    return Price(usd, source, listed.as_of, listed.inferred, listed.flag)
