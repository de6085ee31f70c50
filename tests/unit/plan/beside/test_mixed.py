"""A second type is tried where a spec allows it, and the plan says what speaks against it."""

from decimal import Decimal
from typing import Any

import pytest

from plimsoll.plan.beside.mixed import Nodes, best_pair
from plimsoll.plan.plan import Plan
from tests.unit.plan.warnings.test_every import answered

SPEC: dict[str, Any] = {
    "model": "meta-llama/Llama-3.1-8B-Instruct",
    "load": {"qps": {"peak": 40, "average": 12}},
    "sla": {"tpot_p95_ms": 80},
    "capacity": {"mix": 2},
}


def said(**changes: Any) -> str:
    plan = answered(SPEC | changes)
    assert isinstance(plan, Plan)
    (found,) = [each for each in plan.assumptions if each.name == "capacity.mix"]
    return found.source


def test_a_plan_says_what_the_best_mix_would_cost_and_why_it_is_not_taken() -> None:
    text = said()
    assert text.startswith("not mixed: ")
    assert "/h on average, of one type $" in text
    assert any(why in text for why in ("must save a tenth", "overloads", "settings of its own"))


def test_one_type_alone_and_one_node_are_no_mix() -> None:
    assert "fewer than two types" in said(pin={"instance_type": "g6e.xlarge"})
    assert "one node of a type" in said(load={"qps": 0.01})


def test_without_the_key_nothing_is_said() -> None:
    plan = answered({key: value for key, value in SPEC.items() if key != "capacity"})
    assert isinstance(plan, Plan)
    assert "capacity.mix" not in {each.name for each in plan.assumptions}


def test_the_best_pair_is_the_cheapest_of_all_counts() -> None:
    large, small = Nodes("l", 10.0, Decimal(3)), Nodes("s", 3.0, Decimal(1))
    best = best_pair([large, small], [2.0, 12.0])
    assert best is not None
    # A small one always, a large one in half the hours: 1 + 1.5; the other way round 3 + 0.5.
    assert (best.base.name, best.count, best.burst.name, best.usd_per_hour) == ("s", 1, "l", Decimal("2.5"))


@pytest.mark.parametrize("wrong", [0, 3, "2"])
def test_a_mix_has_two_types_at_most(wrong: object) -> None:
    with pytest.raises(ValueError, match="mix"):
        answered(SPEC | {"capacity": {"mix": wrong}})
