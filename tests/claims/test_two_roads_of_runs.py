"""Plan and gate agree to the cent on runs: what is written is bounded as the plan says."""

import random
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from plimsoll.catalog.discounts.read import read_discounts
from plimsoll.catalog.discounts.terms import Discounts
from plimsoll.catalog.tables import load
from plimsoll.gate.judge import judge
from plimsoll.graph.from_manifests import resources_of
from plimsoll.graph.resource import Graph
from plimsoll.ground.units import to_cent
from plimsoll.plan.plan import Plan
from plimsoll.plan.runs.plan import RunPlan, RunRefusal
from plimsoll.plan.runs.size import size_run
from plimsoll.plan.size import size
from plimsoll.plan.total import total, total_at_list
from plimsoll.pricing import Priced, price
from plimsoll.pricing.own.prices import OwnPrices
from plimsoll.spec.runs.read import LoadedRun, load_any
from plimsoll.spec.workload import Workload
from plimsoll.speed.read import load_speed
from plimsoll.text.documents import yaml_text
from tests.make.discounts import drawn as drawn_terms
from tests.make.discounts import written
from tests.make.drawn import COUNT
from tests.make.program import graph_of
from tests.make.runs import MEASURED, objects

LORA = {
    "kind": "training",
    "model": "meta-llama/Llama-3.1-8B",
    "method": "lora",
    "load": {"tokens_b": 0.1},
    "engine": {"image": "registry.example/train:1"},
}

MODEL = "meta-llama/Llama-3.1-8B-Instruct"


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


def answer(folder: Path, spec: dict[str, Any], own: Discounts | None = None) -> RunPlan | RunRefusal:
    path = folder / "run.yaml"
    path.write_text(yaml_text(spec), encoding="utf-8")
    loaded = load_any(path, load())
    assert isinstance(loaded, LoadedRun)
    return size_run(loaded.spec, loaded.architecture, loaded.catalog, load_speed(), (), own)


def counted(plan: RunPlan, *, at_list: bool = False) -> Decimal:
    """What the plan's ceiling counts of what stands in Kubernetes: a bucket does not, Lustre does."""
    by_use = plan.checkpoint is None or plan.checkpoint.to == "s3"
    lines = [
        each for each in plan.cost.lines if each.of == "ceiling" and (each.kind != "storage" or not by_use)
    ]
    monthly = plan.workload.get("runs_per_month") is not None
    own = [line for line in lines if line.scope != "cluster"]
    if at_list:
        runs = Decimal(str(plan.workload.get("runs_per_month") or 1))
        a_run = (to_cent(Decimal(x.quantity) * Decimal(x.list_usd_per_unit or 0)) for x in own)
        return runs * sum(a_run, Decimal(0))
    return sum(
        (Decimal((line.usd_per_month if monthly else line.usd_per_run) or 0) for line in own), Decimal(0)
    )


def priced_objects(plan: RunPlan, own: Discounts | None = None) -> tuple[Graph, Priced]:
    """What the objects of a plan are priced at by the gate."""
    made = list(objects(plan))
    graph = Graph(
        tuple(each for one in made for each in resources_of(one, "f", [])), region=plan.chosen.region
    )
    terms = None if own is None else OwnPrices(own, load().priced_on)
    return graph, price(graph, load(), plan.chosen.region, terms)


def fills_the_month(plan: RunPlan, priced: Priced) -> bool:
    """Whether the gate counts the pool all month; it does where the runs nearly fill it."""
    whole = max((line.quantity for line in priced.lines if line.unit == "instance-hour"), default=Decimal(0))
    if whole < 730 * plan.container.nodes:
        return False
    assert plan.run.enforced_h * (plan.workload.get("runs_per_month") or 1) > 600
    return True


@pytest.mark.parametrize("seed", range(COUNT))
def test_both_roads_bound_a_run_alike(tmp_path: Path, seed: int) -> None:
    plan = answer(tmp_path, drawn(seed))
    if isinstance(plan, RunRefusal):
        pytest.skip("nothing holds what was drawn")
    graph, priced = priced_objects(plan)
    assert priced.cannot_price == ()
    if fills_the_month(plan, priced):
        return
    assert priced.ceiling == counted(plan)
    verdict = judge(graph, load(), priced=priced)
    advice = {each.code for each in verdict.violations}
    assert not advice & {"spot_without_checkpoint", "do_not_disrupt_on_spot", "gang_across_zones"}


@pytest.mark.parametrize("seed", range(COUNT))
def test_both_roads_pay_for_a_run_alike_and_no_commitment_covers_it(tmp_path: Path, seed: int) -> None:
    """Drawn files of discounts: what the plan says is paid, and what the gate makes of list prices itself."""
    file = written(drawn_terms(random.Random(seed), "us-east-1"), tmp_path / "discounts.yaml")
    own = read_discounts(file, load())
    plan = answer(tmp_path, drawn(seed), own)
    if isinstance(plan, RunRefusal):
        pytest.skip("nothing holds what was drawn")
    _, priced = priced_objects(plan, own)
    if fills_the_month(plan, priced):
        return
    paid = [line for line in priced.lines if line.of == "ceiling" and line.kind != "commitment"]
    assert sum((line.usd_per_month for line in paid), Decimal(0)) == counted(plan)
    assert sum((line.usd_at_list for line in paid), Decimal(0)) == counted(plan, at_list=True)
    assert priced.ceiling_at_list == priced_objects(plan)[1].ceiling
    committed = {line.item for line in priced.lines if line.kind == "commitment"}
    if plan.workload["runs_per_month"] is not None:
        assert committed <= {line.item for line in plan.cost.lines if line.kind == "commitment"}
    assert not any("covered" in line.item for line in priced.lines)


TERMS = {
    "private_pct": {"on_demand": 12, "spot": 3, "families": {"p5": 20}},
    "commitments": [
        {
            "kind": kind,
            "usd_per_hour": "0.31",
            "rate_of_on_demand": 0.63,
            "until": "2030-06-30",
            **scope,
        }
        for kind, scope in (
            ("ec2_instance_sp", {"family": "g5", "region": "us-east-1"}),
            ("compute_sp", {}),
        )
    ],
}


@pytest.mark.parametrize("spot", ["never", "prefer"])
def test_a_stack_of_a_run_and_a_service_costs_what_their_total_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, spot: str
) -> None:
    """The commitments count once; they cover the service and the cluster, and no hour of the run."""
    own = read_discounts(written(TERMS, tmp_path / "discounts.yaml"), load())
    spec = dict(MEASURED) | {"sla": {"run_p90_h": 60}, "runs_per_month": 4, "checkpoint": {"to": "none"}}
    run = answer(tmp_path, spec | {"capacity": {"spot": spot, "allow": ["g5"]}}, own)
    assert isinstance(run, RunPlan)
    workload = Workload.model_validate(
        {"name": "chat", "model": MODEL, "load": {"qps": 1}, "capacity": {"allow": ["g5"]}}
    )
    chat = size(workload, load().model(MODEL), load(), load_speed(), (), own)
    assert isinstance(chat, Plan)
    plans = [chat, run]
    query = "sum(gateway_requests_in_flight)"
    graph = graph_of(monkeypatch, {"chat": chat, "run": run}, gatewayQuery=query)
    priced = price(graph, load(), "us-east-1", OwnPrices(own, load().priced_on))
    assert priced.cannot_price == ()
    assert priced.ceiling == Decimal(str(total(plans)["ceiling"]))
    listed = total_at_list(plans)
    assert listed is not None
    assert priced.ceiling_at_list == Decimal(str(listed["ceiling"]))
    assert priced.ceiling_at_list == price(graph, load(), "us-east-1").ceiling
    assert [each.code for each in judge(graph, load(), priced=priced).violations if each.blocks] == []
