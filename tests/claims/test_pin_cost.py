"""What a pin costs is the difference of two plans, to the cent: with it, and of the same spec without it."""

from decimal import Decimal
from functools import cache
from typing import Any

import pytest

from plimsoll.plan.plan import Plan, Refusal
from plimsoll.plan.write import written
from tests.make.drawn import COUNT, pinned_plans
from tests.make.worlds import Spec, answer, real

MODEL = "meta-llama/Llama-3.1-8B-Instruct"


@cache
def pinned() -> tuple[tuple[Spec, Plan], ...]:
    return tuple(pinned_plans(COUNT, real()))


@pytest.mark.parametrize("number", range(COUNT))
def test_it_is_what_the_plan_costs_beyond_the_plan_without_it(number: int) -> None:
    spec, plan = pinned()[number]
    free = answer({key: value for key, value in spec.items() if key != "pin"}, real())
    cost = written(plan)["pin_cost"]
    if isinstance(free, Refusal):
        assert set(cost.values()) == {None}
        return
    assert cost["instead"] == free.chosen.id
    for basis in ("expected", "ceiling"):
        mine, theirs = (Decimal(getattr(each.cost.usd_per_month, basis)) for each in (plan, free))
        assert Decimal(cost[f"usd_per_month_{basis}"]) == mine - theirs
    if _only_restricts(spec):
        assert Decimal(cost["usd_per_month_expected"]) >= 0


def _only_restricts(spec: Spec) -> bool:
    """Whether the pin's choice is tried without it too; spot that is preferred is no question of money."""
    added = spec["pin"].get("precision") not in (None, *spec.get("precision", []))
    return spec["capacity"]["spot"] != "prefer" and not added


def test_there_is_none_without_a_pin_and_none_in_a_refusal() -> None:
    spec: dict[str, Any] = {"model": MODEL, "load": {"qps": 5}}
    assert _pin_cost(spec) is None
    pin = {"instance_type": "g6.xlarge"}
    assert _pin_cost(spec | {"pin": pin, "budget": {"usd_per_month": 1}}) is None


def test_where_only_the_pin_makes_a_plan_there_is_nothing_to_compare() -> None:
    """Sixteen bit needs more than one such card; the pin is the only place that names another precision."""
    spec = {
        "model": "meta-llama/Llama-3.3-70B-Instruct",
        "load": {"qps": 1},
        "capacity": {"allow": ["g7e.2xlarge"]},
        "pin": {"precision": "fp8"},
    }
    cost = _pin_cost(spec)
    nulls = {"usd_per_run_expected": None, "usd_per_run_ceiling": None}
    assert {key: cost[key] for key in nulls} == nulls
    assert set(cost) == {"usd_per_month_expected", "usd_per_month_ceiling", "instead", *nulls}
    assert set(cost.values()) == {None}


def _pin_cost(spec: Spec) -> Any:
    return written(answer(spec, real()))["pin_cost"]
