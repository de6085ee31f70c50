"""A run is held against its own plan while it goes on: from last month, in mid-month, or not begun at all."""

import json
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from shutil import copyfile
from typing import Any

import pytest

from plimsoll.cli.main import main
from plimsoll.review.lock.make import LockTerms, make_lock
from plimsoll.review.lock.text import lock_text
from tests.claims.actuals.asked import row_of
from tests.make.bills import TAG, cost_explorer, days, focus_row, opencost, written
from tests.make.places import ROOT

RUN = "legal-70b"
NOVEMBER, HALF = "2026-11-01..2026-12-01", "2026-11-01..2026-11-16"
NODE, SPOT_USD = "p5.4xlarge", 2.6295


@cache
def lock_of(name: str) -> str:
    return lock_text(make_lock(ROOT / "workloads" / "runs" / f"{name}.yaml", LockTerms()))


def planned(name: str = RUN) -> dict[str, Any]:
    return json.loads(lock_of(name))["plan"]


def planned_nodes() -> list[dict[str, Any]]:
    """The expected lines of its nodes: on spot, and what falls back to on-demand."""
    lines = planned()["cost"]["lines"]
    return [each for each in lines if (each["of"], each["kind"]) == ("expected", "nodes")]


class Following:
    """Calls of the command with the lock of a run."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str], name: str = RUN) -> None:
        self.name, self._capsys, self.folder = name, capsys, folder
        copyfile(ROOT / "workloads" / "runs" / f"{name}.yaml", folder / f"{name}.yaml")
        self.lock = folder / f"{name}.lock.json"
        self.lock.write_text(lock_of(name), encoding="utf-8")

    def call(self, kind: str, bill: Path, window: str, *more: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as ending:
            main(["actual", "--plan", str(self.lock), "--from", kind, str(bill), "--window", window, *more])
        said = self._capsys.readouterr()
        return int(ending.value.code or 0), said.out, said.err

    def answer(self, kind: str, bill: Path, window: str = HALF) -> tuple[dict[str, Any], dict[str, Any]]:
        """The row and the progress of the run."""
        code, out, err = self.call(kind, bill, window, "--format", "json")
        assert code == 0, err
        found = json.loads(out)
        (progress,) = found["runs"]
        row = row_of(found, self.name)
        assert sum(map(Decimal, row["variance"].values())) == Decimal(row["actual"]) - Decimal(row["plan"])
        return row, progress


@pytest.fixture
def following(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Following:
    return Following(tmp_path, capsys)


def node(hours: float, usd: float = SPOT_USD) -> dict[str, Any]:
    """What OpenCost says of a day: some hours of the run's node, its one GPU at the most of its price."""
    whole = hours * usd
    return {"gpuHours": hours, "gpuCount": 1, "gpuCost": whole * 0.8, "cpuCost": whole * 0.15,
            "ramCost": whole * 0.05}  # fmt: skip


def other() -> dict[str, Any]:
    return {"cpuCost": 2.0, "ramCost": 1.0, "gpuHours": 0, "gpuCost": 0}


def test_in_mid_month_a_run_is_told_by_day_in_money_and_hours(following: Following, tmp_path: Path) -> None:
    """Two days of a run of one: OpenCost counts GPU-hours, the node has one GPU."""
    steps = [{RUN: node(4)}, {RUN: node(2, 6.88)}, {"someone-else": other()}]
    row, run = following.answer("opencost", opencost(tmp_path / "oc.json", *steps, day="2026-11-10"))
    assert (run["state"], run["began"], run["before"]) == ("under_way", "2026-11-10", "0.00")
    money = planned()["cost"]["usd_per_run"]
    assert Decimal(run["plan"]) == pytest.approx(Decimal(money["expected"]), abs=Decimal("0.01"))
    assert Decimal(run["ceiling"]) == pytest.approx(Decimal(money["ceiling"]), abs=Decimal("0.01"))
    assert [day["to_date"] for day in run["days"]] == ["10.52", "24.28"]
    assert [day["node_hours"] for day in run["days"]] == ["4.00", "6.00"]
    expected = sum(float(each["quantity"]) for each in planned_nodes())
    assert run["days"][-1]["of_hours_pct"] == pytest.approx(600 / expected, abs=0.01)
    assert run["days"][-1]["of_plan_pct"] == pytest.approx(2428 / float(run["plan"]), abs=0.05)
    nodes = next(each for each in row["items"] if each["unit"] == "instance-hour")
    assert nodes["actual_quantity"] == "6.0000"
    assert row["variance"]["rate"] != "0.00"
    assert Decimal(row["variance"]["quantity"]) < 0


def test_gpus_of_a_node_are_counted_as_one_node(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Two nodes of eight GPUs: sixteen GPU-hours are two hours of a node."""
    names = [each.stem for each in sorted((ROOT / "workloads" / "runs").glob("*.yaml"))]
    pools = {each: planned(each)["chosen"]["pools"][0] for each in names if "p5.48xlarge" in lock_of(each)}
    name = next(each for each, pool in pools.items() if pool["accelerators_per_node"] == 8)
    following = Following(tmp_path, capsys, name)
    _, run = following.answer(
        "opencost", opencost(tmp_path / "oc.json", {name: node(16)}, day="2026-11-03"), NOVEMBER
    )
    assert run["days"][-1]["node_hours"] == "2.00"


def hours_of_days(*said: tuple[str, float]) -> list[dict[str, str]]:
    return [
        focus_row(
            date.fromisoformat(day), f"{hours * SPOT_USD:.6f}", workload=RUN, type=NODE,
            ConsumedQuantity=f"{hours}", ResourceId=day,
        )
        for day, hours in said
    ]  # fmt: skip


@pytest.mark.parametrize("kind", ["focus", "opencost"])
def test_a_run_that_began_last_month_is_held_against_what_its_plan_has_left(
    following: Following, tmp_path: Path, kind: str
) -> None:
    parts = [("2026-10-30", 1.5), ("2026-10-31", 2.0), ("2026-11-01", 3.0)]
    if kind == "focus":
        bill = written(tmp_path / "bill.csv", hours_of_days(*parts))
    else:
        steps = [{RUN: node(hours)} for _, hours in parts]
        bill = opencost(tmp_path / "oc.json", *steps, day="2026-10-30")
    row, run = following.answer(kind, bill)
    assert (run["state"], run["began"]) == ("under_way", "2026-10-30")
    assert run["before"] == f"{3.5 * SPOT_USD:.2f}"
    assert [day["day"] for day in run["days"]] == ["2026-11-01"]
    assert run["days"][0]["to_date"] == f"{6.5 * SPOT_USD:.2f}"
    assert run["days"][0]["node_hours"] == "6.50"
    nodes = next(each for each in row["items"] if each["unit"] == "instance-hour")
    whole = [
        each for each in planned()["cost"]["lines"] if (each["of"], each["kind"]) == ("expected", "nodes")
    ]
    total = sum(Decimal(each["quantity"]) for each in whole)
    assert Decimal(nodes["plan_quantity"]) == total - Decimal("3.5")
    assert nodes["actual_quantity"] == "3.0000"
    assert Decimal(row["actual"]) == Decimal(f"{3 * SPOT_USD:.2f}")
    assert Decimal(row["plan"]) < Decimal(run["plan"])


def test_two_months_of_one_run_add_up_to_one_plan(following: Following, tmp_path: Path) -> None:
    """What October's half took is off November's plan: both together never plan it twice."""
    whole = [
        each for each in planned()["cost"]["lines"] if (each["of"], each["kind"]) == ("expected", "nodes")
    ]
    total = float(sum(Decimal(each["quantity"]) for each in whole))
    bill = written(tmp_path / "bill.csv", hours_of_days(("2026-10-31", 3), ("2026-11-01", total - 3)))
    row, _ = following.answer("focus", bill, NOVEMBER)
    nodes = next(each for each in row["items"] if each["unit"] == "instance-hour")
    assert Decimal(nodes["plan_quantity"]) == Decimal(nodes["actual_quantity"])
    assert row["variance"]["quantity"] == "0.00"


def test_hours_above_the_whole_plan_are_all_of_them_quantity(following: Following, tmp_path: Path) -> None:
    """Nothing was left of the hours when the window began: its price is still the plan's."""
    bill = written(tmp_path / "bill.csv", hours_of_days(("2026-10-30", 20), ("2026-11-02", 4)))
    row, run = following.answer("focus", bill)
    nodes = next(each for each in row["items"] if each["unit"] == "instance-hour")
    assert (nodes["plan_quantity"], nodes["plan"]) == ("0.0000", "0.00")
    lines = [
        each for each in planned()["cost"]["lines"] if (each["of"], each["kind"]) == ("expected", "nodes")
    ]
    usd = sum(Decimal(each["quantity"]) * Decimal(each["usd_per_unit"]) for each in lines)
    price = float(usd / sum(Decimal(each["quantity"]) for each in lines))
    assert float(row["variance"]["quantity"]) == pytest.approx(4 * price, abs=0.01)
    assert row["variance"]["unplanned"] == "0.00"
    assert run["days"][-1]["of_hours_pct"] > 300


def test_a_run_that_has_not_started_is_missing_and_said_so(following: Following, tmp_path: Path) -> None:
    bill = opencost(tmp_path / "oc.json", {"someone-else": other()}, day="2026-11-02")
    row, run = following.answer("opencost", bill)
    assert (run["state"], run["began"], run["days"]) == ("not_started", None, [])
    assert row["actual"] == "0.00"
    assert row["variance"] == {
        "quantity": "0.00", "rate": "0.00", "unplanned": "0.00", "missing": f"-{row['plan']}",
    }  # fmt: skip
    for form in ("table", "md"):
        assert "not started by 2026-11-15" in " ".join(
            following.call("opencost", bill, HALF, "--format", form)[1].split()
        )


def test_a_run_that_ended_last_month_has_no_plan_in_this_one(following: Following, tmp_path: Path) -> None:
    rows = [*hours_of_days(("2026-10-30", 7)), focus_row(days(HALF)[0], 1, workload="someone-else")]
    row, run = following.answer("focus", written(tmp_path / "bill.csv", rows))
    assert run["state"] == "ended"
    assert (row["plan"], row["actual"], set(row["variance"].values())) == ("0.00", "0.00", {"0.00"})
    assert run["before"] == f"{7 * SPOT_USD:.2f}"


def test_volumes_that_outlive_a_run_are_no_gpu_without_a_price(following: Following, tmp_path: Path) -> None:
    steps = [{RUN: node(6)}, {RUN: {"gpuHours": 0, "gpuCost": 0, "pvCost": 0.4}}]
    row, run = following.answer("opencost", opencost(tmp_path / "oc.json", *steps, day="2026-11-03"))
    assert [day["usd"] for day in run["days"]] == [f"{6 * SPOT_USD:.2f}", "0.40"]
    assert run["days"][-1]["node_hours"] == "6.00"
    assert Decimal(row["actual"]) == Decimal(f"{6 * SPOT_USD + 0.4:.2f}")


def test_a_run_of_a_bill_that_counts_nothing_is_held_by_its_money(
    following: Following, tmp_path: Path
) -> None:
    """Cost Explorer by tag alone: half of the plan went in October, half is left."""
    plan = Decimal(planned()["cost"]["usd_per_run"]["expected"])
    answers = []
    for start, end, usd in (("2026-10-31", "2026-11-01", plan / 2), ("2026-11-01", "2026-11-02", plan / 4)):
        group = {"keys": [f"{TAG}${RUN}"], "UnblendedCost": f"{usd}"}
        path = cost_explorer(tmp_path / "ce.json", [group], start=start, end=end)
        answers.append(json.loads(path.read_text()))
    path.write_text(json.dumps(answers))
    row, run = following.answer("ce", path)
    assert float(row["plan"]) == pytest.approx(float(plan / 2), abs=0.02)
    assert run["days"][-1]["of_plan_pct"] == pytest.approx(75, abs=0.1)
    assert run["days"][-1]["node_hours"] is None


def test_a_run_of_every_month_keeps_the_share_of_its_window(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Half a month has half of the month's runs, and money of October is of October's."""
    following = Following(tmp_path, capsys, "support-tone")
    monthly = planned("support-tone")["workload"]["runs_per_month"]
    kind = planned("support-tone")["chosen"]["instance_type"]
    rows = [
        focus_row(day, 18, workload="support-tone", type=kind, ConsumedQuantity="9", ResourceId=day)
        for day in (date(2026, 10, 31), date(2026, 11, 3))
    ]
    row, run = following.answer("focus", written(tmp_path / "bill.csv", rows))
    per_run = float(planned("support-tone")["cost"]["usd_per_run"]["expected"])
    assert float(row["plan"]) == pytest.approx(per_run * float(monthly) / 2, abs=0.1)
    assert (run["before"], run["began"]) == ("0.00", "2026-11-03")


def test_a_bill_that_ends_before_its_window_says_so(following: Following, tmp_path: Path) -> None:
    bill = opencost(tmp_path / "oc.json", {RUN: node(5)}, day="2026-11-02")
    code, out, _ = following.call("opencost", bill, NOVEMBER)
    assert code == 0
    assert "the bill ends with 2026-11-02: 28 of the 30 days of the window have no row yet" in " ".join(
        out.split()
    )


def test_a_bill_of_one_period_has_all_of_its_days(following: Following, tmp_path: Path) -> None:
    """Cost Explorer by month and OpenCost accumulated begin with their window and end with it."""
    group = {"keys": [f"{TAG}${RUN}"], "UnblendedCost": "20"}
    asked = cost_explorer(tmp_path / "ce.json", [group], start="2026-11-01", end="2026-12-01")
    one = {RUN: node(5) | {"window": {"start": "2026-11-01T00:00:00Z", "end": "2026-12-01T00:00:00Z"}}}
    for kind, bill in (("ce", asked), ("opencost", opencost(tmp_path / "oc.json", one))):
        assert "have no row yet" not in following.call(kind, bill, NOVEMBER)[1]
