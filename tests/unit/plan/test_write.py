"""A plan and a refusal are two types, and one form of document carries either."""

import pytest

from plimsoll.catalog.tables import load
from plimsoll.ground.problems import ExitCode
from plimsoll.plan.plan import Plan, Refusal
from plimsoll.plan.size import size
from plimsoll.plan.total import total
from plimsoll.plan.write import written, written_together
from plimsoll.spec.workload import Workload
from plimsoll.speed.read import load_speed

MODEL = "meta-llama/Llama-3.1-8B-Instruct"


def answer(**more: object) -> Plan | Refusal:
    workload = Workload.model_validate({"name": "chat", "model": MODEL, "load": {"qps": 5}} | more)
    return size(workload, load().model(MODEL), load(), load_speed())


@pytest.fixture(scope="module")
def plan() -> Plan:
    made = answer()
    assert isinstance(made, Plan)
    return made


@pytest.fixture(scope="module")
def refusal() -> Refusal:
    made = answer(budget={"usd_per_month": 1})
    assert isinstance(made, Refusal)
    return made


def test_both_have_every_key_and_null_where_it_has_no_meaning(plan: Plan, refusal: Refusal) -> None:
    assert list(written(plan)) == list(written(refusal))
    assert written(plan)["refusal"] is None
    assert all(
        written(refusal)[key] is None for key in ("chosen", "latency", "cost", "serving", "autoscaling")
    )


def test_a_refusal_carries_its_exit_code_and_a_plan_carries_none(plan: Plan, refusal: Refusal) -> None:
    assert (plan.exit_code, refusal.exit_code) == (ExitCode.OK, ExitCode.OVER_BUDGET)
    assert written(refusal)["refusal"]["binding"] == ["budget"] == list(refusal.binding)


def test_a_second_plan_on_the_cluster_adds_its_own_lines_alone(plan: Plan) -> None:
    once, twice = total([plan])["ceiling"], total([plan, plan])["ceiling"]
    assert f"{float(twice or 0) - float(once or 0):.2f}" == plan.ceiling_usd("workload")


def test_what_has_no_plan_has_no_total(plan: Plan, refusal: Refusal) -> None:
    together = written_together([plan, refusal])
    assert set(together["total"]["usd_per_month"].values()) == {None}
    assert [each["outcome"] for each in together["plans"]] == ["plan", "refusal"]


def test_a_line_says_what_it_pays_for_and_whose_pool_it_is(plan: Plan) -> None:
    lines = written(plan)["cost"]["lines"]
    pools = {pool["name"] for pool in written(plan)["chosen"]["pools"]}
    assert {line["kind"] for line in lines} == {"fixed", "nodes", "overshoot", "volumes"}
    for line in lines:
        assert (line["scope"] == "cluster") == (line["kind"] == "fixed") == (line["pool"] is None)
        assert line["pool"] is None or line["pool"] in pools
