"""The bill of a run: its three numbers, a Capacity Block's, and what an organisation pays of both."""

from decimal import Decimal

import pytest

from plimsoll.catalog.discounts.terms import Discounts
from plimsoll.catalog.facts import Price
from plimsoll.money.bill import Bill
from plimsoll.money.runs.bill import Rented, RunRates, run_bill
from plimsoll.money.runs.own import RunTerms
from plimsoll.sizing.runs.blocks import days_for
from plimsoll.sizing.runs.hours import RunHours

DAY = "2026-08-10"
ON_DEMAND, BLOCK = Price(Decimal("55.04"), "read", DAY), Price(Decimal("41.61"), "read", DAY)
SPOT, VOLUME = Price(Decimal("19.5"), "read", DAY), Price(Decimal(0), "read", DAY)
HALF = Discounts("d.yaml", "0", None, Decimal(50), Decimal(10), {}, {}, ())


def hours(run_h: float, *, spot_h: float = 0.0) -> RunHours:
    return RunHours(run_h, run_h, run_h, run_h, spot_h, run_h - spot_h, 0.0, 1.0, round(run_h * 60))


def bill(nodes: int, of: RunHours, rates: RunRates, days: int | None = None) -> Bill:
    return run_bill(Rented("p5.48xlarge", nodes, 100, None, days), of, rates)


@pytest.mark.parametrize(
    ("run_h", "nodes", "usd"),
    [(23.3, 1, "998.64"), (23.5, 1, "1997.28"), (23.5, 3, "5991.84"), (50, 2, "5991.84")],
)
def test_a_block_is_paid_by_whole_days_used_or_not(run_h: float, nodes: int, usd: str) -> None:
    """A day has 23 h 20 min: 23.5 h take two days, 24 x 41.61 each."""
    rates = RunRates(ON_DEMAND, None, VOLUME, BLOCK)
    found = bill(nodes, hours(run_h), rates, days_for(run_h))
    assert {found.floor, found.expected, found.ceiling} == {Decimal(usd)}


def test_a_ceiling_is_the_bound_on_demand_and_a_node_in_flight() -> None:
    found = bill(4, hours(2, spot_h=1.5), RunRates(ON_DEMAND, SPOT, VOLUME))
    assert found.ceiling == Decimal("440.32") + Decimal("110.08")
    assert found.expected == 4 * (Decimal("1.5") * SPOT.usd + Decimal("0.5") * ON_DEMAND.usd)
    assert found.floor == 4 * 2 * SPOT.usd


def test_a_block_keeps_its_own_price_on_ones_own_terms() -> None:
    rates = RunRates(ON_DEMAND, None, VOLUME, BLOCK)
    listed = bill(2, hours(20), rates, 1)
    month = RunTerms(HALF, "run", "us-east-1", DAY).month(listed, rates, Decimal(2), Bill.of([]))
    assert month.run.ceiling == listed.ceiling
    assert month.list_usd_per_run == month.usd_per_run


def test_spot_is_at_most_what_on_demand_costs_less_what_spot_gets_off() -> None:
    """Half off on demand, a tenth off spot: AWS may charge spot up to on-demand, so a tenth off bounds it."""
    rates = RunRates(ON_DEMAND, SPOT, VOLUME)
    listed = bill(1, hours(2, spot_h=1.0), rates)
    month = RunTerms(HALF, "run", "us-east-1", DAY).month(listed, rates, Decimal(3), Bill.of([]))
    assert month.run.expected == Decimal("17.55") + Decimal("27.52")
    assert month.run.ceiling == 2 * Decimal("99.07")  # two hours at 49.536, of the node and of one in flight
    assert month.sum_of("ceiling") == 3 * month.run.ceiling
    assert month.list_usd_per_run is not None
    assert Decimal(month.list_usd_per_run.ceiling) == listed.ceiling
