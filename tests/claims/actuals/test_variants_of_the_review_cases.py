"""The cases of review §5 as other people may write them: other metrics, groups, spellings and forms."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.claims.actuals.asked import Asking, row_of
from tests.make.bills import NODE_TYPE, TAG, cost_explorer, cur_row, days, opencost, written

MONTH = {"start": "2026-10-01", "end": "2026-11-01"}


def ce(folder: Path, *groups: dict[str, Any], **more: Any) -> Path:
    return cost_explorer(folder / "ce.json", groups, **MONTH, **more)


@pytest.mark.parametrize("metric", ["ListCost", "PublicOnDemandCost", "UnblendedCost"])
def test_a_list_price_may_go_by_any_of_its_metrics(asking: Asking, tmp_path: Path, metric: str) -> None:
    groups = [
        {"keys": [f"{TAG}$chat-8b"], metric: "2330.41"},
        {"keys": [f"{TAG}$shared"], metric: "269.59"},
    ]
    total = asking.answer("ce", ce(tmp_path, *groups))["total"]
    assert (total["plan"], total["actual"]) == ("2779.75", "2600.00")
    assert total["variance"] == {
        "quantity": "0.00", "rate": "-179.75", "unplanned": "0.00", "missing": "0.00",
    }  # fmt: skip


def test_of_several_metrics_the_one_that_is_meant_is_taken(asking: Asking, tmp_path: Path) -> None:
    """List prices beside what a commitment left of them, net beside gross; credits as billed."""
    amounts = {
        "ListCost": "2600",
        "UnblendedCost": "2100",
        "AmortizedCost": "2000",
        "NetAmortizedCost": "1900",
    }
    by = [{"Type": "DIMENSION", "Key": "RECORD_TYPE"}]
    credit = {"ListCost": "0", "UnblendedCost": "-200", "AmortizedCost": "-200", "NetAmortizedCost": "-200"}
    bill = ce(
        tmp_path,
        {"keys": [f"{TAG}$chat-8b", "Usage"], **amounts},
        {"keys": [f"{TAG}$", "Credit"], **credit},
        by=by,
    )
    at_list, paid = asking.answer("ce", bill), asking.answer("ce", bill, "--basis", "effective")
    assert (row_of(at_list, "chat-8b")["actual"], row_of(paid, "chat-8b")["actual"]) == ("2600.00", "1900.00")
    assert at_list["commitments"]["usd"] == "700.00"
    assert at_list["outside"]["credits"] == paid["outside"]["credits"] == "-200.00"


def test_services_of_one_tag_are_one_row_and_tax_and_support_are_outside(
    asking: Asking, tmp_path: Path
) -> None:
    said = {
        f"{TAG}$chat-8b": {"Amazon Elastic Compute Cloud - Compute": "2300", "EC2 - Other": "300"},
        f"{TAG}$": {"Tax": "10", "AWS Support (Business)": "100"},
    }
    groups = [
        {"keys": [tag, service], "UnblendedCost": usd}
        for tag, each in said.items()
        for service, usd in each.items()
    ]
    found = asking.answer("ce", ce(tmp_path, *groups, by=[{"Type": "DIMENSION", "Key": "SERVICE"}]))
    assert found["total"]["actual"] == "2600.00"
    assert (found["outside"]["tax"], found["outside"]["support"]) == ("10.00", "100.00")
    assert found["coverage_pct"] == 100.0


@pytest.mark.parametrize("kind", ["cur", "ce", "opencost"])
def test_twelve_per_cent_without_a_tag_are_the_same_in_every_bill(
    asking: Asking, tmp_path: Path, kind: str
) -> None:
    if kind == "cur":
        pairs = (("user_plimsoll_dev_workload", 22), ("", 3))
        rows = [
            cur_row(day, usd, product_instance_type=NODE_TYPE, tag=tag)
            for day in days()
            for tag, usd in pairs
        ]
        bill = written(tmp_path / "bill.csv", rows)
    elif kind == "ce":
        amounts = {"chat-8b": "682", "": "93"}
        bill = ce(
            tmp_path, *({"keys": [f"{TAG}${name}"], "UnblendedCost": usd} for name, usd in amounts.items())
        )
    else:
        node = {"gpuHours": 24, "gpuCount": 1, "gpuCost": 682.0}
        bill = opencost(tmp_path / "oc.json", {"chat-8b": node, "__unallocated__": {"cpuCost": 93.0}})
    found = asking.answer(kind, bill)
    assert (found["untagged"]["usd"], found["untagged"]["pct"], found["coverage_pct"]) == (
        "93.00",
        12.0,
        88.0,
    )
    assert "88 % of the money" in asking.refused(5, kind, bill, "--min-coverage", "95")


def test_a_short_coverage_leaves_one_document_on_stdout(asking: Asking, tmp_path: Path) -> None:
    """The answer is whole, and the refusal is talk: two documents are none for a program."""
    bill = ce(
        tmp_path,
        {"keys": [f"{TAG}$"], "UnblendedCost": "93"},
        {"keys": [f"{TAG}$chat-8b"], "UnblendedCost": "7"},
    )
    code, out, err = asking.call("ce", bill, "--min-coverage", "95", "--format", "json")
    assert (code, json.loads(out)["coverage_pct"]) == (5, 7.0)
    assert "--min-coverage asks for 95 %" in err


@pytest.mark.parametrize(
    ("allocations", "idle"),
    [
        ([{"gpuHours": 336, "gpuCount": 2, "gpuCost": 672.0, "gpuUsageAverage": 0.5}], "336.00"),
        ([{"gpuHours": 168, "gpuCost": 336.0, "gpuAllocation": {"gpuUsageAverage": 0.25}}], "252.00"),
        ([{"gpuHours": 168, "gpuCount": 1, "gpuCost": 336.0, "gpuUsageAverage": 0}], "336.00"),
        ([{"gpuHours": 168, "gpuCount": 1, "gpuCost": 336.0, "gpuUsageAverage": 1}], "0.00"),
        ([{"gpuHours": 168, "gpuCount": 1, "gpuCost": 336.0, "gpuUsageAverage": 9223372036854775794}], None),
        ([{"gpuHours": 168, "gpuCount": 1, "gpuCost": 336.0}], None),
    ],
)  # fmt: skip
def test_engine_idle_is_told_where_it_was_measured_alone(
    asking: Asking, tmp_path: Path, allocations: list[dict[str, Any]], idle: str | None
) -> None:
    """A blank of DCGM is no share, and neither an idle GPU nor a busy one."""
    labels = {"properties": {"labels": {"plimsoll_dev_workload": "chat-8b"}}}
    step = {f"pod-{place}": each | labels for place, each in enumerate(allocations)}
    row = row_of(asking.answer("opencost", opencost(tmp_path / "oc.json", step)), "chat-8b")
    assert (row["idle"] or {"engine_idle_usd": None})["engine_idle_usd"] == idle


def test_a_week_of_days_is_the_week(asking: Asking, tmp_path: Path) -> None:
    """Case 5 day by day: two GPUs at $2.00, active a quarter and three quarters of seven days."""
    pods = {"a": 0.25, "b": 0.75}
    labels = {"properties": {"labels": {"plimsoll_dev_workload": "chat-8b"}}}
    step = {
        name: {"gpuHours": 24, "gpuCount": 1, "gpuCost": 48.0, "gpuUsageAverage": share} | labels
        for name, share in pods.items()
    }
    row = row_of(asking.answer("opencost", opencost(tmp_path / "oc.json", *[step] * 7)), "chat-8b")
    assert (row["idle"]["engine_idle_usd"], row["actual"]) == ("336.00", "672.00")


@pytest.mark.parametrize(
    "gpu",
    [
        {"gpuHours": 24, "gpuCount": 1, "gpuCost": None},
        {"gpuHours": 24, "gpuCount": 1, "gpuCost": 5, "gpuCostAdjustment": -5},
        {"gpuRequestAverage": 2, "gpuCost": 0},
    ],
)
@pytest.mark.parametrize("name", ["chat-8b", "__idle__"])
def test_no_form_of_a_gpu_without_a_price_is_cheap(
    asking: Asking, tmp_path: Path, gpu: dict[str, Any], name: str
) -> None:
    priced = {"gpuHours": 24, "gpuCount": 1, "gpuCost": 60.0}
    step = {"chat-8b": priced, name: {"cpuCost": 3.0, "ramCost": 1.0, **gpu}}
    assert "no GPU price" in asking.refused(5, "opencost", opencost(tmp_path / "oc.json", step))


@pytest.mark.parametrize("share", [0.25, 0.5, 0.75, 1.0])
@pytest.mark.parametrize("hours", [1, 24])
def test_split_and_unused_are_the_whole_instance_whatever_the_pod_has(
    asking: Asking, tmp_path: Path, share: float, hours: int
) -> None:
    """Case 4 with other pods: 9 : 0.9 : 0.1 on a p3.16xlarge of $10 an hour; a GPU-hour stays $0.504."""
    unit = 10 / (8 * 9 + 64 * 0.9 + 488 * 0.1)
    parts = {"GPU-Hours": (8, 9.0), "vCPU-Hours": (64, 0.9), "GB-Hours": (488, 0.1)}
    rows: list[dict[str, str]] = []
    for name, (count, weight) in parts.items():
        usd = count * weight * unit * hours
        rows.append(
            cur_row(
                days()[0], 0, line_item_usage_type=f"USE1-EKS-EC2-{name}",
                split_line_item_parent_resource_id="i-1", split_line_item_split_usage=count * share * hours,
                split_line_item_split_cost=f"{usd * share:.12f}",
                split_line_item_unused_cost=f"{usd * (1 - share):.12f}",
            )
        )  # fmt: skip
    found = asking.answer("cur", written(tmp_path / "bill.csv", rows))
    gpu = next(row for row in found["split"] if "GPU" in row["meter"])
    assert float(gpu["usd_per_unit"]) == pytest.approx(0.504, abs=0.001)
    both = sum(float(row["split_usd"]) + float(row["unused_usd"]) for row in found["split"])
    assert both == pytest.approx(10.0 * hours, abs=0.02)


def test_split_costs_of_the_weeks_before_are_not_the_windows(asking: Asking, tmp_path: Path) -> None:
    """Days before the window are read, to be held against; what they split is theirs."""
    split = {
        "line_item_usage_type": "USE1-EKS-EC2-GPU-Hours", "split_line_item_parent_resource_id": "i-1",
        "split_line_item_split_usage": 10, "split_line_item_split_cost": "5.00",
        "split_line_item_unused_cost": "2.00",
    }  # fmt: skip
    rows = [cur_row(day, 0, **split) for day in (*days("2026-09-20..2026-09-25"), days()[0])]
    found = asking.answer("cur", written(tmp_path / "bill.csv", rows))
    assert [(row["quantity"], row["split_usd"]) for row in found["split"]] == [("10.0000", "5.00")]
    assert row_of(found, "chat-8b")["idle"]["empty_nodes_usd"] == "2.00"
