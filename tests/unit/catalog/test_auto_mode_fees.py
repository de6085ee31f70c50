"""The fee of EKS Auto Mode, by instance type."""

from datetime import date
from decimal import Decimal

from plimsoll.catalog.auto_mode_fees import FEE_REGION, FEES, auto_mode_fee, largest_share
from plimsoll.catalog.rows import rows
from plimsoll.catalog.tables import load


def test_every_fee_is_of_a_type_of_the_catalogue_with_its_source_and_its_date() -> None:
    types = load().instance_types
    table = list(rows(FEES))
    assert len({row["instance_type"] for row in table}) == len(table) > 900
    for row in table:
        assert row["instance_type"] in types
        assert row["source"]
        assert date.fromisoformat(row["as_of"])


def test_the_fee_is_twelve_percent_of_the_on_demand_price() -> None:
    catalog = load()
    for row in rows(FEES):
        fee = auto_mode_fee(row["instance_type"])
        offering = catalog.offering(row["instance_type"], FEE_REGION)
        assert fee is not None
        if offering is not None and offering.on_demand is not None:
            assert abs(fee.usd - offering.on_demand.usd * Decimal("0.12")) < Decimal("0.0001") + fee.usd / 50


def test_no_fee_is_a_larger_share_than_the_largest() -> None:
    assert Decimal("0.12") <= largest_share().share < Decimal("0.13")
    assert auto_mode_fee("g7e.2xlarge") is None
