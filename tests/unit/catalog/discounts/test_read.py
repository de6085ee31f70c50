"""A discounts file is read whole; each wrong value is told with line, column and a way to mend it."""

from decimal import Decimal
from pathlib import Path

import pytest

from plimsoll.catalog.discounts.read import read_discounts
from plimsoll.catalog.discounts.terms import Discounts
from plimsoll.catalog.tables import load
from plimsoll.ground.problems import SpecError

GOOD = """\
as_of: "2026-11-01"
private_pct: {on_demand: 12, spot: 0, families: {p5: 20}}
rates: [{instance_type: g6e.xlarge, region: us-east-1, usd_per_hour: "1.40"}]
commitments:
- {kind: compute_sp, usd_per_hour: 2, rate_of_on_demand: 0.67, until: "2027-06-30"}
- {kind: ec2_instance_sp, family: g6e, region: us-east-1, usd_per_hour: 3.50, rate_of_on_demand: 0.63}
capacity:
- {kind: owned, instance_type: p5.48xlarge, region: us-east-1, count: 2, usd_per_hour: "0", until: null}
"""

SP = "kind: ec2_instance_sp, family: g6e, region: us-east-1"
P5 = "kind: owned, instance_type: p5.48xlarge, region: us-east-1"

WRONG = (
    ("private_pct: {on_demand: 112}", "112", "112 % is more than the whole"),
    ("private_pct: {on_demand: -1}", "-1", "no amount"),
    ("private_pct: {families: {p55: 20}}", "20", "did you mean 'p5'?"),
    ("private_pct: {families: [p5]}", "[p5]", "no mapping"),
    ("private_pct: 12", "12", "no mapping"),
    ("rates: [{instance_type: g6e.xlargee, region: us-east-1, usd_per_hour: 1}]", "g6e", "'g6e.xlarge'?"),
    ("rates: [{instance_type: g6e.xlarge, region: us-eest-1, usd_per_hour: 1}]", "us-eest", "no region"),
    ("rates: [{instance_type: g6e.xlarge, region: us-east-1}]", "{inst", "usd_per_hour is missing"),
    ("rates: [{instance_type: g6e.xlarge, region: us-east-1, usd_per_hour: yes}]", "yes", "no amount"),
    ("rates:\n- 7", "7", "no mapping"),
    (f"commitments: [{{{SP}, usd_per_hour: 3.5}}]", "{kind", "rate_of_on_demand is missing"),
    (f"commitments: [{{{SP}, usd_per_hour: 0, rate_of_on_demand: 0.6}}]", "0, rate", "plan of nothing"),
    (f"commitments: [{{{SP}, usd_per_hour: 1, rate_of_on_demand: 63}}]", "63", "no share of the list price"),
    (
        f"commitments: [{{{SP}, usd_per_hour: 1, rate_of_on_demand: 0.6, until: 2027-06-30}}]",
        "2027",
        "quote it",
    ),
    (
        f'commitments: [{{{SP}, usd_per_hour: 1, rate_of_on_demand: 0.6, until: "2027-02-30"}}]',
        '"2027',
        "no day",
    ),
    ("commitments: [{kind: reservd}]", "reservd", "did you mean 'reserved'?"),
    ("commitments: [{kind: owned}]", "owned", "no kind 'owned'"),
    (
        "commitments: [{kind: compute_sp, region: x, usd_per_hour: 1, rate_of_on_demand: 1}]",
        "region",
        "unknown key",
    ),
    ("commitments: [{family: g6}]", "{family", "kind is missing"),
    (f"capacity: [{{{P5}, count: 0, usd_per_hour: 0}}]", "0, usd", "no count"),
    ("capacity: {kind: owned}", "{kind", "no list"),
    ("commitmentz: []", "commitmentz", "did you mean 'commitments'?"),
    ("rates: 'x", "", "a quote is not closed"),
    ("- 1", "- 1", "a discounts file is a mapping"),
)


def read(text: str, folder: Path) -> Discounts:
    path = folder / "discounts.yaml"
    path.write_text(text, encoding="utf-8")
    return read_discounts(str(path), load())


def test_what_it_says_is_kept_as_it_is_written(tmp_path: Path) -> None:
    found = read(GOOD, tmp_path)
    assert (found.on_demand_pct, found.spot_pct, found.families) == (12, 0, {"p5": Decimal(20)})
    assert found.rates == {("g6e.xlarge", "us-east-1"): Decimal("1.40")}
    kinds = [each.kind for each in found.commitments]
    assert kinds == ["owned", "ec2_instance_sp", "compute_sp"], "in the order in which hours are covered"
    assert [str(each.usd_per_hour) for each in found.commitments] == ["0", "3.50", "2"]
    assert found.said.endswith("of 2026-11-01")


@pytest.mark.parametrize(("text", "at", "told"), WRONG, ids=[each[2] for each in WRONG])
def test_each_wrong_value_is_told_with_its_place(text: str, at: str, told: str, tmp_path: Path) -> None:
    with pytest.raises(SpecError) as error:
        read(text, tmp_path)
    (problem, *_) = error.value.problems
    assert told.lower() in str(problem).lower()
    assert text.splitlines()[problem.line - 1][problem.column - 1 :].startswith(at), str(problem)


def test_an_empty_file_says_what_it_may_hold(tmp_path: Path) -> None:
    with pytest.raises(SpecError, match="the file is empty; it says no discount; its keys are"):
        read("", tmp_path)


def test_all_of_a_file_is_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(SpecError) as error:
        read("private_pct: {on_demand: 112, spot: x}\nrates: 7\ncapacity: [{kind: odc}]\n", tmp_path)
    assert [problem.line for problem in error.value.problems] == [1, 1, 2, 3]


def test_a_file_that_is_not_there_is_a_problem(tmp_path: Path) -> None:
    with pytest.raises(SpecError, match="no such file"):
        read_discounts(str(tmp_path / "none.yaml"), load())


def test_a_commitment_ends_after_its_last_day(tmp_path: Path) -> None:
    found = read(GOOD, tmp_path)
    assert len(found.in_force("2027-06-30")) == 3
    assert [each.kind for each in found.ended("2027-07-01")] == ["compute_sp"]
