"""Every line of savings is a plan: applied and planned again it has its numbers, to the cent.

A tenth of the drawn specs is tried in every run, all of them under PLIMSOLL_PROOFS=1.
"""

import json
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import get_args

import pytest

from plimsoll.catalog.regions import continent
from plimsoll.plan.beside.saving import Saving, Strategy
from plimsoll.plan.plan import Plan, Refusal
from tests.make.applied import Answer, applied, bare, saved
from tests.make.drawn import COUNT, services
from tests.make.worlds import Spec, real

ORDER = get_args(Strategy)


@cache
def drawn() -> tuple[Spec, ...]:
    return tuple(services(COUNT, real()))


def written(folder: Path, spec: Spec) -> Path:
    path = folder / "spec.yaml"
    path.write_text(json.dumps(spec), encoding="utf-8")
    return path


@pytest.mark.parametrize("number", range(COUNT))
def test_every_line_applied_and_planned_again_gives_its_numbers(number: int, tmp_path: Path) -> None:
    spec = written(tmp_path, drawn()[number])
    answer = saved(spec)
    budget = isinstance(answer, Plan)
    without = answer if budget else bare(spec, ["budget=null"])
    if answer.savings is None:
        assert isinstance(without, Refusal), "only where nothing holds without the budget is there no list"
        return
    assert _each_once(answer)
    assert _in_order(answer.savings)
    for saving in answer.savings:
        _holds(spec, without, saving, budget=budget)


def _holds(spec: Path, without: Answer, saving: Saving, *, budget: bool) -> None:
    plan = applied(spec, saving, budget=budget)
    assert isinstance(plan, Plan), (saving, plan.message)
    money = plan.cost.usd_per_month
    assert (money.expected, money.ceiling) == (saving.usd_per_month_expected, saving.usd_per_month_ceiling)
    saves = Decimal(without.cost.usd_per_month.expected) - Decimal(money.expected)
    assert saves == Decimal(saving.saves_usd_per_month or 0)
    assert saves > 0
    assert any(letter.isdigit() for letter in saving.trade_off), saving
    asked = without.workload["regions"] or [without.chosen.region]
    assert continent(plan.chosen.region) in {continent(name) for name in asked}, saving
    if not budget:
        assert isinstance(applied(spec, saving), Refusal), "what mends the refusal is a way out, no saving"


def _each_once(answer: Answer) -> bool:
    told = [*(each.strategy for each in answer.savings), *(each.strategy for each in answer.savings_not)]
    return sorted(told) == sorted(ORDER) and all(each.message for each in answer.savings_not)


def _in_order(savings: tuple[Saving, ...]) -> bool:
    keys = [
        (
            -Decimal(each.saves_usd_per_month or 0),
            Decimal(each.usd_per_month_ceiling or 0),
            ORDER.index(each.strategy),
        )
        for each in savings
    ]
    return keys == sorted(keys)


def test_most_levers_save_something_on_a_few_drawn_specs(tmp_path: Path) -> None:
    """The claim above is about something: not every list is empty."""
    answers = [saved(written(tmp_path, spec)) for spec in drawn()[:20]]
    found = {each.strategy for answer in answers for each in answer.savings or ()}
    assert {"spot", "reserved", "precision", "scale_to_zero", "region", "right_size"} <= found, found
