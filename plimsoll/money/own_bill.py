"""The bill of a candidate as the organisation pays it, made from its bill at list prices."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from plimsoll.catalog.clock import INSTANCE_HOUR
from plimsoll.catalog.discounts.terms import Discounts
from plimsoll.money.bill import Bill, pool_lines
from plimsoll.money.line import BASES, Line
from plimsoll.money.purchase import Purchase
from plimsoll.money.terms import Rates
from plimsoll.money.use import Billed, Use
from plimsoll.sizing.fleet import Fleet


def own_bill(
    cluster: Bill, fleet: Fleet, prices: Mapping[str, Rates], billed: Billed, day: str
) -> tuple[Bill, Purchase]:
    """Bill a fleet at the prices of its pools, and its cluster: each line as at list, then commitments."""
    lines, uses = list(cluster.lines), list(map(billed.of_cluster, _hours(cluster.lines)))
    for pool, nodes in zip(fleet.pools, fleet.hourly_nodes, strict=True):
        rates = prices[pool.name]
        listed = pool_lines(pool, rates, nodes)
        lines += listed
        uses += billed.of_pool(pool, rates, nodes, _hours(listed))
    purchase = Purchase(billed.discounts, day, tuple(uses))
    return Bill.of([*_paid(lines, purchase), *purchase.committed()]), purchase


def smaller_bill(
    bill: Bill, purchase: Purchase, fleet: Fleet, prices: Mapping[str, Rates]
) -> tuple[Bill, Purchase]:
    """Bill another fleet of the same types in the same cluster, on the same terms."""
    cluster = [use.line for use in purchase.uses if not use.workload]
    cluster += [line for line in bill.lines if line.kind == "fixed" and not line.instance_type]
    cluster.sort(key=lambda line: BASES.index(line.of))
    kept = [line for line in bill.lines if line.kind == "cache" or line.pool == "cache"]
    own = next(use for use in purchase.uses if use.workload)
    billed = Billed(own.workload, own.region, purchase.discounts)
    smaller, again = own_bill(Bill.of(cluster), fleet, prices, billed, purchase.day)
    return smaller.with_lines(kept), again


def own_bill_of(cluster: Bill, uses: Sequence[Use], billed: Billed, day: str) -> tuple[Bill, Purchase]:
    """Bill a cluster beside uses that have lines of their own, and the commitments of both."""
    shared = tuple(map(billed.of_cluster, _hours(cluster.lines)))
    purchase = Purchase(billed.discounts, day, (*shared, *uses))
    return Bill.of([*_paid(cluster.lines, purchase), *purchase.committed()]), purchase


def own_cluster_bill(cluster: Bill, region: str, discounts: Discounts, day: str) -> Bill:
    """Bill a cluster by itself; commitments cover what workloads use first, so here they cover nothing."""
    billed = Billed("", region, replace(discounts, commitments=()))
    uses = tuple(map(billed.of_cluster, _hours(cluster.lines)))
    return Bill.of(_paid(cluster.lines, Purchase(billed.discounts, day, uses)))


def _paid(lines: Iterable[Line], purchase: Purchase) -> list[Line]:
    """Put what is bought in the place of each line of instance hours, in their order."""
    bought = iter(purchase.used())
    return [
        one for line in lines for one in (next(bought) if line.unit == INSTANCE_HOUR else (_at_list(line),))
    ]


def _hours(lines: Iterable[Line]) -> list[Line]:
    return [line for line in lines if line.unit == INSTANCE_HOUR]


def _at_list(line: Line) -> Line:
    """Say of a line that no discount touches that it is at list."""
    return replace(line, list_usd=line.price.usd)
