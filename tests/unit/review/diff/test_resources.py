"""Objects of two answers: new, changed with the places that differ, removed."""

from plimsoll.catalog.tables import load
from plimsoll.review.diff.resources import resource_changes
from plimsoll.review.solved.built import SidePlan, built
from plimsoll.review.solved.entry import Entry
from plimsoll.review.solved.solution import Solution, Solver
from plimsoll.speed.read import load_speed
from tests.make.pairs import TODAY, entry, here
from tests.make.worlds import Spec

CHAT: Spec = {
    "name": "chat",
    "model": "meta-llama/Llama-3.1-8B-Instruct",
    "load": {"qps": 5},
    "capacity": {"allow": ["g6e"]},
}
DAY = load("2026-08-10")


SOLVER = Solver(here(DAY, DAY, (load_speed(), load_speed())))


def solution(asked: Entry) -> Solution:
    found = SOLVER.at(TODAY, asked)
    assert found is not None
    return found


def solved(**changes: object) -> SidePlan:
    asked = entry({**CHAT, **changes}, DAY)
    return built(solution(asked), asked)


def test_another_owner_is_on_every_object_though_it_moves_no_answer() -> None:
    found = resource_changes(solved(), solved(owner={"team": "search"}))
    assert found is not None
    changed = {each.resource: each.paths for each in found.changed}
    assert any("team" in path for path in changed["Namespace chat"])


def test_the_same_answer_changes_nothing() -> None:
    found = resource_changes(solved(), solved())
    assert found is not None
    assert (found.new, found.changed, found.removed) == ((), (), ())


def test_more_nodes_change_the_limit_of_their_pool() -> None:
    found = resource_changes(solved(), solved(load={"qps": 50}))
    assert found is not None
    changed = {each.resource: each.paths for each in found.changed}
    assert "spec.limits.nodes" in changed["NodePool chat-base"]


def test_what_comes_and_what_goes() -> None:
    new, gone = resource_changes(SidePlan(None), solved()), resource_changes(solved(), SidePlan(None))
    assert new is not None
    assert gone is not None
    assert "Namespace chat" in new.new
    assert "Deployment chat/chat-base" in new.new
    assert sorted(new.new) == sorted(gone.removed)


def test_a_refused_answer_has_no_objects() -> None:
    found = resource_changes(solved(), solved(sla={"tpot_p95_ms": 0.01}))
    assert found is not None
    assert found.new == ()
    assert found.removed


def test_an_answer_that_was_read_without_its_plan_says_nothing() -> None:
    asked = entry(CHAT, DAY)
    read = built(Solution("plan", solution(asked).choice), asked)
    assert resource_changes(read, solved()) is None
