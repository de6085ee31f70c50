"""Plan and gate agree to the cent on runs: what is written is bounded as the plan says."""

import random
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from plimsoll.catalog.tables import load
from plimsoll.gate.judge import judge
from plimsoll.graph.from_manifests import resources_of
from plimsoll.graph.resource import Graph
from plimsoll.plan.runs.plan import RunPlan, RunRefusal
from plimsoll.plan.runs.size import size_run
from plimsoll.pricing import price
from plimsoll.spec.runs.read import LoadedRun, load_any
from plimsoll.speed.read import load_speed
from plimsoll.text.documents import yaml_text
from tests.make.drawn import COUNT
from tests.make.runs import MEASURED, objects

LORA = {
    "kind": "training",
    "model": "meta-llama/Llama-3.1-8B",
    "method": "lora",
    "load": {"tokens_b": 0.1},
    "engine": {"image": "registry.example/train:1"},
}


def drawn(seed: int) -> dict[str, Any]:
    """A run of one kind or another, on spot or not, with limits or without."""
    draw = random.Random(seed)
    spec: dict[str, Any] = dict(draw.choice((MEASURED, LORA)))
    if "model" in spec:
        spec["method"] = draw.choice(("full", "lora", "qlora"))
        spec["load"] = {"tokens_b": draw.choice((0.02, 0.1, 0.7))}
    else:
        spec["load"] = {"samples": draw.randrange(100_000, 2_000_000), "epochs": draw.randrange(1, 90)}
    spot = draw.choice(("never", "allow", "prefer"))
    fallback = draw.choice(("immediate", "last_moment", "never"))
    spec["capacity"] = {"spot": spot} | ({"on_demand_fallback": fallback} if spot != "never" else {})
    spec["sla"] = draw.choice(({}, {"run_p90_h": 24}, {"run_p50_h": 9}, {"run_p90_h": 60}))
    if draw.random() < 0.5:
        spec["scale"] = {"max_run_h": draw.choice((61, 72, 100))}
    if draw.random() < 0.5:
        spec["runs_per_month"] = draw.choice((1, 2, 4, 5))
    if draw.random() < 0.3:
        spec["queue"] = {"name": "team", "priority": draw.choice(("low", "high"))}
    if draw.random() < 0.3:
        spec["checkpoint"] = {"method": "sync", "keep": 2}
    if draw.random() < 0.3:
        size, speed = draw.choice((1200, 2400, 4800)), draw.choice((125, 250, 500, 1000))
        spec["checkpoint"] = {"to": "fsx", "fsx_gb": size, "fsx_mb_per_s_per_tib": speed}
    return spec


def answer(folder: Path, spec: dict[str, Any]) -> RunPlan | RunRefusal:
    path = folder / "run.yaml"
    path.write_text(yaml_text(spec), encoding="utf-8")
    loaded = load_any(path, load())
    assert isinstance(loaded, LoadedRun)
    return size_run(loaded.spec, loaded.architecture, loaded.catalog, load_speed())


def counted(plan: RunPlan) -> Decimal:
    """What the plan's ceiling counts of what stands in Kubernetes: a bucket does not, Lustre does."""
    by_use = plan.checkpoint is None or plan.checkpoint.to == "s3"
    lines = [
        each for each in plan.cost.lines if each.of == "ceiling" and (each.kind != "storage" or not by_use)
    ]
    monthly = plan.workload.get("runs_per_month") is not None
    own = [line for line in lines if line.scope != "cluster"]
    return sum(
        (Decimal((line.usd_per_month if monthly else line.usd_per_run) or 0) for line in own), Decimal(0)
    )


@pytest.mark.parametrize("seed", range(COUNT))
def test_both_roads_bound_a_run_alike(tmp_path: Path, seed: int) -> None:
    plan = answer(tmp_path, drawn(seed))
    if isinstance(plan, RunRefusal):
        pytest.skip("nothing holds what was drawn")
    made = list(objects(plan))
    graph = Graph(
        tuple(each for one in made for each in resources_of(one, "f", [])), region=plan.chosen.region
    )
    priced = price(graph, load(), plan.chosen.region)
    assert priced.cannot_price == ()
    whole = max((line.quantity for line in priced.lines if line.unit == "instance-hour"), default=Decimal(0))
    if whole >= 730 * plan.container.nodes:
        assert plan.run.enforced_h * (plan.workload.get("runs_per_month") or 1) > 600, "it fills the month"
        return
    assert priced.ceiling == counted(plan)
    verdict = judge(graph, load(), priced=priced)
    advice = {each.code for each in verdict.violations}
    assert not advice & {"spot_without_checkpoint", "do_not_disrupt_on_spot", "gang_across_zones"}
