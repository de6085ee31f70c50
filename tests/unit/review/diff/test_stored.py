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


RUN = CASES / "plans" / "a-run-on-spot" / "plan.json"


def test_the_plan_of_a_run_is_read_by_the_run() -> None:
    written = json.loads(RUN.read_text(encoding="utf-8"))
    read = stored_plan(written, "plan.json")
    assert read.usd_per_run is not None
    assert {of: str(usd) for of, usd in read.usd_per_run.items()} == written["cost"]["usd_per_run"]
    assert (read.usd_per_month is None) == (written["cost"]["usd_per_month"] is None)
    assert read.replicas_max is None
    assert read.shape is not None
    assert read.shape.nodes == written["chosen"]["nodes"]
    assert read.shape.enforced_h == written["run"]["enforced_h"]
    written["cost"]["usd_per_run"]["ceiling"] = "1.00"
    with pytest.raises(SpecError, match="is not the sum of its lines"):
        stored_plan(written, "plan.json")


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
