"""Runs say what one really pays: percentages and rates on their hours, commitments whole and beside them."""

import json
import shutil
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from plimsoll.cli.main import main
from tests.make.discounts import written
from tests.make.places import ROOT

RUNS = ROOT / "workloads" / "runs"
DAY = "2026-08-10"
PERCENT = {"private_pct": {"on_demand": 12, "spot": 3, "families": {"p5": 20}}}
SP = {"kind": "ec2_instance_sp", "family": "g5", "region": "us-east-1", "rate_of_on_demand": 0.63}
ANY = {"kind": "compute_sp", "usd_per_hour": "0.10", "rate_of_on_demand": 0.67}
BASES = ("floor", "expected", "ceiling")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for path in RUNS.glob("*.yaml"):
        shutil.copy(path, tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PLIMSOLL_TODAY", DAY)
    return tmp_path


class Calls:
    """Commands, with a discounts file or without."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder, self._capsys = folder, capsys

    def say(self, *arguments: str, **terms: Any) -> tuple[int, str, str]:
        file = Path(written(terms, self.folder / "discounts.yaml")).name if terms else ""
        with pytest.raises(SystemExit) as ending:
            main([*arguments, *(("--discounts", file) if terms else ())])
        said = self._capsys.readouterr()
        return int(ending.value.code or 0), said.out, said.err

    def plan(self, spec: str, *sets: str, **terms: Any) -> dict[str, Any]:
        said = [part for each in sets for part in ("--set", each)]
        code, out, err = self.say("plan", spec, "--format", "json", *said, **terms)
        assert code == 0, out or err
        return json.loads(out)


@pytest.fixture
def calls(folder: Path, capsys: pytest.CaptureFixture[str]) -> Calls:
    return Calls(folder, capsys)


def unit_prices(plan: dict[str, Any], of: str) -> dict[str, tuple[str, str]]:
    """Net and list price of each kind of line of a run."""
    lines = (line for line in plan["cost"]["lines"] if line["of"] == of and line["usd_per_run"] is not None)
    return {line["kind"]: (line["usd_per_unit"], line["list_usd_per_unit"]) for line in lines}


def test_a_percentage_is_taken_off_the_hours_of_a_run_and_off_nothing_else(calls: Calls) -> None:
    """p5.48xlarge at $55.04, 20 % off its family: $44.032; volumes and checkpoints stay at list."""
    plan, listed = calls.plan("clinical-8b.yaml", **PERCENT), calls.plan("clinical-8b.yaml")
    assert unit_prices(plan, "ceiling") == {
        "nodes": ("44.032", "55.04"),
        "overshoot": ("44.032", "55.04"),
        "volumes": ("0.08", "0.08"),
        "storage": ("0.023", "0.023"),
    }
    nodes = [line for line in plan["cost"]["lines"] if (line["of"], line["kind"]) == ("ceiling", "nodes")]
    assert [line["usd_per_run"] for line in nodes] == ["704.51"]  # 16 h × 44.032
    assert plan["cost"]["list_usd_per_run"] == listed["cost"]["usd_per_run"]
    assert plan["cost"]["list_usd_per_month"] is None
    assert listed["cost"]["list_usd_per_run"] is None
    for of in BASES:
        own = [line["usd_per_run"] for line in plan["cost"]["lines"] if line["of"] == of]
        assert sum(map(Decimal, own)) == Decimal(plan["cost"]["usd_per_run"][of])


def test_spot_has_its_own_percentage_and_at_most_what_on_demand_costs(calls: Calls) -> None:
    """p5.4xlarge at $2.6295 spot and $6.88: 3 % off spot; AWS may charge spot up to on-demand at list."""
    plan = calls.plan("legal-70b.yaml", **PERCENT)
    assert plan["chosen"]["capacity"] == "spot"
    assert unit_prices(plan, "floor")["nodes"] == ("2.550615", "2.6295")
    assert unit_prices(plan, "ceiling")["nodes"] == ("6.6736", "6.88")
    on_demand = [
        line
        for line in plan["cost"]["lines"]
        if line["of"] == "expected" and line["list_usd_per_unit"] == "6.88"
    ]
    assert {line["usd_per_unit"] for line in on_demand} == {"5.504"}


def test_the_choice_and_the_budget_are_held_against_what_is_paid(calls: Calls) -> None:
    """A rate of g6e.2xlarge below that of g6e.xlarge makes it the choice; a budget between the two holds."""
    rate = {"instance_type": "g6e.2xlarge", "region": "us-east-1", "usd_per_hour": "1.00"}
    assert calls.plan("nightly-labels.yaml")["chosen"]["instance_type"] == "g6e.xlarge"
    paid = calls.plan("nightly-labels.yaml", rates=[rate])
    assert paid["chosen"]["instance_type"] == "g6e.2xlarge"
    assert unit_prices(paid, "ceiling")["nodes"][0] == "1.00"
    code, _, _ = calls.say("plan", "clinical-8b.yaml", "--set", "budget.usd_per_run=900")
    assert code == 4
    assert calls.plan("clinical-8b.yaml", "budget.usd_per_run=900", **PERCENT)["outcome"] == "plan"


def test_a_commitment_is_paid_whole_in_a_month_and_covers_no_hour_of_a_run(calls: Calls) -> None:
    """$1.00 and $0.10 an hour are $730.00 and $73.00 a month, and stand in no number of a run."""
    terms = {"commitments": [SP | {"usd_per_hour": "1.00"}, ANY]}
    plan, listed = calls.plan("defect-images.yaml", **terms), calls.plan("defect-images.yaml")
    assert plan["cost"]["usd_per_run"] == listed["cost"]["usd_per_run"]
    assert plan["cost"]["list_usd_per_month"] == listed["cost"]["usd_per_month"]
    for of in BASES:
        lines = [x for x in plan["cost"]["lines"] if (x["kind"], x["of"]) == ("commitment", of)]
        paid = {line["item"].split()[1]: line["usd_per_month"] for line in lines}
        assert paid == {"ec2_instance_sp": "730.00", "compute_sp": "73.00"}
        assert {line["usd_per_run"] for line in lines} == {None}
        whole = [Decimal(x["usd_per_month"]) for x in plan["cost"]["lines"] if x["of"] == of]
        assert sum(whole) == Decimal(plan["cost"]["usd_per_month"][of])
    covered = {x["kind"] for x in plan["cost"]["lines"] if "covered" in x["item"]}
    assert covered == {"fixed"}, "the Compute Savings Plan covers system nodes, and no run"
    other = calls.plan("defect-images.yaml", commitments=[SP | {"family": "p5", "usd_per_hour": "1.00"}])
    assert not [line for line in other["cost"]["lines"] if line["kind"] == "commitment"]


def test_without_a_month_commitments_are_told_beside_the_run(calls: Calls) -> None:
    plan = calls.plan("clinical-8b.yaml", commitments=[ANY | {"until": "2030-01-01"}])
    told = [each for each in plan["assumptions"] if each["name"] == "commitments[0] beside the run"]
    assert [(each["value"], each["unit"]) for each in told] == [("73.00", "USD/month")]
    assert not [line for line in plan["cost"]["lines"] if line["kind"] == "commitment"]
    ended = calls.plan("clinical-8b.yaml", commitments=[ANY | {"until": "2024-01-01"}])
    assert [x["value"] for x in ended["assumptions"] if x["name"] == "commitments[0] ignored"] == [
        "ended 2024-01-01"
    ]


@pytest.mark.parametrize("spec", ["clinical-8b", "defect-images", "legal-70b", "nightly-labels"])
def test_the_check_prices_the_plan_anew_net_and_at_list(calls: Calls, spec: str) -> None:
    terms = PERCENT | {"commitments": [SP | {"usd_per_hour": "1.00"}, ANY]}
    plan = calls.plan(f"{spec}.yaml", **terms)
    Path("plan.json").write_text(json.dumps(plan))
    code, out, _ = calls.say("check", "plan.json", "--format", "json", **terms)
    verdict, cost = json.loads(out), plan["cost"]
    assert (code, verdict["verdict"]) == (0, "pass")
    beside = sum(Decimal(x["usd_per_month"]) for x in verdict["lines"] if _beside(x, cost))
    month = cost["usd_per_month"] or cost["usd_per_run"]
    listed = cost["list_usd_per_month"] or cost["list_usd_per_run"]
    assert Decimal(verdict["usd_per_month"]["ceiling"]) - beside == Decimal(month["ceiling"])
    assert verdict["list_usd_per_month"]["ceiling"] == listed["ceiling"]
    code, out, _ = calls.say("check", "plan.json", "--format", "json")
    assert json.loads(out)["usd_per_month"]["ceiling"] == listed["ceiling"]


def _beside(line: dict[str, Any], cost: dict[str, Any]) -> bool:
    """A commitment counts in a month alone: a run without one has it beside its numbers."""
    commitment = line["unit"] == "commitment-hour" and line["of"] == "ceiling"
    return commitment and cost["usd_per_month"] is None


def test_a_lock_and_a_diff_are_of_what_is_paid(calls: Calls) -> None:
    terms = PERCENT | {"commitments": [ANY]}
    assert calls.say("lock", "defect-images.yaml", **terms)[0] == 0
    assert calls.say("lock", "--check", "defect-images.yaml")[0] == 0
    planned = calls.plan("defect-images.yaml", **terms)
    frozen = json.loads(calls.say("plan", "--frozen", "defect-images.yaml", "--format", "json")[1])
    assert frozen["cost"] == planned["cost"]
    lock = "defect-images.lock.json"
    same = json.loads(calls.say("diff", lock, "defect-images.yaml", "--format", "json", **terms)[1])
    assert [each["state"] for each in same["workloads"]] == ["same"]
    code, out, _ = calls.say("diff", lock, "defect-images.yaml", "--format", "json")
    (moved,) = json.loads(out)["workloads"]
    now = calls.plan("defect-images.yaml")["cost"]["usd_per_run"]
    assert (code, moved["state"]) == (0, "changed")
    for of in BASES:
        change = Decimal(now[of]) - Decimal(planned["cost"]["usd_per_run"][of])
        assert Decimal(moved["causes"]["prices"][of]) == change


def test_the_table_shows_net_and_list(calls: Calls) -> None:
    terms = PERCENT | {"commitments": [SP | {"usd_per_hour": "1.00"}]}
    _, text, _ = calls.say("plan", "defect-images.yaml", **terms)
    said = " ".join(text.split())
    assert "1.06656 (list 1.212)" in said
    assert "at list prices: floor $44.53, expected $44.57, ceiling $91.74 a run" in said
    assert "1 commitment paid whole, no hour of a run covered" in said
    _, text, _ = calls.say("plan", "defect-images.yaml")
    assert "at list" not in text
