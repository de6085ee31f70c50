"""Assumptions of two plans: what moved is told with both values, what stayed is not."""

from dataclasses import replace

from plimsoll.catalog.tables import load
from plimsoll.ground.assumption import Assumption
from plimsoll.review.diff.assumptions import assumption_changes
from plimsoll.review.solved.built import SidePlan, built
from plimsoll.review.solved.solution import Solver
from plimsoll.speed.read import load_speed
from tests.make.pairs import TODAY, entry, here
from tests.make.worlds import Spec

CHAT: Spec = {"name": "chat", "model": "meta-llama/Llama-3.1-8B-Instruct", "load": {"qps": 5}}
DAY = load("2026-08-10")


def side(*assumed: Assumption, **changes: object) -> SidePlan:
    solver = Solver(here(DAY, DAY, (load_speed(), load_speed())))
    asked = replace(entry({**CHAT, **changes}, DAY), assumed=assumed)
    found = solver.at(TODAY, asked)
    assert found is not None
    return built(found, asked)


def test_a_budget_is_told_though_the_answer_is_found_without() -> None:
    found = assumption_changes(side(), side(budget={"usd_per_month": 9000}))
    assert found is not None
    assert {(change.name, change.now) for change in found} >= {("budget", None)}


def test_nothing_moves_between_two_of_one_kind() -> None:
    assert assumption_changes(side(), side()) == ()


def test_what_is_said_is_assumed_no_more() -> None:
    tokens = {"mean": 800, "p95": 1600}
    found = assumption_changes(side(), side(load={"qps": 5, "input_tokens": tokens, "output_tokens": tokens}))
    assert found is not None
    gone = [change for change in found if "input_tokens" in change.name]
    assert gone
    assert all(change.now is None and change.was is not None for change in gone)


def test_what_the_project_says_is_an_assumption_of_its_spec() -> None:
    by_the_project = Assumption("regions", "us-east-1", None, "plimsoll.toml")
    (change,) = assumption_changes(side(), side(by_the_project)) or ()
    assert (change.name, change.was, change.now) == ("regions", None, "us-east-1")
    assert change.source == "plimsoll.toml"


def test_a_side_without_a_plan_has_none() -> None:
    assert assumption_changes(SidePlan(None), side()) is None
    assert assumption_changes(side(), SidePlan(None, known=False)) is None
