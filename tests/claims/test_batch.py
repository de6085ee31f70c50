"""A batch: nodes and hours of the published case, objects that keep its window, one price on both roads."""

import random
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from plimsoll.catalog.tables import load
from plimsoll.graph.from_manifests import resources_of
from plimsoll.graph.resource import Graph
from plimsoll.manifests.published import validate
from plimsoll.plan.runs.plan import RunPlan, RunRefusal
from plimsoll.pricing import price
from tests.claims.test_two_roads_of_runs import answer, counted
from tests.make.drawn import COUNT
from tests.make.runs import objects

BATCH: dict[str, Any] = {
    "name": "labels",
    "kind": "batch",
    "model": "meta-llama/Llama-3.1-8B-Instruct",
    "image": "registry.example/client:1",
    "load": {"requests": 1_000_000, "input_tokens": 256, "output_tokens": 128},
}


def planned(folder: Path, **said: Any) -> RunPlan:
    found = answer(folder, BATCH | said)
    assert isinstance(found, RunPlan), found.message
    return found


@pytest.mark.parametrize(
    ("within", "nodes", "takes"), [(8, 4, 6.12), (4, 7, 3.58), (24, 1, 23.9), (12, 3, 8.1), (2, 14, 1.89)]
)
def test_the_published_case(tmp_path: Path, within: float, nodes: int, takes: float) -> None:
    plan = planned(tmp_path, sla={"run_p50_h": within})
    assert (plan.chosen.instance_type, plan.chosen.nodes) == ("g6e.xlarge", nodes)
    assert plan.run.run_h.estimate == pytest.approx(takes, rel=0.01)
    hour = next(Decimal(line.usd_per_unit) for line in plan.cost.lines if line.kind == "nodes")
    assert float(hour) * plan.run.accelerator_hours == pytest.approx(44.08, rel=0.01)


def test_a_shard_takes_minutes_and_every_worker_has_as_many(tmp_path: Path) -> None:
    plan = planned(tmp_path, sla={"run_p50_h": 8})
    assert plan.run.requests == 1_000_000
    assert plan.run.shards is not None
    assert plan.run.shards % plan.chosen.nodes == 0
    minutes = plan.run.compute_h * 60 * plan.chosen.nodes / plan.run.shards
    assert 5 <= minutes <= 15


def test_a_shard_of_ones_own_wastes_the_last_wave(tmp_path: Path) -> None:
    on: dict[str, Any] = {"pin": {"instance_type": "g6e.xlarge"}}
    even = planned(tmp_path, sla={"run_p50_h": 24}, **on)
    coarse = planned(tmp_path, sla={"run_p50_h": 8}, shard_requests=300_000, **on)
    assert coarse.run.shards == 4
    whole = even.run.compute_h * even.chosen.nodes
    assert coarse.run.compute_h == pytest.approx(whole * 0.3, rel=0.01)


def test_spot_loses_half_a_shard_and_pays_less(tmp_path: Path) -> None:
    spot = planned(tmp_path, sla={"run_p50_h": 24}, capacity={"spot": "prefer"})
    calm = planned(tmp_path, sla={"run_p50_h": 24})
    assert spot.chosen.capacity == "spot"
    assert Decimal(spot.cost.usd_per_run.expected) < Decimal(calm.cost.usd_per_run.expected)


def test_what_a_hosted_api_asks_is_told_and_never_chosen(tmp_path: Path) -> None:
    plan = planned(tmp_path, alternative={"usd_per_million_output_tokens": 0.01, "source": "x"})
    assert plan.alternative is not None
    assert plan.alternative.usd_per_run == "1.28"
    assert plan.chosen.instance_type == planned(tmp_path).chosen.instance_type
    assert planned(tmp_path).alternative is None


def test_a_window_is_a_cron_job_that_ends_with_it(tmp_path: Path) -> None:
    plan = planned(tmp_path, window={"start": "22:30", "end": "06:00"})
    assert (plan.run.enforced_h, plan.run.enforced_by) == (7.5, "window")
    (cron,) = [each for each in objects(plan) if each["kind"] == "CronJob"]
    spec = cron["spec"]
    assert (spec["schedule"], spec["timeZone"], spec["concurrencyPolicy"]) == (
        "30 22 * * *",
        "Etc/UTC",
        "Forbid",
    )
    assert spec["jobTemplate"]["spec"]["activeDeadlineSeconds"] == 7.5 * 3600


def test_what_the_plan_says_is_what_is_written(tmp_path: Path) -> None:
    plan = planned(tmp_path, sla={"run_p90_h": 8})
    (job,) = [each for each in objects(plan) if each["kind"] == "Job"]
    spec, pod = job["spec"], job["spec"]["template"]["spec"]
    assert (spec["completionMode"], spec["completions"], spec["parallelism"]) == (
        "Indexed",
        *[plan.chosen.nodes] * 2,
    )
    assert spec["activeDeadlineSeconds"] == plan.run.enforced_h * 3600
    told = {each["name"]: each.get("value") for each in pod["containers"][0]["env"]}
    assert told["PLIMSOLL_SHARDS"] == str(plan.run.shards)
    assert int(told["PLIMSOLL_SHARDS"]) * int(told["PLIMSOLL_SHARD_REQUESTS"]) >= plan.run.requests
    (engine,) = pod["initContainers"]
    assert engine["restartPolicy"] == "Always"
    assert engine["resources"]["limits"]["nvidia.com/gpu"] == "1"
    assert [str(problem) for problem in validate(list(objects(plan)))] == []


def test_a_refusal_offers_ways_out_that_hold(tmp_path: Path) -> None:
    dear = answer(tmp_path, BATCH | {"sla": {"run_p50_h": 8}, "budget": {"usd_per_run": 50}})
    assert isinstance(dear, RunRefusal)
    assert int(dear.exit_code) == 4
    assert "budget" in dear.binding
    assert {way.change for way in dear.ways_out} >= {"budget.usd_per_run"}
    short = answer(tmp_path, BATCH | {"window": {"start": "22:00", "end": "22:10"}})
    assert isinstance(short, RunRefusal)
    assert "window" in {way.change for way in short.ways_out}


def test_a_pin_is_priced(tmp_path: Path) -> None:
    plan = planned(tmp_path, sla={"run_p50_h": 8}, pin={"instance_type": "g5.xlarge"})
    assert plan.pin_cost is not None
    assert plan.pin_cost.instead is not None
    assert plan.pin_cost.instead.startswith("us-east-1/g6e.xlarge")


def _drawn(seed: int) -> dict[str, Any]:
    draw = random.Random(seed)
    spec: dict[str, Any] = {"load": dict(BATCH["load"]) | {"requests": draw.randrange(1000, 3_000_000)}}
    spec["model"] = draw.choice(("meta-llama/Llama-3.1-8B-Instruct", "Qwen/Qwen2.5-0.5B-Instruct"))
    spec["sla"] = draw.choice(({}, {"run_p50_h": 6}, {"run_p90_h": 20}))
    if draw.random() < 0.5:
        spec["runs_per_month"] = draw.choice((1, 4, 30))
    elif draw.random() < 0.5:
        spec |= {"window": {"start": "21:00", "end": "07:00"}, "sla": {}, "runs_per_month": 31}
    if draw.random() < 0.3:
        spec["capacity"] = {"spot": draw.choice(("allow", "prefer"))}
    if draw.random() < 0.3:
        spec["shard_requests"] = draw.choice((100, 1000))
    return spec


@pytest.mark.parametrize("seed", range(COUNT))
def test_both_roads_bound_a_batch_alike(tmp_path: Path, seed: int) -> None:
    found = answer(tmp_path, BATCH | _drawn(seed))
    if isinstance(found, RunRefusal):
        pytest.skip("nothing holds what was drawn")
    made = [each for one in objects(found) for each in resources_of(one, "f", [])]
    graph = Graph(tuple(made), region=found.chosen.region)
    priced = price(graph, load(), found.chosen.region)
    assert priced.cannot_price == ()
    hours = (line.quantity for line in priced.lines if line.unit == "instance-hour")
    whole = max(hours, default=Decimal(0))
    if whole < 730 * found.container.nodes:
        assert priced.ceiling == counted(found)
