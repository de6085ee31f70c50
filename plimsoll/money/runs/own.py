"""A run as the organisation pays it: percentages and rates apply to its hours, commitments stand beside them.

No commitment covers hours of a run, since nobody knows when it is started; one that can apply to its type is
paid whole all the same, and is a part of its month as the cluster is. A Capacity Block keeps its own price.
"""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from plimsoll.catalog.clock import INSTANCE_HOUR
from plimsoll.catalog.discounts.terms import Discounts
from plimsoll.catalog.facts import Price
from plimsoll.ground.start_up import record
from plimsoll.money.bill import Bill
from plimsoll.money.line import Line
from plimsoll.money.net import NetPrices
from plimsoll.money.own_bill import own_bill_of
from plimsoll.money.runs.bill import RunRates
from plimsoll.money.runs.month import RunMonth
from plimsoll.money.use import Billed, Use


@record
class RunTerms:
    """A run is paid by a discounts file, in a region, on a day (`YYYY-MM-DD`); `workload` is its name."""

    discounts: Discounts
    workload: str
    region: str
    day: str

    def month(self, listed: Bill, rates: RunRates, runs: Decimal | None, cluster: Bill) -> RunMonth:
        """Pay a run and its cluster, whose bills are at list; without `runs` there is no month to pay."""
        paid = Bill.of([self._paid(line, rates) for line in listed.lines])
        uses = self._uses(listed, paid, runs) if runs is not None else ()
        billed = Billed(self.workload, self.region, self.discounts)
        shared, purchase = own_bill_of(cluster, tuple(uses), billed, self.day)
        if runs is None:
            purchase = replace(purchase, uses=())
        return RunMonth(paid, runs, shared, purchase)

    def _paid(self, line: Line, rates: RunRates) -> Line:
        """Put what is paid in the place of the list price of a line."""
        return replace(line, price=self._net(line, rates), list_usd=line.price.usd)

    def _net(self, line: Line, rates: RunRates) -> Price:
        if line.unit != INSTANCE_HOUR or line.price is rates.block:
            return line.price
        net = NetPrices(self.discounts, line.instance_type, self.region)
        if line.price is rates.spot:
            return net.spot(line.price)
        if line.of == "ceiling" and rates.spot is not None:
            return net.at_most(line.price)
        return net.on_demand(line.price)

    def _uses(self, listed: Bill, paid: Bill, runs: Decimal) -> Iterator[Use]:
        """Bill so many runs, each rounded to the cent as it is paid, at hours that nobody knows."""
        for at_list, line in zip(listed.lines, paid.lines, strict=True):
            if line.unit == INSTANCE_HOUR:
                a_run = replace(at_list.price, usd=at_list.usd)
                month = replace(at_list, quantity=runs, unit="run", price=a_run)
                yield Use(self.workload, self.region, month, replace(line.price, usd=line.usd), ())
