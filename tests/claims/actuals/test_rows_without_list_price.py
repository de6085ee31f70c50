"""A row without a list price is not a cheap one: hours of planned nodes are refused, the rest is said."""

from pathlib import Path

import pytest

from tests.claims.actuals.asked import Asking, row_of
from tests.make.bills import NODE_TYPE, a_month_as_planned, cur_row, days, focus_row, written
from tests.make.parquet import as_parquet


def negotiated(**more: str) -> dict[str, str]:
    """A day of a node, paid at less than its list price, which the export leaves out."""
    return focus_row(days()[0], "", type=NODE_TYPE, ResourceId="i-2", EffectiveCost="60", **more)


@pytest.mark.parametrize("packed", [False, True])
def test_hours_of_planned_nodes_are_refused(asking: Asking, tmp_path: Path, packed: bool) -> None:
    bill = written(tmp_path / "bill.csv", [*a_month_as_planned(), negotiated()])
    said = asking.refused(5, "focus", as_parquet(bill) if packed else bill)
    assert "the bill has no list price for g7e.2xlarge instance-hour of chat-8b" in said
    assert "24 g7e.2xlarge instance-hour have none" in said
    assert "--basis effective" in said


def test_in_a_cur_too(asking: Asking, tmp_path: Path) -> None:
    row = cur_row(days()[0], "60", product_instance_type=NODE_TYPE, pricing_public_on_demand_cost="")
    said = asking.refused(5, "cur", written(tmp_path / "bill.csv", [row]))
    assert "no list price for g7e.2xlarge" in said


def test_as_it_is_paid_the_same_bill_is_read(asking: Asking, tmp_path: Path) -> None:
    bill = written(tmp_path / "bill.csv", [*a_month_as_planned(), negotiated()])
    found = asking.answer("focus", bill, "--basis", "effective")
    assert row_of(found, "chat-8b")["variance"]["unplanned"] == "0.00"


def test_other_rows_are_counted_as_they_are_paid_and_said(asking: Asking, tmp_path: Path) -> None:
    others = [focus_row(day, "", type="m7i.large", EffectiveCost="1.25") for day in days()[:3]]
    nothing = focus_row(days()[0], "", type="m7i.large", EffectiveCost="0", ResourceId="i-3")
    bill = written(tmp_path / "bill.csv", [*a_month_as_planned(), *others, nothing])
    found = asking.answer("focus", bill)
    assert row_of(found, "chat-8b")["variance"]["unplanned"] == "3.75"
    said = "3 rows ($3.75) have no list price, and count at list prices as they are paid"
    assert said in found["reading"]["notes"]


def test_credits_and_taxes_need_none(asking: Asking, tmp_path: Path) -> None:
    tax = focus_row(days()[30], "", workload="", ChargeCategory="Tax", EffectiveCost="41.50")
    found = asking.answer("focus", written(tmp_path / "bill.csv", [*a_month_as_planned(), tax]))
    assert not any("list price" in note for note in found["reading"]["notes"])
