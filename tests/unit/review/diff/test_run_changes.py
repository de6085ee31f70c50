"""What moved of a run: each part with its cause; a service has none, a refusal on the way hides nothing."""

from plimsoll.review.diff.causes import Step
from plimsoll.review.diff.run_changes import run_changes
from plimsoll.review.solved.solution import Solution
from plimsoll.review.solved.stored_plan import RunShape, StoredPlan


def answer(nodes: int, capacity: str = "on-demand", interval_s: float | None = 300) -> Solution:
    shape = RunShape(nodes, capacity, "lora", 4.0, 5.0, 6.0, None, interval_s)
    return Solution(
        "plan", StoredPlan(f"n{nodes}", "g6e.xlarge", "us-east-1", "bf16", None, None, (), {}, shape)
    )


def told(was: Solution, *steps: Step) -> list[tuple[str, str, object, object]]:
    return [(each.cause, each.name, each.was, each.now) for each in run_changes(was, steps)]


def test_each_part_that_moves_is_told_with_its_cause() -> None:
    steps = Step("prices", answer(1, "spot")), Step("spec", answer(4, "spot", None))
    assert told(answer(1), *steps) == [
        ("prices", "capacity", "on-demand", "spot"),
        ("spec", "nodes", 1, 4),
        ("spec", "checkpoint_interval_s", 300, None),
    ]


def test_nothing_moves_where_the_shape_stays() -> None:
    assert told(answer(2), Step("tool", answer(2)), Step("spec", answer(2))) == []


def test_a_step_without_an_answer_is_passed_over() -> None:
    refused = Solution("refusal", None)
    assert told(answer(1), Step("prices", refused), Step("spec", answer(2))) == [("spec", "nodes", 1, 2)]


def test_a_service_has_none() -> None:
    service = Solution("plan", StoredPlan("a", "g6e.xlarge", "us-east-1", "bf16", 2, {}, ()))
    assert told(service, Step("spec", answer(2))) == []
