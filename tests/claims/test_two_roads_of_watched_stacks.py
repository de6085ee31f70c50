"""What watches a stack costs nothing more, on both roads: it runs on system nodes that are paid anyway."""

from decimal import Decimal
from typing import Any

import pytest

from plimsoll.catalog.tables import load
from plimsoll.plan.of_stack import PlanTerms, plan_on
from plimsoll.plan.plan import Plan
from plimsoll.plan.runs.plan import RunPlan
from plimsoll.preview.program import run_program
from plimsoll.pricing import Priced, price
from tests.make.places import ROOT
from tests.make.program import CONFIG, program

SERVICES = ("chat-8b", "code-completion")
STACKS = {"karpenter": (*SERVICES, "runs/legal-70b"), "auto-mode": ("chat-8b",)}


def priced(**config: Any) -> Priced:
    specs = [f"workloads/{name}.yaml" for name in STACKS[config["nodes"]]]
    graph = run_program(program({**CONFIG, "workloads": specs, "allowUnlocked": True, **config}))
    return price(graph, load(), "us-east-1")


@pytest.mark.parametrize("nodes", STACKS)
def test_a_watched_stack_is_priced_as_planned(nodes: str) -> None:
    said = {"nodes": nodes, "gatewayQuery": "sum(requests_in_flight)"}
    watched, alone = priced(observability=True, **said), priced(**said)
    assert watched.cannot_price == ()
    assert (watched.floor, watched.ceiling) == (alone.floor, alone.ceiling)
    assert watched.ceiling == planned(nodes)


def planned(nodes: str) -> Decimal:
    """Add up the ceilings of the plans: each workload's own, and the cluster's once."""
    specs = [ROOT / "workloads" / f"{name}.yaml" for name in STACKS[nodes]]
    plans = plan_on(specs, PlanTerms("us-east-1", nodes=nodes)).values()
    services = [plan for plan in plans if isinstance(plan, Plan)]
    runs = [plan for plan in plans if isinstance(plan, RunPlan)]
    own = [plan.ceiling_usd("workload") for plan in services] + [plan.claim()["usdPerMonth"] for plan in runs]
    return sum(map(Decimal, [*own, services[0].ceiling_usd("cluster")]), Decimal(0))
