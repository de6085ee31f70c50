"""A planned run keeps its word in worlds that the planner did not draw: hours, expected money, ceiling.

Each policy meets 10,000 runs under PLIMSOLL_PROOFS=1, a seeded tenth of them otherwise. Runs are measured
ones, so that their work is exact and only what interrupts them is drawn.
"""

import json
import os
import random
import re
from pathlib import Path
from statistics import NormalDist, fmean
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


@pytest.mark.parametrize("name", CASES)
def test_the_interval_is_where_eight_in_ten_end(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A tenth ends before its low end and a tenth after its high end, in the shape that it was drawn from."""
    document = planned(tmp_path, capsys, **CASES[name])
    told = document["run"]["run_h"]
    hours = sorted(each.hours for each in happened(document, "weibull"))
    assert told["low"] == pytest.approx(hours[RUNS // 10], rel=0.03)
    assert told["high"] == pytest.approx(hours[9 * RUNS // 10], rel=0.08)
    assert hours[RUNS // 2] <= told["estimate"] * 1.03


@pytest.mark.parametrize("name", CASES)
def test_the_interval_holds_eight_in_ten_in_another_shape_too(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    document = planned(tmp_path, capsys, **CASES[name])
    told, hours = document["run"]["run_h"], [each.hours for each in happened(document, "mixture")]
    assert sum(each < told["low"] * 0.99 for each in hours) / RUNS <= 0.14
    assert sum(each > told["high"] * 1.01 for each in hours) / RUNS <= 0.14


def test_what_waits_for_spot_says_how_many_its_bound_ends(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The warning's share of runs, and the hours and the money of the last moment that it offers."""
    spec = CASES["spot without a limit"]
    document = planned(tmp_path, capsys, **spec)
    (told,) = (each["message"] for each in document["warnings"] if each["code"] == "waits_for_spot")
    share, bound, switch, usd = re.findall(
        r"(\d+) in 100 runs .* scale.max_run_h: ([\d.]+) lets .*demand ([\d.]+) h .*, at \$([\d.]+)", told
    )[0]
    ended = sum(each.hours >= document["run"]["enforced_h"] for each in happened(document, "weibull"))
    assert ended / RUNS == pytest.approx(int(share) / 100, abs=0.03)
    bounded = planned(tmp_path, capsys, **spec, scale={"max_run_h": float(bound)})
    assert bounded["deadline"]["switch_at_h"] == pytest.approx(float(switch), abs=0.01)
    assert bounded["cost"]["usd_per_run"]["expected"] == usd
    assert not [each for each in bounded["warnings"] if each["code"] == "waits_for_spot"]
    assert sum(each.hours >= float(bound) for each in happened(bounded, "weibull")) <= 0.01 * RUNS


MODELLED: dict[str, dict[str, Any]] = {
    "on demand": {},
    "spot without hours": {"capacity": {"spot": "prefer", "mtti_h": 12}},
    "spot, half within 12 h": {"capacity": {"spot": "prefer", "mtti_h": 12}, "sla": {"run_p50_h": 12}},
    "spot, nine in ten within 18 h": {"capacity": {"spot": "prefer", "mtti_h": 12}, "sla": {"run_p90_h": 18}},
    "spot, nine in ten within 40 h": {"capacity": {"spot": "prefer", "mtti_h": 12}, "sla": {"run_p90_h": 40}},
    "spot, never left": {
        "capacity": {"spot": "prefer", "mtti_h": 24, "on_demand_fallback": "never"},
        "sla": {"run_p90_h": 60},
    },
    "spot, left at once": {
        "capacity": {"spot": "prefer", "mtti_h": 12, "on_demand_fallback": "immediate"},
        "sla": {"run_p90_h": 24},
    },
}


@pytest.mark.parametrize("name", MODELLED)
def test_the_interval_holds_a_speed_that_nobody_measured(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Speeds are drawn so that the plan's own interval of them holds eight in ten."""
    spec = {
        "kind": "training",
        "model": "meta-llama/Llama-3.1-8B",
        "method": "lora",
        "load": {"tokens_b": 0.1},
        "pin": {"instance_type": "g6e.xlarge", "nodes": 1},
        **MODELLED[name],
    }
    file = tmp_path / "run.yaml"
    file.write_text(yaml.safe_dump(spec), encoding="utf-8")
    with pytest.raises(SystemExit):
        cli.main(["plan", str(file), "--format", "json"])
    document = json.loads(capsys.readouterr().out)
    (said,) = (
        each["value"] for each in document["assumptions"] if each["name"].startswith("speed, measured")
    )
    slow, fast = (float(each) for each in said.removeprefix("× ").split(" to "))
    drawn = random.Random(f"{SEED} speeds")
    world = World(document, "weibull", drawn)
    work_h, hours = world.work_h, []
    for _ in range(RUNS):
        deviations = drawn.gauss(0, 1) / NormalDist().inv_cdf(0.9)
        world.work_h = work_h * ((1 / slow) ** deviations if deviations > 0 else fast**deviations)
        hours.append(world.run().hours)
    hours.sort()
    ends = document["run"]["run_h"]
    assert ends["low"] == pytest.approx(hours[RUNS // 10], rel=0.1)
    assert ends["high"] == pytest.approx(hours[9 * RUNS // 10], rel=0.1)
    limit = document["workload"]["sla"]["run_p90_h"]
    if limit is not None:
        assert sum(each > limit for each in hours) / RUNS <= SHARES["run_p90_h"] + 0.02
