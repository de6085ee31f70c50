"""Candidates of a run that was tried: also on the nodes that an earlier choice had."""

from plimsoll.catalog.tables import load
from plimsoll.plan.runs.plan import RunPlan
from plimsoll.review.solved.solution import Solver
from plimsoll.speed.read import load_speed
from tests.make.pairs import TODAY, here
from tests.make.run_pairs import run_entry
from tests.make.worlds import Spec

DAY = load("2026-08-10")
TUNE: Spec = {
    "name": "tune",
    "kind": "training",
    "model": "meta-llama/Llama-3.1-8B",
    "method": "lora",
    "load": {"tokens_b": 0.1},
    "budget": {"usd_per_run": 1},
    "capacity": {"allow": ["g6e.xlarge"]},
}
SOLVER = Solver(here(DAY, DAY, (load_speed(), load_speed())))


def test_an_earlier_number_of_nodes_is_judged_though_another_is_kept() -> None:
    found = SOLVER.at(TODAY, run_entry({**TUNE, "sla": {"run_p50_h": 6}}, DAY))
    assert found is not None
    assert found.tried is not None
    assert found.choice is not None
    named = found.choice.id.replace(f"/n{found.choice.shape.nodes}/", "/n1/") if found.choice.shape else ""
    assert named != found.choice.id
    one = found.tried.candidate(named)
    assert one is not None
    assert one.id == named
    assert [reason.code for reason in one.reasons] == ["deadline"]
    assert found.tried.candidate(named.replace("g6e.xlarge", "z9.large")) is None


def test_the_budget_judges_what_was_found_without_it() -> None:
    entry = run_entry(TUNE, DAY)
    found = SOLVER.at(TODAY, entry)
    assert found is not None
    assert (found.outcome, found.within) == ("over_budget", None)
    assert found.best is not None
    assert not found.best.fits(entry)
    assert found.tried is not None
    plan = found.tried.plan(found.best, entry)
    assert isinstance(plan, RunPlan)
    assert plan.workload["budget"]["usd_per_run"] == 1
    assert plan.chosen.id == found.best.id
