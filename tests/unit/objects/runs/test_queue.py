"""A queue holds whole runs: as many as a month's budget buys running flat out, at least the one planned."""

from pathlib import Path

import pytest
import yaml

from plimsoll.catalog.tables import load
from plimsoll.objects.runs.queue import quotas
from plimsoll.plan.of_spec import planned_one
from plimsoll.plan.runs.plan import RunPlan
from plimsoll.spec.runs.read import load_any
from plimsoll.speed.read import load_speed

SPEC = {
    "kind": "training",
    "model": "meta-llama/Llama-3.1-8B",
    "method": "lora",
    "load": {"samples": 140000, "epochs": 2, "sample_tokens": {"mean": 350, "p95": 900}},
    "runs_per_month": 4,
    "queue": {"name": "team-research"},
}


def planned(folder: Path, budget: dict[str, float] | None, instance_type: str) -> RunPlan:
    spec = (
        SPEC | {"pin": {"instance_type": instance_type, "nodes": 1}} | ({"budget": budget} if budget else {})
    )
    (folder / "run.yaml").write_text(yaml.safe_dump(spec))
    plan = planned_one(load_any(folder / "run.yaml", load()), load_speed())
    assert isinstance(plan, RunPlan)
    return plan


@pytest.mark.parametrize(
    ("budget", "instance_type", "accelerators"),
    [
        ({"usd_per_month": 20000}, "g6e.xlarge", 14),  # 20,000 ÷ 730 ÷ 1.861 = 14.7
        (
            {"usd_per_month": 20000},
            "p5.48xlarge",
            8,
        ),  # 0.5 of a node; four runs are within it
        ({"usd_per_run": 200}, "g6e.xlarge", 1),
        (None, "g6e.xlarge", 1),
    ],
)
def test_whole_runs_that_money_buys(
    tmp_path: Path, budget: dict[str, float] | None, instance_type: str, accelerators: int
) -> None:
    plan = planned(tmp_path, budget, instance_type)
    held = quotas(plan)
    assert held["nvidia.com/gpu"] == str(accelerators)
    assert float(held["cpu"]) == pytest.approx(plan.container.cpu_request * plan.runs_at_once)
