"""A bill is held against the plan of its own hours, to the cent, and every difference has a cause."""

from decimal import Decimal
from pathlib import Path

import pytest

from tests.claims.actuals.asked import Asking, row_of
from tests.make.bills import (
    NODE_TYPE,
    NODE_USD,
    a_month_as_planned,
    cost_explorer,
    days,
    focus_row,
    opencost,
    written,
)

TOTAL = "2779.75"
"""Hour lines 2,711.7456 × 744 / 730 and 16.00 of volumes, which are paid by the month."""


def test_a_month_as_planned_differs_by_nothing(asking: Asking, tmp_path: Path) -> None:
    found = asking.answer("focus", written(tmp_path / "bill.csv", a_month_as_planned()))
    assert found["total"]["plan"] == found["total"]["actual"] == TOTAL
    assert found["window"]["hours"] == 744
    for row in found["workloads"]:
        assert set(row["variance"].values()) == {"0.00"}, row
        assert row["within"]
    assert [row["name"] for row in found["workloads"]] == ["chat-8b", "shared"]
    assert found["coverage_pct"] == 100.0


def test_money_without_items_is_held_against_the_whole_plan(asking: Asking, tmp_path: Path) -> None:
    """Review §5, case 1: $2,600 of a plan of $2,779.75."""
    groups = [
        {"keys": ["plimsoll.dev/workload$chat-8b"], "UnblendedCost": "2330.41"},
        {"keys": ["plimsoll.dev/workload$shared"], "UnblendedCost": "269.59"},
    ]
    bill = cost_explorer(tmp_path / "ce.json", groups, start="2026-10-01", end="2026-11-01")
    total = asking.answer("ce", bill)["total"]
    assert (total["plan"], total["actual"]) == (TOTAL, "2600.00")
    assert sum(map(Decimal, total["variance"].values())) == Decimal("-179.75")


def test_terms_of_your_own_are_one_line_and_credits_are_outside(asking: Asking, tmp_path: Path) -> None:
    """Review §5, case 2: list 2,600, effective 1,900, a credit of 200: the comparison at list stays."""
    by = {"by": [{"Type": "DIMENSION", "Key": "RECORD_TYPE"}]}
    plain = {
        "keys": ["plimsoll.dev/workload$chat-8b", "Usage"],
        "UnblendedCost": "2600",
        "AmortizedCost": "1900",
    }
    credit = {"keys": ["plimsoll.dev/workload$", "Credit"], "UnblendedCost": "-200", "AmortizedCost": "-200"}
    when = {"start": "2026-10-01", "end": "2026-11-01"}
    without = asking.answer("ce", cost_explorer(tmp_path / "a.json", [plain], **when, **by))
    found = asking.answer("ce", cost_explorer(tmp_path / "b.json", [plain, credit], **when, **by))
    assert found["commitments"]["usd"] == "700.00"
    assert found["outside"]["credits"] == "-200.00"
    assert found["workloads"] == without["workloads"]
    paid = asking.answer("ce", tmp_path / "b.json", "--basis", "effective")
    assert row_of(paid, "chat-8b")["actual"] == "1900.00"


def untagged_bill(folder: Path) -> Path:
    rows = [
        focus_row(
            day, 22 if tagged else 3, type=NODE_TYPE, workload="chat-8b" if tagged else "", ResourceId=tagged
        )
        for day in days()
        for tagged in (True, False)
    ]
    return written(folder / "bill.csv", rows)


def test_untagged_money_is_a_row_and_coverage_can_be_asked_for(asking: Asking, tmp_path: Path) -> None:
    """Review §5, case 3: the tag is missing on 12 % of the money."""
    bill = untagged_bill(tmp_path)
    found = asking.answer("focus", bill, "--min-coverage", "88")
    assert (found["untagged"]["usd"], found["untagged"]["pct"]) == ("93.00", 12.0)
    assert found["coverage_pct"] == row_of(found, "chat-8b")["coverage_pct"] == 88.0
    said = asking.refused(5, "focus", bill, "--min-coverage", "95")
    assert "88 % of the money carries our tags" in said
    assert "93.00" in said


def test_a_short_coverage_is_printed_all_the_same(asking: Asking, tmp_path: Path) -> None:
    code, out, _ = asking.call("focus", untagged_bill(tmp_path), "--min-coverage", "95")
    assert code == 5
    assert "untagged" in out


def test_every_cause_has_its_own_amount(asking: Asking, tmp_path: Path) -> None:
    """A day of nodes is missing, the price a tenth above, another type ran, the NAT gateway did not."""
    rows = [row for row in a_month_as_planned() if "NatGateway" not in row["x_UsageType"]]
    node = next(row for row in rows if row["SkuPriceDetails"])
    rows.remove(node)
    for row in rows:
        if row["SkuPriceDetails"]:
            row["ListCost"] = f"{24 * NODE_USD * 1.1:.6f}"
    rows.append(focus_row(days()[3], "12.34", type="c7i.xlarge"))
    variance = row_of(found := asking.answer("focus", written(tmp_path / "bill.csv", rows)), "chat-8b")[
        "variance"
    ]
    assert variance == {
        "quantity": f"{-24 * NODE_USD:.2f}",
        "rate": f"{30 * 24 * NODE_USD * 0.1:.2f}",
        "unplanned": "12.34",
        "missing": "0.00",
    }
    assert row_of(found, "shared")["variance"]["missing"] == "-33.48"


def test_a_savings_plan_shows_what_it_covered_and_saved(asking: Asking, tmp_path: Path) -> None:
    """Review §6, case 4: a Savings Plan at 0.6 of on-demand; no number of the plan changes."""
    plain = asking.answer("focus", written(tmp_path / "plain.csv", a_month_as_planned()))
    rows = a_month_as_planned()
    for row in rows:
        if row["SkuPriceDetails"] and row["ChargePeriodStart"] < "2026-10-21":
            row["CommitmentDiscountId"], row["CommitmentDiscountStatus"] = "sp-1", "Used"
            row["EffectiveCost"] = f"{float(row['ListCost']) * 0.6:.6f}"
    own = {"workload": "", "CommitmentDiscountId": "sp-1"}
    rows.append(focus_row(days()[5], 0, **own, EffectiveCost="1.50", CommitmentDiscountStatus="Unused"))
    bought = {"ChargeCategory": "Purchase", "BilledCost": "900", "EffectiveCost": "0"}
    rows.append(focus_row(days()[0], 0, **own | bought))
    found = asking.answer("focus", written(tmp_path / "bill.csv", rows))
    terms = found["commitments"]
    assert (terms["covered_hours"], terms["saving_pct"]) == ("480.00", 40.0)
    assert terms["uncovered_hours"] == f"{11 * 24 + 31 * 48}.00"
    assert (terms["unused_usd"], terms["purchased_usd"]) == ("1.50", "900.00")
    assert found["workloads"] == plain["workloads"]
    assert found["untagged"]["usd"] == "0.00"


def test_engine_idle_is_money_of_the_time_in_which_the_engine_was_not_active(
    asking: Asking, tmp_path: Path
) -> None:
    """Review §5, case 5: two GPUs at $2.00 for 168 h, active a quarter and three quarters of it."""
    gpu = {"gpuHours": 168, "gpuCount": 1, "gpuCost": 336.0, "cpuCost": 0, "ramCost": 0}
    labels = {"properties": {"labels": {"plimsoll_dev_workload": "chat-8b"}}}
    bill = opencost(
        tmp_path / "oc.json",
        {
            "pod-a": gpu | labels | {"gpuUsageAverage": 0.25},
            "pod-b": gpu | labels | {"gpuUsageAverage": 0.75},
        },
    )
    row = row_of(asking.answer("opencost", bill), "chat-8b")
    assert row["idle"]["engine_idle_usd"] == "336.00"
    assert row["actual"] == "672.00"


@pytest.mark.parametrize(
    "gpu", [{"gpuHours": 24, "gpuCount": 1, "gpuCost": 0}, {"gpuHours": 0, "gpuCost": 0}]
)
def test_a_gpu_without_a_price_is_never_cheap(asking: Asking, tmp_path: Path, gpu: dict[str, float]) -> None:
    """Review §5, case 7."""
    bill = opencost(tmp_path / "oc.json", {"chat-8b": {"cpuCost": 3.5, "ramCost": 1.25, **gpu}})
    said = asking.refused(5, "opencost", bill)
    assert "no GPU price" in said
    assert "not cheap" in said


def test_a_planned_node_for_nothing_is_a_missing_price(asking: Asking, tmp_path: Path) -> None:
    rows = [focus_row(day, "0", type=NODE_TYPE, EffectiveCost="0") for day in days()]
    assert "no price for g7e.2xlarge" in asking.refused(5, "focus", written(tmp_path / "bill.csv", rows))
