"""A row that counts something for $0.00 is not cheap: it is in no quantity and no rate, and it is said."""

from decimal import Decimal
from pathlib import Path

import pytest

from tests.claims.actuals.asked import Asking, row_of
from tests.make.bills import NODE_TYPE, NODE_USD, a_month_as_planned, cur_row, days, focus_row, written
from tests.make.parquet import as_parquet

VOLUME = {"x_UsageType": "EBS:VolumeUsage.gp3", "ConsumedUnit": "GB-Mo", "ConsumedQuantity": "40"}


def node_for_nothing(**more: str) -> dict[str, str]:
    """A second row of the day and type of a priced one."""
    return focus_row(days()[0], 0, type=NODE_TYPE, ResourceId="i-free", ConsumedQuantity="5", **more)


@pytest.mark.parametrize("packed", [False, True])
def test_beside_a_priced_row_of_its_day_a_planned_node_for_nothing_is_refused(
    asking: Asking, tmp_path: Path, packed: bool
) -> None:
    bill = written(tmp_path / "bill.csv", [*a_month_as_planned(), node_for_nothing()])
    said = asking.refused(5, "focus", as_parquet(bill) if packed else bill)
    assert "5 g7e.2xlarge instance-hour for $0.00" in said


def test_in_a_cur_too(asking: Asking, tmp_path: Path) -> None:
    rows = [cur_row(days()[0], 24 * NODE_USD, product_instance_type=NODE_TYPE)]
    rows.append(cur_row(days()[0], 0, product_instance_type=NODE_TYPE, line_item_usage_amount="7"))
    assert "7 g7e.2xlarge" in asking.refused(5, "cur", written(tmp_path / "bill.csv", rows))


def test_as_it_is_paid_it_dilutes_no_rate(asking: Asking, tmp_path: Path) -> None:
    """The list price is there, and nothing was paid: hours of a reserved block that are paid elsewhere."""
    rows = [*a_month_as_planned(), node_for_nothing(ListCost="16.82", EffectiveCost="0", BilledCost="0")]
    found = asking.answer("focus", written(tmp_path / "bill.csv", rows), "--basis", "effective")
    row = row_of(found, "chat-8b")
    assert set(row["variance"].values()) == {"0.00"}
    (nodes,) = [each for each in row["items"] if each["unit"] == "instance-hour"]
    assert (nodes["actual_quantity"], nodes["free_quantity"]) == ("744.0000", "5.0000")
    assert "5 g7e.2xlarge instance-hour of chat-8b for $0.00: in no quantity and no rate" in "\n".join(
        found["reading"]["notes"]
    )


def test_gigabytes_of_a_free_tier_leave_the_rate_of_the_others(asking: Asking, tmp_path: Path) -> None:
    rows = [*a_month_as_planned(), focus_row(days()[0], 0, **VOLUME), focus_row(days()[9], "4", **VOLUME)]
    found = asking.answer("focus", written(tmp_path / "bill.csv", rows))
    row = row_of(found, "chat-8b")
    assert (row["variance"]["quantity"], row["variance"]["rate"]) == ("3.20", "0.80")
    (volumes,) = [each for each in row["items"] if each["unit"] == "GB-month"]
    assert (volumes["actual_quantity"], volumes["free_quantity"]) == ("140.0000", "40.0000")
    assert sum(map(Decimal, row["variance"].values())) == Decimal(row["actual"]) - Decimal(row["plan"])


def test_what_was_paid_for_is_less_where_all_of_it_is_free(asking: Asking, tmp_path: Path) -> None:
    rows = [{**row, "EffectiveCost": "0"} for row in a_month_as_planned()]
    row = row_of(
        asking.answer("focus", written(tmp_path / "bill.csv", rows), "--basis", "effective"), "chat-8b"
    )
    assert row["variance"] == {
        "quantity": f"-{row['plan']}", "rate": "0.00", "unplanned": "0.00", "missing": "0.00",
    }  # fmt: skip


def test_a_row_without_a_quantity_is_not_for_nothing(asking: Asking, tmp_path: Path) -> None:
    """Discounts and rounding have money or nothing, and count nothing."""
    rows = [
        *a_month_as_planned(),
        focus_row(days()[0], 0, type=NODE_TYPE, ResourceId="x", ConsumedQuantity=""),
    ]
    found = asking.answer("focus", written(tmp_path / "bill.csv", rows))
    assert set(row_of(found, "chat-8b")["variance"].values()) == {"0.00"}
    assert not any("$0.00" in note for note in found["reading"]["notes"])
