"""Two roads to what a workload costs on EKS Auto Mode: its plan and its graph, with the fee of every node."""

import random
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

import pytest

from plimsoll.catalog.auto_mode_fees import auto_mode_fee
from plimsoll.catalog.discounts.read import read_discounts
from plimsoll.catalog.tables import load
from plimsoll.plan.of_stack import AUTO_MODE, plan_workloads
from plimsoll.plan.plan import Plan
from plimsoll.plan.total import total
from plimsoll.pricing import price
from plimsoll.pricing.own.prices import OwnPrices
from tests.make.discounts import drawn, written
from tests.make.places import EXAMPLES
from tests.make.program import graph_of
from tests.world.engine.example_stacks import by_region

HOME = {name: region for region, names in by_region().items() for name in names}
ANY_BUDGET = ("budget.usd_per_month=1000000",)


def planned(path: Path, discounts: str | None = None) -> tuple[Mapping[str, Plan], str]:
    region = HOME[path.stem]
    return plan_workloads([path], region, None, ANY_BUDGET, None, discounts, AUTO_MODE), region


@pytest.mark.parametrize("path", EXAMPLES, ids=[path.stem for path in EXAMPLES])
def test_every_example_costs_what_its_plan_says(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plans, region = planned(path)
    graph = graph_of(monkeypatch, plans, region=region, nodes=AUTO_MODE, gatewayQuery="sum(in_flight)")
    priced = price(graph, load(), region)
    assert priced.cannot_price == ()
    assert priced.ceiling == Decimal(str(total(list(plans.values()))["ceiling"]))
    (plan,) = plans.values()
    fees = [line for line in plan.cost.lines if line.kind == "fee"]
    assert {line.of for line in fees} >= {"expected", "ceiling"}
    published = auto_mode_fee(plan.chosen.instance_type)
    assert published is not None
    if region == "us-east-1":
        assert {Decimal(line.usd_per_unit) for line in fees} == {published.usd}


@pytest.mark.parametrize("path", EXAMPLES[:6], ids=[path.stem for path in EXAMPLES[:6]])
def test_no_discount_touches_the_fee(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = written(drawn(random.Random(path.stem), "us-east-1"), tmp_path / "discounts.yaml")
    plans, region = planned(path, file)
    graph = graph_of(monkeypatch, plans, region=region, nodes=AUTO_MODE, gatewayQuery="sum(in_flight)")
    own = read_discounts(file, load())
    priced = price(graph, load(), region, OwnPrices(own, load().priced_on))
    assert priced.ceiling == Decimal(str(total(list(plans.values()))["ceiling"]))


def test_a_type_without_a_published_fee_is_not_chosen() -> None:
    catalog = load()
    assert auto_mode_fee("g7e.2xlarge") is None
    (plan,) = plan_workloads(
        [EXAMPLES[0].parent / "chat-8b.yaml"], "us-east-1", None, (), None, None, AUTO_MODE
    ).values()
    rows = [row for row in plan.candidates if row.instance_type == "g7e.2xlarge"]
    assert rows
    assert {"no_price"} <= {reason.code for row in rows for reason in row.reasons}
    assert not catalog.auto_mode
