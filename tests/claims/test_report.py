"""A report is true: its steps add up, its points are plans, its front is the best, its cliff is one."""

import json
import re
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from plimsoll.plan.outlook.solved import Solved
from plimsoll.plan.outlook.steps import steps_of
from plimsoll.plan.plan import Plan, Refusal
from tests.make.command import plimsoll
from tests.make.places import EXAMPLES, ROOT
from tests.make.reports import outlook, page, page_of_all, planned

BASES = ("floor", "expected", "ceiling")
REFUSED = (ROOT / "workloads" / "support-chat.yaml", "budget.usd_per_month=20000")
HOURS = Fraction(730)

each_example = pytest.mark.parametrize("spec", EXAMPLES, ids=lambda spec: spec.stem)


def plan_of(spec: Path) -> Plan:
    answer = outlook(spec).answer
    assert isinstance(answer, Plan)
    return answer


@each_example
def test_the_steps_are_sums_of_lines_and_add_up_to_the_three_numbers(spec: Path) -> None:
    plan = plan_of(spec)
    reached = Decimal(0)
    totals: dict[str, str] = {}
    for step in steps_of(plan):
        gone, added = (
            sum(Decimal(line.usd_per_month) for line in lines) for lines in (step.gone, step.added)
        )
        assert added - gone == step.usd
        assert set(step.added + step.gone) <= set(plan.cost.lines)
        if step.total:
            assert not totals or reached == step.usd
            totals[step.title] = str(step.usd)
        reached = step.usd if step.total else reached + step.usd
    assert totals == {of: getattr(plan.cost.usd_per_month, of) for of in BASES}


def test_fallback_of_spot_is_a_step_of_its_own() -> None:
    titles = [step.title for step in steps_of(plan_of(ROOT / "workloads" / "agents-gpt-oss.yaml"))]
    assert any("fall back" in title for title in titles)
    titles = [step.title for step in steps_of(plan_of(ROOT / "workloads" / "chat-8b.yaml"))]
    assert not any("fall back" in title for title in titles)


@each_example
def test_the_hours_add_up_to_the_node_lines_of_expected(spec: Path) -> None:
    found, plan = outlook(spec).hours, plan_of(spec)
    assert found is not None
    lines = [line for line in plan.cost.lines if line.of == "expected" and line.kind == "nodes"]
    assert sum(Decimal(line.usd_per_month) for line in lines) == found.usd_per_month
    assert sum(each.usd for each in found.week) * HOURS / 168 == Fraction(found.usd_per_month)
    counted = sum(each.nodes for each in found.week) * HOURS / 168
    assert abs(counted - sum(Fraction(line.quantity) for line in lines)) < Fraction(1, 1000)
    assert max(each.replicas for each in found.week) <= plan.chosen.replicas.max


@each_example
def test_the_front_is_what_brute_force_finds(spec: Path) -> None:
    found = outlook(spec).compared
    if plan_of(spec).workload["load"]["queue"]:
        assert found is None, "a wait in a queue is no latency of a machine"
        return
    assert found is not None
    holding = [each for each in found.candidates if not each.codes]
    for candidates, front in ((found.candidates, found.front_of_all), (holding, found.front)):
        best = {
            one.id
            for one in candidates
            if not any(
                other.expected <= one.expected
                and other.time <= one.time
                and (other.expected, other.time) != (one.expected, one.time)
                for other in candidates
            )
        }
        assert set(front) == best
    assert {row.id for row in plan_of(spec).candidates if row.verdict != "rejected"} == {
        each.id for each in holding
    }


def same(solved: Solved, answer: Plan | Refusal) -> bool:
    if isinstance(answer, Refusal):
        return not solved.holds and solved.binding == answer.binding
    money = answer.cost.usd_per_month
    told = [str(value) for value in (solved.floor, solved.expected, solved.ceiling)]
    chosen = answer.chosen
    return (
        told == [money.floor, money.expected, money.ceiling] and solved.instance_type == chosen.instance_type
    )


@each_example
def test_a_point_is_the_plan_of_the_spec_with_its_settings(spec: Path) -> None:
    knobs = outlook(spec).sensitivities
    assert len(knobs) >= (1 if plan_of(spec).workload["load"]["queue"] else 2)
    for knob in knobs:
        assert [turn.percent for turn in knob.turns] == sorted(turn.percent for turn in knob.turns)
        for turn in knob.turns:
            assert same(turn.solved, planned(spec, *(each.typed for each in turn.settings))), (
                knob.title,
                turn,
            )


def test_every_thing_that_can_be_turned_is_turned_somewhere() -> None:
    titles = {knob.title for spec in EXAMPLES for knob in outlook(spec).sensitivities}
    assert {"peak load", "tokens per request", "TPOT p95 limit", "spot share"} <= titles


@each_example
def test_both_sides_of_the_cliff_are_solved_a_step_apart(spec: Path) -> None:
    cliff, plan = outlook(spec).cliff, plan_of(spec)
    if cliff is None:
        return
    for side in (cliff.below, cliff.above):
        assert same(side.solved, planned(spec, *(each.typed for each in side.settings)))
    assert round((cliff.above.peak - cliff.below.peak) / cliff.step, 6) == 1
    assert str(cliff.below.solved.ceiling) == plan.cost.usd_per_month.ceiling
    assert cliff.above.solved.ceiling != cliff.below.solved.ceiling


def test_between_the_peak_and_the_cliff_the_ceiling_stays() -> None:
    spec = ROOT / "workloads" / "in-house-13b.yaml"
    cliff = outlook(spec).cliff
    assert cliff is not None
    peak = plan_of(spec).workload["load"]["qps"]["peak"]
    for part in (0.25, 0.5, 0.75, 0.95):
        answer = planned(spec, f"load.qps={peak + (cliff.below.peak - peak) * part:.4g}")
        assert isinstance(answer, Plan)
        assert answer.cost.usd_per_month.ceiling == str(cliff.below.solved.ceiling)


@each_example
def test_a_page_holds_every_number_of_its_plan_and_is_small(spec: Path) -> None:
    text, plan = page(spec), plan_of(spec)
    assert len(text.encode()) <= 150_000
    for line in plan.cost.lines:
        assert line.as_of in text
    for of in BASES:
        assert f"${Decimal(getattr(plan.cost.usd_per_month, of)):,.2f}" in text
    for each in plan.cost.left_out:
        assert each in text


def test_unit_costs_agree_with_the_plan_and_usage_is_never_above_allocation() -> None:
    for spec in EXAMPLES:
        found, plan = outlook(spec).unit_costs, plan_of(spec)
        assert found is not None
        assert 0 < found.utilisation <= 1
        assert all(0 < each.usage <= each.allocation for each in found.costs)
        told = plan.cost.usd_per_million_output_tokens
        costs = {each.unit: each.allocation for each in found.costs}
        if told is not None:
            assert f"{costs['million output tokens']:.2f}" == told


def test_all_examples_are_one_page_with_their_sum() -> None:
    text = page_of_all()
    assert len(text.encode()) <= 1_500_000
    total = json.loads(plimsoll("plan", *map(str, EXAMPLES), "--format", "json").stdout)["total"][
        "usd_per_month"
    ]
    assert all(f"${Decimal(total[of]):,.2f}" in text for of in BASES)
    assert text.count("<article") == len(EXAMPLES)
    ids = re.findall(r'\bid="([^"]+)"', text)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'href="#([^"]+)"', text)) <= set(ids)


def test_a_refusal_has_a_page_that_says_what_clashes_and_the_ways_out() -> None:
    spec, setting = REFUSED
    text, answer = page(spec, setting), planned(spec, setting)
    assert isinstance(answer, Refusal)
    assert answer.ways_out
    assert all(way.change in text for way in answer.ways_out)
    assert f"What clashes: {', '.join(answer.binding)}" in text


def test_the_command_writes_the_page_and_ends_as_plan_does(tmp_path: Path) -> None:
    spec, setting = REFUSED
    file = tmp_path / "deep" / "report.html"
    done = plimsoll("report", str(spec), "--set", setting, "--out", str(file))
    assert (done.returncode, done.stdout) == (4, "")
    assert "wrote" in done.stderr
    assert file.read_text(encoding="utf-8") == page(spec, setting)
    done = plimsoll("report", str(ROOT / "workloads" / "chat-8b.yaml"))
    assert done.returncode == 0
    assert done.stdout == page(ROOT / "workloads" / "chat-8b.yaml")


def test_a_wrong_spec_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    (tmp_path / "wrong.yaml").write_text("model: nobody/knows\nload: {qps: 1}\n")
    (tmp_path / "page.html").write_text("approved\n")
    done = plimsoll("report", str(tmp_path / "wrong.yaml"), "--out", str(tmp_path / "page.html"))
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert (tmp_path / "page.html").read_text() == "approved\n"


def test_terms_of_the_organisation_are_in_the_page() -> None:
    done = plimsoll(
        "report",
        str(ROOT / "workloads" / "chat-8b.yaml"),
        "--discounts",
        str(ROOT / "examples" / "discounts.yaml"),
    )
    assert done.returncode == 0, done.stderr
    assert "at list prices" in done.stdout
    assert ">list<" in done.stdout


def test_the_page_names_no_other_place_and_allows_nothing_from_one() -> None:
    text = page(ROOT / "workloads" / "chat-8b.yaml")
    assert "default-src 'none'" in text
    assert not re.search(r'(?:src|href|action|data|poster)="(?!#|data:,")', text)
    assert "url(" not in text
    assert "@import" not in text
