"""Two roads to what an organisation really pays: what plans add up, and what their graph is priced at.

Each applies the discounts file in code of its own; they share the record that says what the file says.
"""

import os
import random
from decimal import Decimal
from pathlib import Path

import pytest

from plimsoll.catalog.discounts.read import read_discounts
from plimsoll.catalog.discounts.terms import Discounts
from plimsoll.catalog.tables import load
from plimsoll.plan.plan import Plan, Refusal
from plimsoll.plan.size import size
from plimsoll.plan.total import total, total_at_list
from plimsoll.pricing import price
from plimsoll.pricing.own.prices import OwnPrices
from plimsoll.spec.read import load_workload
from plimsoll.spec.workload import Workload
from plimsoll.speed.read import load_speed
from tests.claims.test_two_roads_of_stacks import facts, spec
from tests.make.discounts import drawn, written
from tests.make.places import EXAMPLES
from tests.make.program import graph_of

SPECS = 500 if os.environ.get("PLIMSOLL_PROOFS") else 50
TOGETHER = 5
REGIONS = ("us-east-1", "us-west-2", "eu-central-1", "ap-northeast-1", "us-east-2")

EXAMPLE = {
    "private_pct": {"on_demand": 12, "spot": 0, "families": {"p5": 20}},
    "rates": [{"instance_type": "g5.xlarge", "region": "us-east-1", "usd_per_hour": "0.90"}],
    "commitments": [
        {
            "kind": "ec2_instance_sp",
            "family": "g6e",
            "region": "us-east-1",
            "usd_per_hour": "1.40",
            "rate_of_on_demand": 0.63,
            "until": "2030-06-30",
        },
        {"kind": "compute_sp", "usd_per_hour": "0.31", "rate_of_on_demand": 0.67, "until": "2030-06-30"},
    ],
    "capacity": [
        {
            "kind": "owned",
            "instance_type": "g6.xlarge",
            "region": "us-east-1",
            "count": 2,
            "usd_per_hour": "0",
            "until": None,
        }
    ],
}


def agree(monkeypatch: pytest.MonkeyPatch, plans: dict[str, Plan], region: str, own: Discounts) -> None:
    graph = graph_of(monkeypatch, plans, region=region, gatewayQuery="sum(gateway_requests_in_flight)")
    priced = price(graph, facts(), region, OwnPrices(own, facts().priced_on))
    net, listed = total(list(plans.values())), total_at_list(list(plans.values()))
    assert priced.cannot_price == ()
    assert priced.ceiling == Decimal(str(net["ceiling"]))
    assert listed is not None
    assert priced.ceiling_at_list == Decimal(str(listed["ceiling"]))
    without = price(graph, facts(), region)
    assert priced.ceiling_at_list == without.ceiling


@pytest.mark.parametrize("path", EXAMPLES, ids=[path.stem for path in EXAMPLES])
def test_every_example_costs_what_its_plan_says_one_pays(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = load_workload(path, facts())
    own = read_discounts(written(EXAMPLE, tmp_path / "discounts.yaml"), facts())
    workload = read.workload.model_copy(update={"budget": None})
    answer = size(workload, read.architecture, facts(), load_speed(), (), own)
    if isinstance(answer, Refusal):
        pytest.skip("no candidate holds its limits")
    agree(monkeypatch, {workload.name: answer}, answer.chosen.region, own)


def test_generated_specs_cost_what_their_plans_say_one_pays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rng = random.Random(11)
    made = tried = 0
    while made < SPECS:
        region = rng.choice(REGIONS)
        own = read_discounts(written(drawn(rng, region), tmp_path / "discounts.yaml"), load())
        plans: dict[str, Plan] = {}
        while len(plans) < TOGETHER:
            tried += 1
            assert tried < 20 * SPECS, "hardly any generated spec has a plan"
            workload = Workload.model_validate(spec(rng, tried) | {"region": region})
            answer = size(workload, facts().model(str(workload.model)), facts(), load_speed(), (), own)
            if isinstance(answer, Plan):
                plans[workload.name] = answer
        agree(monkeypatch, plans, region, own)
        made += len(plans)
