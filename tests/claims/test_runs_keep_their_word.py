"""A planned run keeps its word in worlds that the planner did not draw: hours, expected money, ceiling.

Each policy meets 10,000 runs under PLIMSOLL_PROOFS=1, a seeded tenth of them otherwise. Runs are measured
ones, so that their work is exact and only what interrupts them is drawn.
"""

import json
import os
import random
from pathlib import Path
from statistics import fmean
from typing import Any

import pytest
import yaml

from plimsoll.cli import main as cli
from tests.make.run_worlds import Outcome, World

RUNS = 10_000 if os.environ.get("PLIMSOLL_PROOFS") else 1_000
SEED = 20261128

SHARES = {"run_p50_h": 0.5, "run_p90_h": 0.1}
"""Share of runs that may end after each limit."""


def planned(tmp_path: Path, capsys: pytest.CaptureFixture[str], **spec: Any) -> dict[str, Any]:
    """The plan of a measured run of so many hours of one A10G."""
    hours = spec.pop("hours")
    whole = {
        "kind": "training",
        "measured": {
            "accelerator": "A10G",
            "samples_per_s": 1,
            "cpu": 2,
            "memory_gib": 8,
            "params_b": 1,
            "source": "a test",
        },
        "load": {"samples": round(hours * 3600)},
        "training": {"global_batch_samples": 64},
        **spec,
    }
    file = tmp_path / "run.yaml"
    file.write_text(yaml.safe_dump(whole), encoding="utf-8")
    with pytest.raises(SystemExit):
        cli.main(["plan", str(file), "--format", "json"])
    return json.loads(capsys.readouterr().out)


def happened(document: dict[str, Any], shape: str) -> list[Outcome]:
    """Every run of a plan in one shape of world."""
    world = World(document, shape, random.Random(f"{SEED} {shape}"))
    return [world.run() for _ in range(RUNS)]


SPOT = {"spot": "prefer", "allow": ["g5.xlarge"]}
CASES = {
    "on demand, half within 20 h": {
        "hours": 12,
        "sla": {"run_p50_h": 20},
        "capacity": {"allow": ["g5.xlarge"]},
    },
    "on demand, nine in ten within 80 h": {
        "hours": 70,
        "sla": {"run_p90_h": 80},
        "capacity": {"allow": ["g5.xlarge"]},
        "pin": {"nodes": 1},
    },
    **{
        f"spot, {slack:g} × {hours} h, taken every {mtti} h, {fallback}": {
            "hours": hours,
            "sla": {"run_p90_h": hours * slack},
            "capacity": {**SPOT, "mtti_h": mtti, "on_demand_fallback": fallback},
            "pin": {"nodes": 1},
        }
        for hours, slack, mtti, fallback in (
            *((48, slack, 12, "last_moment") for slack in (1.1, 1.25, 1.5, 2.0)),
            *((hours, 1.5, 6, "last_moment") for hours in (8, 20, 100)),
            *((20, slack, 48, "last_moment") for slack in (1.2, 3.0)),
            *((20, 1.6, mtti, "immediate") for mtti in (6, 24, 100)),
            *((4, 6.0, mtti, "never") for mtti in (24, 100)),
        )
    },
    "a gang of four on spot": {
        "hours": 80,
        "sla": {"run_p90_h": 36},
        "capacity": {**SPOT, "mtti_h": 24},
        "pin": {"nodes": 4},
    },
    "spot without a limit": {"hours": 20, "capacity": {**SPOT, "mtti_h": 12}, "pin": {"nodes": 1}},
    "spot, half within 30 h": {
        "hours": 20,
        "sla": {"run_p50_h": 30},
        "capacity": {**SPOT, "mtti_h": 12},
        "pin": {"nodes": 1},
    },
}


@pytest.mark.parametrize("name", CASES)
def test_runs_are_on_time_and_cost_what_was_expected(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    document = planned(tmp_path, capsys, **CASES[name])
    assert document["outcome"] == "plan", document["refusal"]
    outcomes = happened(document, "weibull")
    for key, share in SHARES.items():
        if (limit := document["workload"]["sla"][key]) is not None:
            late = sum(each.hours > limit + 1e-6 for each in outcomes) / RUNS
            assert late <= share + 0.02, (name, key, late)
    money = document["cost"]["usd_per_run"]
    assert float(money["expected"]) == pytest.approx(fmean(each.usd for each in outcomes), rel=0.05)
    assert max(each.usd for each in outcomes) <= float(money["ceiling"])


@pytest.mark.parametrize("name", [name for name in CASES if "spot" in name])
def test_traces_of_another_shape_change_the_money_little_and_the_ceiling_not_at_all(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    document = planned(tmp_path, capsys, **CASES[name])
    outcomes = happened(document, "mixture")
    limit = document["workload"]["sla"]["run_p90_h"]
    if limit is not None:
        assert sum(each.hours > limit + 1e-6 for each in outcomes) / RUNS <= SHARES["run_p90_h"] + 0.02
    money = document["cost"]["usd_per_run"]
    assert float(money["expected"]) == pytest.approx(fmean(each.usd for each in outcomes), rel=0.1)
    assert max(each.usd for each in outcomes) <= float(money["ceiling"])
