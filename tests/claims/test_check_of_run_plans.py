"""`check` prices the plan of a run, or its lock, from its pools and its bound, to the cent of the plan."""

import json
from decimal import Decimal
from math import ceil
from pathlib import Path
from typing import Any

import pytest

from tests.make.command import Run
from tests.make.places import ROOT

RUNS = sorted((ROOT / "workloads" / "runs").glob("*.yaml"))


def plan_of(run: Run, spec: Path, *more: str) -> dict[str, Any]:
    code, out, _ = run("plan", str(spec), "--format", "json", *more)
    assert code == 0
    return json.loads(out)


def judged(run: Run, tmp_path: Path, plan: dict[str, Any], *more: str) -> tuple[int, dict[str, Any]]:
    (tmp_path / "plan.json").write_text(json.dumps(plan))
    code, out, _ = run("check", str(tmp_path / "plan.json"), "--format", "json", *more)
    return code, json.loads(out) if out else {}


@pytest.mark.parametrize("spec", RUNS, ids=lambda path: path.stem)
def test_the_ceiling_is_that_of_the_plan(run: Run, tmp_path: Path, spec: Path) -> None:
    plan = plan_of(run, spec)
    code, verdict = judged(run, tmp_path, plan)
    assert (code, verdict["verdict"]) == (0, "pass")
    month = plan["cost"]["usd_per_month"] or plan["cost"]["usd_per_run"]
    assert verdict["usd_per_month"]["ceiling"] == month["ceiling"]
    assert not [each for each in verdict["violations"] if each["code"] == "spot_without_checkpoint"]
    over = Decimal(month["ceiling"]) - Decimal("0.01")
    code, verdict = judged(run, tmp_path, plan, "--budget", str(over))
    assert (code, [each["code"] for each in verdict["violations"] if each["level"] == "mandatory"]) == (
        7,
        ["over_budget"],
    )


@pytest.mark.parametrize("runs", [0.5, 1, 2.5, 40])
def test_every_start_of_a_month_counts(run: Run, tmp_path: Path, runs: float) -> None:
    plan = plan_of(run, RUNS[-1], "--set", f"runs_per_month={runs}")
    one = sum(
        Decimal(line["usd_per_run"])
        for line in plan["cost"]["lines"]
        if line["of"] == "ceiling" and line["usd_per_run"]
    )
    shared = sum(
        Decimal(line["usd_per_month"])
        for line in plan["cost"]["lines"]
        if line["of"] == "ceiling" and line["scope"] == "cluster"
    )
    _, verdict = judged(run, tmp_path, plan)
    assert Decimal(verdict["usd_per_month"]["ceiling"]) == one * max(1, ceil(runs)) + shared


def test_a_lock_is_an_input_like_a_plan(run: Run, tmp_path: Path) -> None:
    spec = tmp_path / RUNS[0].name
    spec.write_text(RUNS[0].read_text())
    assert run("lock", str(spec))[0] == 0
    code, out, _ = run("check", str(spec.with_name(f"{spec.stem}.lock.json")), "--format", "json")
    assert (code, json.loads(out)["verdict"]) == (0, "pass")


def edited(plan: dict[str, Any], path: str, value: object) -> dict[str, Any]:
    inside: Any = plan
    keys = [int(key) if key.isdecimal() else key for key in path.split(".")]
    for key in keys[:-1]:
        inside = inside[key]
    inside[keys[-1]] = value
    return plan


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("cost.usd_per_run.ceiling", "1.00"),
        ("cost.lines.0.usd_per_run", "0.01"),
        ("cost.lines.0.quantity", "NaN"),
        ("serving.enforced_s", 60),
        ("serving.enforced_s", None),
        ("run.enforced_h", 0.5),
        ("serving", None),
        ("chosen.pools.0.max_nodes", -1),
        ("workload.runs_per_month", "four"),
        ("workload.runs_per_month", True),
        ("cost.lines", {}),
    ],
)
def test_what_was_edited_is_named(run: Run, tmp_path: Path, path: str, value: object) -> None:
    (tmp_path / "plan.json").write_text(json.dumps(edited(plan_of(run, RUNS[0]), path, value)))
    code, out, err = run("check", str(tmp_path / "plan.json"))
    assert (code, out) == (2, "")
    assert path.split(".")[0] in err


def test_a_month_of_runs_fits_into_a_month(run: Run) -> None:
    """Runs share one pool: more hours than a month has are refused, or more nodes make each run shorter."""
    spec = next(path for path in RUNS if path.stem == "support-tone")
    for runs in (40, 90, 100):
        plan = plan_of(run, spec, "--set", f"runs_per_month={runs}")
        assert plan["run"]["run_h"]["estimate"] * runs <= 730
    pins = ("--set", "pin.nodes=1", "--set", "pin.instance_type=g6e.xlarge")
    code, out, _ = run("plan", str(spec), "--format", "json", "--set", "runs_per_month=90", *pins)
    assert code == 3
    rows = [row for row in json.loads(out)["candidates"] if row["id"].startswith("us-east-1/g6e.xlarge/n1/")]
    (late,) = [each for row in rows for each in row["reasons"] if row["capacity"] == "on-demand"]
    assert (late["code"], late["limit"]) == ("deadline", 730)
    assert "runs_per_month" in late["message"]
