"""What peers of cost management do that is ours too: an end of experiments, hours, several specs, terms.

The four cases of a review of OptScale (hystax/optscale, read 2024-10 and its issues of 2026); the fourth, a
Savings Plan in a bill, is `actuals/test_plan_and_bill.py`.
"""

import json
from decimal import Decimal
from pathlib import Path

import pytest

from tests.claims.test_portfolio import sharing, written
from tests.claims.test_schedules import OFFICE, spec
from tests.make.command import plimsoll
from tests.make.places import ROOT
from tests.make.variants import planned


@pytest.mark.parametrize(("day", "code"), [("2026-12-31", 0), ("2027-01-01", 7)])
def test_an_experiment_holds_on_its_last_day_and_fails_after_it(tmp_path: Path, day: str, code: int) -> None:
    text = (ROOT / "workloads" / "chat-8b.yaml").read_text(encoding="utf-8")
    trial = tmp_path / "trial.yaml"
    trial.write_text(text + 'expires: "2026-12-31"\n', encoding="utf-8")
    plan = tmp_path / "trial.json"
    plan.write_text(plimsoll("plan", str(trial), "--format", "json", "--on", "2026-11-27").stdout)
    done = plimsoll("check", str(plan), "--on", day, "--format", "json")
    verdict = json.loads(done.stdout)
    expired = [each for each in verdict["violations"] if each["code"] == "expired"]
    assert (done.returncode, len(expired)) == (code, int(code > 0)), done.stdout[:400]
    assert all("2026-12-31" in each["message"] for each in expired)


def test_office_hours_cost_sixty_of_a_week_s_168_hours() -> None:
    hours = OFFICE | {"min_replicas": 1, "timezone": "UTC"}
    kept, always = (planned(each) for each in (spec(hours), {**spec(hours), "scale": {"min_replicas": 1}}))
    nodes = [
        next(
            Decimal(line.usd_per_month)
            for line in plan.cost.lines
            if (line.of, line.kind) == ("floor", "nodes") and line.pool
        )
        for plan in (kept, always)
    ]
    assert nodes[0] == (nodes[1] * 60 / 168).quantize(Decimal("0.01"))
    assert kept.cost.usd_per_month.ceiling == always.cost.usd_per_month.ceiling


def test_two_specs_over_one_budget_are_told_the_cheapest_way_back_over_both() -> None:
    eight, six = sharing("eight", 8), sharing("six", 6)
    ample = {"quotas": {"L-DB2E81BA": 10**6}}
    free = Decimal(
        written([eight, six], {"budget": {"usd_per_month": 10**6}, **ample})["usd_per_month"]["ceiling"]
    )
    budget = {"budget": {"usd_per_month": float(free - 1000)}, **ample}
    for alone in (eight, six):
        assert written([alone], budget)["verdict"] == "holds"
    both = written([eight, six], budget)
    assert (both["exit_code"], both["refusal"]["binding"]) == (4, ["budget"])
    (way,) = [each for each in both["refusal"]["ways_out"] if each["workload"] is None]
    assert Decimal(str(way["to"])) - Decimal(str(way["from"])) == 1000
    assert Decimal(both["budget"]["need_usd_per_month"]) <= free - 1000
    assert {each["name"] for each in both["degraded"]} <= {"eight", "six"}
