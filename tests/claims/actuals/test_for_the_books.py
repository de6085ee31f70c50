"""What finance files: months, teams, runs by day, one page."""

import json
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from shutil import copyfile
from typing import Any

import cmarkgfm
import pytest

from plimsoll.cli.main import main
from tests.claims.actuals.asked import Asking, row_of
from tests.make.bills import NODE_TYPE, a_month_as_planned, days, example, focus_row, written
from tests.make.locks import locked
from tests.make.places import ROOT


def test_each_month_has_its_own_line_in_the_ledger(asking: Asking, tmp_path: Path) -> None:
    rows = a_month_as_planned("2026-10-01..2026-11-01") + a_month_as_planned("2026-11-01..2026-12-01")
    rows.append(focus_row("2026-11-05T10:00:00Z", "250", type=NODE_TYPE, ConsumedQuantity="1"))
    found = asking.answer("focus", written(tmp_path / "bill.csv", rows), window="2026-10-01..2026-12-01")
    ledger = {(each["name"], each["month"]): each for each in found["ledger"]}
    assert len(ledger) == 4
    october, november = (ledger["chat-8b", month] for month in ("2026-10", "2026-11"))
    assert (october["error_pct"], october["actual"]) == (0.0, october["plan"])
    assert Decimal(november["actual"]) - Decimal(november["plan"]) == 250
    assert november["error_pct"] == pytest.approx(250 / float(november["plan"]) * 100, abs=0.01)
    assert sum(Decimal(each["plan"]) for each in ledger.values()) == Decimal(found["total"]["plan"])


def test_teams_are_sums_of_their_rows(asking: Asking, tmp_path: Path) -> None:
    other = locked(tmp_path, "agents-gpt-oss")[1]
    rows = [*a_month_as_planned(), focus_row(days()[0], "100", workload="agents-gpt-oss", type="p5.48xlarge")]
    found = asking.answer("focus", written(tmp_path / "bill.csv", rows), "--plan", str(other))
    owners = {name: each for each in found["owners"] for name in each["workloads"]}
    assert set(owners) == {"chat-8b", "agents-gpt-oss"}
    for each in found["owners"]:
        own = [row_of(found, name) for name in each["workloads"]]
        assert Decimal(each["actual"]) == sum(Decimal(row["actual"]) for row in own)
        assert Decimal(each["difference"]) == Decimal(each["actual"]) - Decimal(each["plan"])


def test_several_locks_may_follow_one_option(
    asking: Asking, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bill, other = written(tmp_path / "bill.csv", example()), locked(tmp_path, "agents-gpt-oss")[1]
    named = ["actual", "--window", "2026-10-01..2026-11-01", "--plan", str(asking.lock), str(other)]
    with pytest.raises(SystemExit) as ending:
        main([*named, "--from", "focus", str(bill), "--format", "json"])
    assert ending.value.code in (0, None)
    rows = json.loads(capsys.readouterr().out)["workloads"]
    assert [row["name"] for row in rows] == ["chat-8b", "agents-gpt-oss", "shared"]


def test_a_run_is_followed_by_day_against_the_whole_of_its_plan(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    spec = tmp_path / "support-tone.yaml"
    copyfile(ROOT / "workloads" / "runs" / spec.name, spec)
    with pytest.raises(SystemExit):
        main(["lock", str(spec)])
    plan = json.loads(spec.with_suffix(".lock.json").read_text())["plan"]
    (kind,) = {line["instance_type"] for line in plan["cost"]["lines"] if line["kind"] == "nodes"}
    run, monthly = plan["cost"]["usd_per_run"], plan["workload"]["runs_per_month"]
    rows = [
        focus_row(day, 2, workload="support-tone", type=kind, ConsumedQuantity="1", ResourceId=str(day))
        for day in days()[:3]
    ]
    bill = written(tmp_path / "bill.csv", rows)
    capsys.readouterr()
    with pytest.raises(SystemExit):
        main(["actual", "--plan", str(spec), "--from", "focus", str(bill), "--window", "2026-10-01..2026-11-01", "--format", "json"])  # fmt: skip # noqa: E501
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    row = row_of(found, "support-tone")
    assert row["kind"] == "run"
    assert float(row["plan"]) == pytest.approx(
        float(run["expected"]) * (monthly or 1), rel=1e-3
    )  # of rounded runs
    (progress,) = found["runs"]
    assert [day["to_date"] for day in progress["days"]] == ["2.00", "4.00", "6.00"]
    assert progress["days"][-1]["of_plan_pct"] == pytest.approx(600 / float(row["plan"]), abs=0.01)
    assert "support-tone" not in {each["name"] for each in found["ledger"]}


def test_the_page_says_what_the_document_says(asking: Asking, tmp_path: Path) -> None:
    bill = written(tmp_path / "bill.csv", example())
    found, page = asking.answer("focus", bill), asking.call("focus", bill, "--format", "md")[1]
    html = cmarkgfm.github_flavored_markdown_to_html(page)
    for row in found["workloads"]:
        assert f"<td><code>{row['name']}</code></td>" in html
        assert f"${Decimal(row['actual']):,.2f}" in html
    for text in (
        "Teams and cost centres",
        "Ledger",
        "Anomalies",
        "2026-10-27",
        "-$150.00",
        "<code>1200</code>",
    ):
        assert text in html


def test_names_from_a_bill_are_shown_and_not_obeyed(asking: Asking, tmp_path: Path) -> None:
    evil = "x|y<script>alert(1)</script>@team"
    rows = [*example(), focus_row(days()[0], 5, workload=evil)]
    rows.append(focus_row(days()[0], 7000, workload="", ServiceName=f"{evil}\x1b[31m\u202e"))
    bill = written(tmp_path / "bill.csv", rows)
    page, table = asking.call("focus", bill, "--format", "md")[1], asking.call("focus", bill)[1]
    assert "\x1b" not in page + table
    assert "\u202e" not in page + table
    html = cmarkgfm.github_flavored_markdown_to_html(page)
    assert "<script>" not in html
    assert "alert(1)" in html


def test_a_plan_needs_no_duckdb() -> None:
    """The core imports without the extra: DuckDB is looked for when an export is read."""
    modules = "plimsoll.actuals.bills.registry, plimsoll.cli.day_two.actual"
    code = f"import sys; sys.modules['duckdb'] = None; import {modules}"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)
