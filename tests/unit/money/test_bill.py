"""Lines of money say what they pay for and whose it is, and their labels decide nothing."""

from decimal import Decimal

import pytest

from plimsoll.catalog.facts import Price
from plimsoll.catalog.tables import load
from plimsoll.money.bill import Bill, pool_lines
from plimsoll.money.cluster import cluster_bill
from plimsoll.money.terms import Rates, besides_nodes, on_demand_expected, reserved_expected
from plimsoll.sizing.pool import Pool


def price(usd: str) -> Price:
    return Price(Decimal(usd), "test", "2026-11-01")


BASE = Pool("base", "on-demand", "g6.xlarge", 1, 2, 1, 1, 2, 1, 100, 1, 4)
BURST = Pool("burst", "spot", "g6.xlarge", 0, 4, 1, 0, 4, 1, 100, 1, 4)
RATES = Rates(price("1"), price("0.4"), price("0.08"), Decimal("0.10"))
HOURS = ((1,) * 12 + (2,) * 12, (0,) * 12 + (4,) * 12)


def bill() -> Bill:
    return Bill.of([*pool_lines(BASE, RATES, HOURS[0]), *pool_lines(BURST, RATES, HOURS[1])])


def test_every_line_of_a_pool_names_its_pool_and_its_kind() -> None:
    assert {(line.pool, line.kind) for line in bill().lines} == {
        (pool, kind) for pool in ("base", "burst") for kind in ("nodes", "overshoot", "volumes")
    }


def test_the_ceiling_is_on_demand_whatever_the_capacity_type() -> None:
    nodes = [line for line in bill().lines if line.of == "ceiling" and line.kind == "nodes"]
    assert [line.usd for line in nodes] == [Decimal("1460.00"), Decimal("2920.00")]


def test_a_share_of_spot_hours_is_expected_to_fall_back() -> None:
    burst = [
        line for line in bill().lines if (line.pool, line.of, line.kind) == ("burst", "expected", "nodes")
    ]
    assert [(line.quantity, line.price.usd) for line in burst] == [
        (Decimal("1314.0000"), Decimal("0.4")),
        (Decimal("146.0000"), Decimal("1")),
    ]


def test_other_terms_change_the_lines_of_nodes_alone() -> None:
    """Expected: 730 reserved and 365 on-demand hours of base; burst, which is on spot, stays as it is."""
    besides = besides_nodes(bill().lines)
    assert besides == sum(
        (line.usd for line in bill().lines if line.of == "expected" and line.kind == "volumes"), Decimal(0)
    )
    assert on_demand_expected(HOURS, RATES, besides) == besides + 1095 + 1460
    expected = bill().expected
    assert (
        reserved_expected((BASE, BURST), HOURS, RATES, price("0.5"), expected) == expected - 1095 + 365 + 365
    )
    assert reserved_expected((BASE, BURST), HOURS, RATES, None, expected) is None
    assert reserved_expected((BURST,), HOURS[1:], RATES, price("0.1"), expected) is None


@pytest.mark.parametrize("basis", ["floor", "expected", "ceiling"])
def test_what_a_cluster_shares_belongs_to_no_pool(basis: str) -> None:
    shared = cluster_bill(load(), "us-east-1")
    assert shared is not None
    lines = [line for line in shared.lines if line.of == basis]
    assert {(line.kind, line.pool, line.written().scope) for line in lines} == {("fixed", "", "cluster")}
    assert sum(line.usd for line in lines) == getattr(shared, basis)
