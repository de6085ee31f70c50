"""A stored plan is read back, or refused with the place that is wrong."""

import json
from typing import Any

import pytest

from plimsoll.ground.problems import SpecError
from plimsoll.review.diff.stored import stored_plan
from tests.make.places import CASES

CASE = CASES / "plans" / "fp8-against-bf16" / "plan.json"


def document() -> dict[str, Any]:
    return json.loads(CASE.read_text(encoding="utf-8"))


def test_a_plan_is_its_choice_and_its_bill() -> None:
    read, written = stored_plan(document(), "plan.json"), document()
    assert read.instance_type == written["chosen"]["instance_type"]
    assert read.replicas_max == written["chosen"]["replicas"]["max"]
    assert {of: str(usd) for of, usd in read.usd_per_month.items()} == written["cost"]["usd_per_month"]
    assert len(read.lines) == len(written["cost"]["lines"])


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        (("chosen",), None, "chosen"),
        (("chosen", "instance_type"), 5, "chosen.instance_type"),
        (("cost", "lines"), {}, "cost.lines"),
        (("cost", "lines", 0, "of"), "roof", "cost.lines.0.of"),
        (("cost", "usd_per_month", "ceiling"), "1.00", "cost.usd_per_month.ceiling"),
        (("cost", "usd_per_month", "ceiling"), "NaN", "cost.usd_per_month"),
    ],
)
def test_what_is_no_plan_is_refused_with_its_place(path: tuple[Any, ...], value: Any, said: str) -> None:
    wrong = document()
    node: Any = wrong
    for key in path[:-1]:
        node = node[key]
    node[path[-1]] = value
    with pytest.raises(SpecError) as refused:
        stored_plan(wrong, "plan.json")
    (problem,) = refused.value.problems
    assert problem.where.startswith(said)
    assert problem.file == "plan.json"
