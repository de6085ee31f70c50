"""CUR and Cost Explorer tell one story of what commitments cover, cost, and leave unused."""

from pathlib import Path

import pytest

from tests.claims.actuals.asked import Asking, row_of
from tests.make.bills import cost_explorer, cur_row, days, written


def records(path: Path, *groups: tuple[str, str, float, float]) -> Path:
    """An answer by tag and RECORD_TYPE of one day: workload, record type, unblended and amortised cost."""
    listed = [
        {
            "keys": [f"plimsoll.dev/workload${owner}", kind],
            "UnblendedCost": unblended,
            "AmortizedCost": amortised,
            "UsageQuantity": 24,
        }
        for owner, kind, unblended, amortised in groups
    ]
    by = [{"Type": "DIMENSION", "Key": "RECORD_TYPE"}]
    return cost_explorer(path, listed, start="2026-10-01", end="2026-10-02", by=by)


DAY_OF_A_PLAN = (
    ("chat-8b", "SavingsPlanCoveredUsage", 80.71, 50.85),
    ("chat-8b", "SavingsPlanNegation", -80.71, 0),
    ("chat-8b", "EdpDiscount", -4.00, -4.00),
    ("", "SavingsPlanRecurringFee", 60, 9.15),
    ("", "SavingsPlanUpfrontFee", 300, 0),
    ("", "Tax", 7, 7),
)
"""A day of a node under a Savings Plan of $60, of which 9.15 cover nothing."""


@pytest.mark.parametrize("basis", ["list", "effective"])
def test_cur_and_cost_explorer_tell_one_story_of_a_savings_plan(
    asking: Asking, tmp_path: Path, basis: str
) -> None:
    rows: list[dict[str, str]] = []
    for owner, kind, unblended, amortised in DAY_OF_A_PLAN:
        said: dict[str, object] = {"line_item_unblended_cost": unblended, "line_item_line_item_type": kind}
        if kind == "SavingsPlanCoveredUsage":
            said["savings_plan_savings_plan_effective_cost"] = amortised
        if kind == "SavingsPlanRecurringFee":
            said["savings_plan_total_commitment_to_date"] = unblended
            said["savings_plan_used_commitment"] = unblended - amortised
        at_list = unblended if kind == "SavingsPlanCoveredUsage" else 0
        rows.append(cur_row(days()[0], at_list, **said, **({} if owner else {"tag": ""})))
    answers = [
        asking.answer(kind, bill, "--basis", basis, window="2026-10-01..2026-10-02")
        for kind, bill in (
            ("cur", written(tmp_path / "bill.csv", rows)),
            ("ce", records(tmp_path / "ce.json", *DAY_OF_A_PLAN)),
        )
    ]
    cur, ce = ({**each["commitments"], "covered_hours": None} for each in answers)
    assert cur == ce
    assert (ce["covered_list_usd"], ce["covered_usd"]) == ("80.71", "50.85")
    assert (ce["unused_usd"], ce["purchased_usd"]) == ("9.15", "360.00")
    for name in ("actual", "within"):
        first, second = (row_of(each, "chat-8b")[name] for each in answers)
        assert first == second
    assert row_of(answers[1], "chat-8b")["actual"] == {"list": "80.71", "effective": "46.85"}[basis]
    assert answers[0]["outside"] == answers[1]["outside"]
    assert answers[0]["untagged"]["usd"] == answers[1]["untagged"]["usd"] == "0.00"


def test_hours_of_a_reservation_have_no_list_price_in_cost_explorer_and_it_is_said(
    asking: Asking, tmp_path: Path
) -> None:
    bill = records(tmp_path / "ce.json", ("chat-8b", "DiscountedUsage", 0, 50.85), ("", "RIFee", 60, 9.15))
    window = "2026-10-01..2026-10-02"
    found = asking.answer("ce", bill, window=window)
    assert "stand at $0 at list prices" in "\n".join(found["reading"]["notes"])
    assert found["commitments"]["unused_usd"] == "9.15"
    assert found["commitments"]["purchased_usd"] == "60.00"
    paid = asking.answer("ce", bill, "--basis", "effective", window=window)
    assert row_of(paid, "chat-8b")["actual"] == "50.85"
