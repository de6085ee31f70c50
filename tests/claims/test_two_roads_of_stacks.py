"""Two roads to one number: what a plan adds up, and what its resource graph is priced at.

The plan is made by the sizer; the graph by the real program and components; only the catalogue is shared.
"""

import random
from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from plimsoll.catalog.facts import Catalog
from plimsoll.catalog.tables import load
from plimsoll.plan.plan import Plan, Refusal
from plimsoll.plan.size import size
from plimsoll.pricing import Priced, price
from plimsoll.spec.read import load_workload
from plimsoll.spec.workload import Workload
from plimsoll.speed.read import load_speed
from tests.make.places import EXAMPLES
from tests.make.program import graph_of

TOGETHER = 10
"""Workloads in one stack: the parts of the cluster must count once."""

MODELS = (
    "meta-llama/Llama-3.1-8B-Instruct",
    "meta-llama/Llama-3.3-70B-Instruct",
    "Qwen/Qwen2.5-7B-Instruct",
    "google/gemma-3-12b-it",
    "openai/gpt-oss-20b",
)


@cache
def facts() -> Catalog:
    return load()


def stack(monkeypatch: pytest.MonkeyPatch, plans: Mapping[str, Plan], region: str) -> Priced:
    """Price what the real program registers for these plans."""
    query = "sum(gateway_requests_in_flight)"
    return price(graph_of(monkeypatch, plans, region=region, gatewayQuery=query), facts(), region)


def planned(plans: Mapping[str, Plan], of: str) -> Decimal:
    """Add up the plans: each workload's own lines, and the cluster's once."""
    documents = list(plans.values())
    total = Decimal(0)
    for index, document in enumerate(documents):
        for line in document.cost.lines:
            if line.of == of and (line.scope == "workload" or index == 0):
                total += Decimal(line.usd_per_month)
    return total


@pytest.mark.parametrize("path", EXAMPLES, ids=[path.stem for path in EXAMPLES])
def test_every_example_is_priced_as_planned(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spec = load_workload(path, facts())
    # Without its budget each example has a plan: a refusal has no graph to compare with.
    workload = spec.workload.model_copy(update={"budget": None})
    document = size(workload, spec.architecture, facts(), load_speed())
    if isinstance(document, Refusal):
        pytest.skip("no candidate holds its limits")
    plans = {workload.name or path.stem: document}
    result = stack(monkeypatch, plans, document.chosen.region)
    assert result.cannot_price == ()
    assert result.ceiling == planned(plans, "ceiling")


def spec(rng: random.Random, index: int) -> dict[str, Any]:
    """One workload that a person could write."""
    least = rng.choice([1, 1, 2, 3])
    made: dict[str, Any] = {
        "name": f"w{index}",
        "model": rng.choice(MODELS),
        "load": {
            "qps": {
                "peak": (peak := rng.choice([0.5, 2, 5, 20])),
                "average": peak * rng.choice([0.3, 0.6, 1]),
            },
            "input_tokens": rng.choice([200, 1000, 3000]),
            "output_tokens": rng.choice([50, 200, 600]),
        },
        "scale": {"min_replicas": least},
        "capacity": {"spot": (spot := rng.choice(["never", "allow", "prefer"]))},
    }
    if spot != "never":
        made["capacity"]["on_demand_base"] = rng.choice([0, 1, 0.25, 0.5])
    if rng.random() < 0.5:
        made["sla"] = {"tpot_p95_ms": rng.choice([40, 80]), "ttft_p95_ms": rng.choice([800, 3000])}
    return made


def generated(count: int, region: str, seed: int) -> Iterator[dict[str, Plan]]:
    """Yield stacks of several plans each, until `count` plans were made."""
    rng = random.Random(seed)
    plans: dict[str, Plan] = {}
    made = tried = 0
    while made < count:
        tried += 1
        assert tried < 20 * count, "hardly any generated spec has a plan"
        workload = Workload.model_validate(spec(rng, tried) | {"region": region})
        document = size(workload, facts().model(str(workload.model)), facts(), load_speed())
        if isinstance(document, Refusal):
            continue
        plans[f"w{tried}"] = document
        made += 1
        if len(plans) == TOGETHER or made == count:
            yield plans
            plans = {}


def agree(monkeypatch: pytest.MonkeyPatch, count: int, region: str, seed: int) -> None:
    for plans in generated(count, region, seed):
        result = stack(monkeypatch, plans, region)
        assert result.cannot_price == ()
        assert result.ceiling == planned(plans, "ceiling")
        assert result.floor is not None
        assert result.floor <= planned(plans, "floor")


def test_generated_stacks_are_priced_as_planned(monkeypatch: pytest.MonkeyPatch) -> None:
    agree(monkeypatch, 20, "us-east-1", seed=1)


@pytest.mark.slow
@pytest.mark.parametrize("region", ["us-east-1", "us-west-2", "eu-central-1", "ap-northeast-1", "us-east-2"])
def test_five_hundred_generated_specs_are_priced_as_planned(
    region: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    agree(monkeypatch, 100, region, seed=2)
