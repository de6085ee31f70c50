"""Every kind of bill is read as its publisher writes it."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from plimsoll.review.lock.make import LockTerms, make_lock
from plimsoll.review.lock.text import lock_text
from tests.claims.actuals.asked import Asking, row_of
from tests.make.bills import (
    NODE_TYPE,
    NODE_USD,
    a_month_as_planned,
    cost_explorer,
    cur_row,
    days,
    focus_row,
    opencost,
    written,
)
from tests.make.parquet import as_parquet

SPELLINGS = ["plimsoll.dev/workload", "user:plimsoll.dev/workload", "user_plimsoll_dev_workload"]


@pytest.mark.parametrize("spelled", SPELLINGS)
@pytest.mark.parametrize("as_map", [True, False])
def test_cur_tags_are_read_in_either_spelling(
    asking: Asking, tmp_path: Path, spelled: str, as_map: bool
) -> None:
    rows = [cur_row(day, 24 * NODE_USD, product_instance_type=NODE_TYPE, tag=spelled) for day in days()]
    bill = written(tmp_path / "bill.csv", rows)
    row = row_of(asking.answer("cur", as_parquet(bill) if as_map else bill), "chat-8b")
    assert row["actual"] == f"{744 * NODE_USD:.2f}"
    assert row["variance"]["quantity"] == row["variance"]["rate"] == "0.00"


def test_cur_of_the_first_version_has_a_column_for_each_tag(asking: Asking, tmp_path: Path) -> None:
    rows = [cur_row(day, 80, product_instance_type=NODE_TYPE, tag="") for day in days()]
    for row in rows:
        del row["resource_tags"]
        row["resource_tags_user_plimsoll_dev_workload"] = "chat-8b"
    assert (
        row_of(asking.answer("cur", written(tmp_path / "bill.csv", rows)), "chat-8b")["actual"] == "2480.00"
    )


def test_cur_amortises_what_a_commitment_covers(asking: Asking, tmp_path: Path) -> None:
    """Covered usage at list and at its share of the plan; its negation and its fee are in neither."""
    covered = {
        "line_item_line_item_type": "SavingsPlanCoveredUsage",
        "savings_plan_savings_plan_effective_cost": "6.0",
        "product_instance_type": NODE_TYPE,
    }
    fee = {
        "line_item_line_item_type": "SavingsPlanRecurringFee",
        "savings_plan_total_commitment_to_date": "10",
        "savings_plan_used_commitment": "6",
        "tag": "",
    }
    rows = [
        cur_row(days()[0], 10, line_item_usage_amount="24", **covered),
        cur_row(days()[0], 0, line_item_unblended_cost="-10", line_item_line_item_type="SavingsPlanNegation"),
        cur_row(days()[0], 0, line_item_unblended_cost="10", **fee),
        cur_row(days()[1], 0, line_item_unblended_cost="-3", line_item_line_item_type="Credit"),
        cur_row(days()[1], 0, line_item_unblended_cost="2", line_item_line_item_type="Tax"),
    ]
    bill = written(tmp_path / "bill.csv", rows)
    at_list, paid = asking.answer("cur", bill), asking.answer("cur", bill, "--basis", "effective")
    assert (row_of(at_list, "chat-8b")["actual"], row_of(paid, "chat-8b")["actual"]) == ("10.00", "6.00")
    terms = at_list["commitments"]
    assert (terms["covered_hours"], terms["saving_pct"], terms["usd"]) == ("24.00", 40.0, "4.00")
    assert (terms["unused_usd"], terms["purchased_usd"]) == ("4.00", "10.00")
    assert at_list["outside"]["usd"] == "-1.00"
    assert at_list["untagged"]["usd"] == "0.00"


def test_split_cost_allocation_is_what_aws_prints(asking: Asking, tmp_path: Path) -> None:
    """Review §5, case 4: a p3.16xlarge of $10 an hour, 8 GPUs, 64 vCPU, 488 GB; unit $0.0561, GPU $0.504.

    A pod has half of the GPUs, and CPU and memory with them; the other half is unused, and shared out to it.
    """
    unit = 10 / (8 * 9 + 64 * 0.9 + 488 * 0.1)
    parts = {"GPU-Hours": (4, 9), "vCPU-Hours": (32, 0.9), "GB-Hours": (244, 0.1)}
    rows = [cur_row(days()[0], 10, line_item_resource_id="i-1", product_instance_type="p3.16xlarge", tag="")]
    rows[0]["split_line_item_parent_resource_id"] = ""
    for name, (count, weight) in parts.items():
        usd = f"{count * weight * unit:.12f}"
        split = {
            "split_line_item_parent_resource_id": "i-1",
            "split_line_item_split_usage": count,
            "split_line_item_split_cost": usd,
            "split_line_item_unused_cost": usd,
        }
        rows.append(cur_row(days()[0], 0, line_item_usage_type=f"USE1-EKS-EC2-{name}", **split))
    columns = {name: "" for row in rows for name in row}
    found = asking.answer("cur", written(tmp_path / "bill.csv", [columns | row for row in rows]))
    split = {row["meter"].removeprefix("USE1-EKS-EC2-"): row for row in found["split"]}
    assert float(split["GPU-Hours"]["usd_per_unit"]) == pytest.approx(0.504, abs=0.001)
    assert float(split["vCPU-Hours"]["usd_per_unit"]) == pytest.approx(0.050, abs=0.001)
    assert float(split["GB-Hours"]["usd_per_unit"]) == pytest.approx(0.0056, abs=0.0001)
    both = sum(float(row["split_usd"]) + float(row["unused_usd"]) for row in split.values())
    assert both == pytest.approx(10.00, abs=0.02)
    assert row_of(found, "chat-8b")["idle"]["empty_nodes_usd"] == "5.00"
    assert found["untagged"]["usd"] == "10.00"  # the instance itself, once


def test_parquet_and_csv_of_one_bill_are_one_answer(asking: Asking, tmp_path: Path) -> None:
    bill = written(tmp_path / "bill.csv", a_month_as_planned())
    assert asking.answer("focus", bill) == asking.answer("focus", as_parquet(bill))


@pytest.mark.parametrize("form", [Path, as_parquet])
@pytest.mark.parametrize(
    ("kind", "row", "more"),
    [
        ("focus", focus_row(days()[0], "3.36", type=NODE_TYPE), {"Tags": '{"%s": "chat-8b", "team": "b"}'}),
        ("focus", focus_row(days()[0], "3.36", type=NODE_TYPE, x_Anything="a"), {"x_Anything": "b"}),
        ("cur", cur_row(days()[0], "3.36"), {"resource_tags": '{"user_%s": "chat-8b", "user_team": "b"}'}),
        ("cur", cur_row(days()[0], "3.36", line_item_tax_type="a"), {"line_item_tax_type": "b"}),
    ],
)
def test_rows_that_differ_in_any_column_are_no_copies(
    asking: Asking,
    tmp_path: Path,
    kind: str,
    row: dict[str, str],
    more: dict[str, str],
    form: Callable[[Path], Path],
) -> None:
    tag = "plimsoll.dev/workload" if kind == "focus" else "plimsoll_dev_workload"
    other = row | {name: value.replace("%s", tag) for name, value in more.items()}
    bill = form(written(tmp_path / "bill.csv", [row, other, row, other, row]))
    found = asking.answer(kind, bill)
    assert row_of(found, "chat-8b")["actual"] == "6.72"
    assert (found["reading"]["rows"], found["reading"]["duplicates"]) == (2, 3)


def test_a_folder_is_all_of_its_files(asking: Asking, tmp_path: Path) -> None:
    rows, folder = a_month_as_planned(), tmp_path / "export"
    folder.mkdir()
    written(folder / "a.csv", rows[:70])
    written(folder / "b.csv", rows[70:])
    assert asking.answer("focus", folder) == asking.answer("focus", written(tmp_path / "all.csv", rows))


def test_cost_explorer_by_usage_type_has_quantities(asking: Asking, tmp_path: Path) -> None:
    group = {
        "keys": ["plimsoll.dev/workload$chat-8b", f"BoxUsage:{NODE_TYPE}"],
        "UnblendedCost": f"{700 * NODE_USD}",
        "UsageQuantity": "700",
    }
    by = [{"Type": "DIMENSION", "Key": "USAGE_TYPE"}]
    bill = cost_explorer(tmp_path / "ce.json", [group], start="2026-10-01", end="2026-11-01", by=by)
    variance = row_of(asking.answer("ce", bill), "chat-8b")["variance"]
    assert variance["quantity"] == f"{-44 * NODE_USD:.2f}"
    assert (variance["rate"], variance["missing"]) == ("0.00", "-8.00")


def test_days_that_are_estimates_are_cut_off_and_the_plan_with_them(asking: Asking, tmp_path: Path) -> None:
    periods = []
    for day in days("2026-10-01..2026-10-11"):
        group = {"keys": ["plimsoll.dev/workload$chat-8b"], "UnblendedCost": "80"}
        path = cost_explorer(tmp_path / "day.json", [group], start=str(day), end=str(days()[day.day]))
        (period,) = json.loads(path.read_text())["ResultsByTime"]
        periods.append(period | {"Estimated": day.day >= 9})
    answer = json.loads(path.read_text()) | {"ResultsByTime": periods}
    path.write_text(json.dumps(answer))
    found = asking.answer("ce", path, window="2026-10-01..2026-10-11")
    assert (found["window"]["end"], found["window"]["asked_end"]) == ("2026-10-09", "2026-10-11")
    assert found["window"]["hours"] == 8 * 24
    assert row_of(found, "chat-8b")["actual"] == "640.00"
    assert any("estimates" in note for note in found["reading"]["notes"])


def test_opencost_counts_nodes_by_their_gpus(asking: Asking, tmp_path: Path) -> None:
    """Two thirds of the hours of the plan's node, at its price; what no pod has is untagged."""
    nodes = {"gpuHours": 16, "gpuCount": 1, "gpuCost": 40.0, "cpuCost": 9.0, "ramCost": 16 * NODE_USD - 49}
    idle = {"gpuHours": 0, "gpuCost": 0, "cpuCost": 1.0, "ramCost": 2.0}
    bill = opencost(tmp_path / "oc.json", {"chat-8b": nodes, "__idle__": idle})
    found = asking.answer("opencost", bill, window="2026-10-01..2026-10-02")
    row = row_of(found, "chat-8b")
    assert row["variance"]["quantity"] == f"{-8 * NODE_USD:.2f}"
    assert row["variance"]["rate"] == "0.00"
    assert found["untagged"]["usd"] == "3.00"


def test_a_step_of_opencost_that_is_partly_in_the_window_is_refused(asking: Asking, tmp_path: Path) -> None:
    """As Cost Explorer's month is: its money is that of the whole step."""
    month = {"start": "2026-10-01T00:00:00Z", "end": "2026-10-31T00:00:00Z"}
    nodes = {"gpuHours": 720, "gpuCount": 1, "gpuCost": 2000, "window": month}
    bill = opencost(tmp_path / "oc.json", {"chat-8b": nodes})
    for window in ("2026-10-01..2026-10-08", "2026-10-08..2026-10-15", "2026-09-20..2026-10-02"):
        code, _, err = asking.call("opencost", bill, window=window)
        assert code == 2
        assert f"2026-10-01..2026-10-31 is partly in {window}; ask with step=1d" in err
    whole = asking.answer("opencost", bill, window="2026-10-01..2026-10-31")
    assert row_of(whole, "chat-8b")["actual"] == "2000.00"


@pytest.mark.parametrize("owner", ["", "chat-8b"])
@pytest.mark.parametrize("kind", ["focus", "cur"])
def test_hours_that_nothing_covers_are_hours_of_instances(
    asking: Asking, tmp_path: Path, kind: str, owner: str
) -> None:
    """Volumes and traffic of the same service count gigabytes, whether they carry a tag or not."""
    counted = {
        "BoxUsage:m7i.large": ("Hours", 10),
        "EBS:VolumeUsage.gp3": ("GB-Mo", 1000),
        "DataTransfer-Out-Bytes": ("GB", 500),
        "NatGateway-Hours": ("Hours", 24),
    }
    day, rows = days()[0], list[dict[str, str]]()
    for usage, (unit, count) in counted.items():
        if kind == "focus":
            more = {"x_UsageType": usage, "ConsumedUnit": unit, "ConsumedQuantity": count}
            rows.append(focus_row(day, "5", workload=owner, **more))
        else:
            said = {"line_item_usage_type": usage, "pricing_unit": unit, "line_item_usage_amount": count}
            rows.append(cur_row(day, "5", **said, **({} if owner else {"tag": ""})))
    rows.append(
        focus_row(day, "80.71", type=NODE_TYPE)
        if kind == "focus"
        else cur_row(day, "80.71", product_instance_type=NODE_TYPE)
    )
    found = asking.answer(kind, written(tmp_path / "bill.csv", rows))
    assert found["commitments"]["uncovered_hours"] == "34.00"


CACHED = """name: faq
model: meta-llama/Llama-3.1-8B-Instruct
load:
  qps: 5
  input_tokens: 1000
  output_tokens: 200
  cache: {exact_hit: 0.3, entries: 1000000, entry_kib: 4, kept_in: elasticache, source: gateway log}
"""


@pytest.mark.parametrize("kind", ["focus", "cur"])
def test_nodes_of_a_cache_are_held_against_those_of_the_plan(
    asking: Asking, tmp_path: Path, kind: str
) -> None:
    spec = tmp_path / "faq.yaml"
    spec.write_text(CACHED)
    lock = tmp_path / "faq.lock.json"
    lock.write_text(lock_text(make_lock(spec, LockTerms())), encoding="utf-8")
    usage, node = "USE1-NodeUsage:cache.m7g.large", {"workload": "faq"}
    rows = [
        focus_row(
            day, "6.0672", **node, ServiceName="Amazon ElastiCache", x_UsageType=usage, ConsumedQuantity=48
        )
        if kind == "focus"
        else cur_row(
            day,
            "6.0672",
            line_item_product_code="AmazonElastiCache",
            line_item_usage_type=usage,
            line_item_usage_amount=48,
            product_instance_type="cache.m7g.large",
            resource_tags='{"user_plimsoll_dev_workload": "faq"}',
        )
        for day in days()
    ]
    found = asking.answer(kind, written(tmp_path / "bill.csv", rows), "--plan", str(lock))
    (cache,) = [each for each in row_of(found, "faq")["items"] if each["unit"] == "node-hour"]
    assert "cache of answers" in cache["item"]
    assert (cache["plan_quantity"], cache["actual_quantity"]) == ("1488.0000", "1488.0000")
    assert cache["plan"] == cache["actual"] == "188.08"
    assert row_of(found, "faq")["variance"]["unplanned"] == "0.00"
    assert found["commitments"]["uncovered_hours"] == "0.00"


def test_a_pool_or_a_cluster_says_whose_it_is_where_the_workload_does_not(
    asking: Asking, tmp_path: Path
) -> None:
    tags = {"chat-8b": {"karpenter.sh/nodepool": "chat-8b-base"}, "shared": {"aws:eks:cluster-name": "gpu"}}
    rows = [
        focus_row(day, 10, type=NODE_TYPE, ResourceId=name, Tags=json.dumps(said))
        for day in days()
        for name, said in tags.items()
    ]
    rows.append(focus_row(days()[0], 5, workload="another"))
    found = asking.answer("focus", written(tmp_path / "bill.csv", rows))
    assert row_of(found, "chat-8b")["actual"] == row_of(found, "shared")["actual"] == "310.00"
    assert found["others"] == [{"name": "another", "usd": "5.00"}]
