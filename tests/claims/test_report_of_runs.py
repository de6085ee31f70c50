"""A report shows work that ends: its money by the run, its hours, its candidates, and what it cannot draw."""

import re
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from html import unescape
from itertools import pairwise
from pathlib import Path

import pytest

from plimsoll.catalog.discounts.terms import Discounts
from plimsoll.catalog.tables import load
from plimsoll.plan.outlook.dearer import dearer
from plimsoll.plan.outlook.run import RunOutlook, run_outlook
from plimsoll.plan.outlook.steps import amount_of, steps_of_run
from plimsoll.plan.runs.plan import RunPlan
from plimsoll.plan.runs.size import size_run
from plimsoll.savings.answer import run_with_savings
from plimsoll.show.report.answer import reported
from plimsoll.show.report.page import as_html
from plimsoll.show.report.runs.timeline import moments_of, spans_of
from plimsoll.spec.overrides import read_overrides
from plimsoll.spec.runs.read import LoadedRun, load_any
from plimsoll.speed.read import load_speed
from tests.make.command import inside
from tests.make.places import ROOT

RUNS = sorted((ROOT / "workloads" / "runs").glob("*.yaml"))
NAMES = [path.stem for path in RUNS]


@cache
def outlook(path: Path) -> RunOutlook:
    spec = load_any(path, load())
    assert isinstance(spec, LoadedRun)
    return run_outlook(spec, load_speed(), None, run_with_savings)


def plan(path: Path) -> RunPlan:
    answer = outlook(path).answer
    assert isinstance(answer, RunPlan)
    return answer


@cache
def page(path: Path) -> str:
    return as_html(reported([outlook(path)], load()))


@pytest.mark.parametrize("path", RUNS, ids=NAMES)
def test_the_page_says_the_money_of_a_run_and_holds_every_part(path: Path) -> None:
    text, told = unescape(page(path)), plan(path)
    for amount in (told.cost.usd_per_run.expected, told.cost.usd_per_run.ceiling):
        assert f"${Decimal(amount):,.2f} " in text
    for heading in (
        "The hours of a run",
        "A month of runs",
        "Cost and hours of every",
        "What if",
        "What is not drawn",
    ):
        assert heading in text
    assert len(page(path).encode()) <= 150_000
    assert as_html(reported([outlook(path)], load())) == page(path)


@pytest.mark.parametrize("path", RUNS, ids=NAMES)
def test_the_steps_re_add_to_the_three_numbers(path: Path) -> None:
    told = plan(path)
    reached, money = Decimal(0), told.cost.usd_per_run
    for step in steps_of_run(told):
        if step.total:
            assert step.usd == Decimal(getattr(money, step.title)) == sum(map(amount_of, step.added))
            assert reached in (Decimal(0), step.usd)
            reached = step.usd
        else:
            reached += step.usd
    assert reached == Decimal(money.ceiling)


@pytest.mark.parametrize("path", RUNS, ids=NAMES)
def test_the_stretches_of_a_run_fill_its_hours_and_moments_stand_in_order(path: Path) -> None:
    told = plan(path)
    spans, moments = spans_of(told), moments_of(told)
    assert spans[0].start_h == 0
    assert spans[-1].end_h == told.run.run_h.estimate
    assert all(one.end_h == other.start_h for one, other in pairwise(spans))
    assert [each.at_h for each in moments] == sorted(each.at_h for each in moments)
    ends = [each.at_h for each in moments if each.name == "the cluster ends it"]
    assert ends == [told.run.enforced_h]


@pytest.mark.parametrize("path", RUNS, ids=NAMES)
def test_no_point_of_the_front_is_beaten(path: Path) -> None:
    compared = outlook(path).compared
    assert compared is not None
    held = [each for each in compared.candidates if not each.codes]
    for each in held:
        beaten = any(
            other.expected <= each.expected
            and other.time <= each.time
            and (other.expected, other.time) != (each.expected, each.time)
            for other in held
        )
        assert (each.id in compared.front) is not beaten


def test_a_run_without_a_month_says_so_and_is_in_no_total() -> None:
    alone, monthly = (ROOT / "workloads" / "runs" / f"{name}.yaml" for name in ("legal-70b", "support-tone"))
    assert "so that no month is shown" in unescape(page(alone))
    both = unescape(as_html(reported([outlook(alone), outlook(monthly)], load())))
    assert "nobody says how many runs a month has: legal-70b." in both
    total = plan(monthly).cost.usd_per_month
    assert total is not None
    assert f"${Decimal(total.ceiling):,.2f} the most that they can cost" in both
    assert re.search(r"\$331\.00 a run", both)


def test_a_service_and_a_run_stand_on_one_page(tmp_path: Path) -> None:
    out = tmp_path / "page.html"
    specs = [str(ROOT / "workloads" / name) for name in ("chat-8b.yaml", "runs/support-tone.yaml")]
    ran = inside("report", *specs, "--out", str(out))
    assert ran.returncode == 0, ran.stderr
    assert "2 workloads on one cluster" in out.read_text(encoding="utf-8")


def test_a_refused_run_has_a_page_with_its_ways_out(tmp_path: Path) -> None:
    spec = tmp_path / "late.yaml"
    spec.write_text(
        "kind: batch\nmodel: meta-llama/Llama-3.1-8B-Instruct\n"
        "load: {requests: 400000, output_tokens: 120}\nsla: {run_p90_h: 0.2}\n"
    )
    ran = inside("report", str(spec))
    assert ran.returncode == 3
    assert "sla.run_p90_h" in ran.stdout
    assert "What clashes, and the ways out" in ran.stdout


@pytest.mark.parametrize("path", RUNS, ids=NAMES)
def test_every_turn_of_a_key_is_the_plan_of_that_setting(path: Path) -> None:
    """The setting that is printed gives the numbers that are drawn, or the limits that leave no plan."""
    turned = [turn for knob in outlook(path).sensitivities for turn in knob.turns if turn.settings]
    assert {turn.percent for turn in turned} == {-50, -20, 20, 100}
    for turn in turned:
        overrides = read_overrides([each.typed for each in turn.settings], ())
        spec = load_any(path, load(), overrides)
        assert isinstance(spec, LoadedRun)
        answer = size_run(spec.spec, spec.architecture, load(), load_speed())
        if isinstance(answer, RunPlan):
            money = answer.cost.usd_per_run
            assert f"{turn.solved.expected:.2f}" == money.expected
            assert f"{turn.solved.ceiling:.2f}" == money.ceiling
            assert (turn.solved.instance_type, turn.solved.replicas) == (
                answer.chosen.instance_type,
                answer.chosen.nodes,
            )
        else:
            assert turn.solved.binding == answer.binding


def test_a_turn_of_speed_is_the_plan_of_a_run_measured_at_it() -> None:
    path = ROOT / "workloads" / "runs" / "defect-images.yaml"
    (speed,) = (knob for knob in outlook(path).sensitivities if knob.title == "speed")
    for turn in speed.turns:
        said = read_overrides([f"measured.samples_per_s={900 * (1 + turn.percent / 100):g}"], ())
        spec = load_any(path, load(), said)
        assert isinstance(spec, LoadedRun)
        answer = size_run(spec.spec, None, load(), load_speed())
        assert isinstance(answer, RunPlan)
        assert f"{turn.solved.expected:.2f}" == answer.cost.usd_per_run.expected
        assert turn.solved.replicas == answer.chosen.nodes


def test_a_turn_of_prices_moves_hours_of_nodes_and_nothing_else() -> None:
    """Of clinical-8b 12.5 node-hours at $55.04 are a fifth dearer; volumes and checkpoints are not."""
    path = ROOT / "workloads" / "runs" / "clinical-8b.yaml"
    (prices,) = (knob for knob in outlook(path).sensitivities if knob.title == "price of nodes")
    lines = plan(path).cost.lines
    for turn in prices.turns:
        share = 1 + Decimal(turn.percent) / 100
        for of in ("floor", "expected", "ceiling"):
            each = [line for line in lines if line.of == of]
            moved = [
                (Decimal(x.quantity) * Decimal(x.usd_per_unit) * (share if x.instance_type else 1)).quantize(
                    Decimal("0.01"), ROUND_HALF_UP
                )
                for x in each
            ]
            assert getattr(turn.solved, of) == sum(moved)


def test_what_is_paid_gets_dearer_by_a_share_of_what_is_paid() -> None:
    own = Discounts("d.yaml", "0", None, Decimal(12), Decimal(0), {"p5": Decimal(20)}, {}, ())
    turned = dearer(own, Decimal("1.2"))
    assert (turned.on_demand_pct, turned.spot_pct) == (Decimal("-5.6"), Decimal(-20))
    assert turned.families == {"p5": Decimal(4)}  # 0.8 x 1.2 = 0.96 of list
    assert dearer(None, Decimal("0.8")).on_demand_pct == 20


def test_a_refused_run_has_nothing_to_turn(tmp_path: Path) -> None:
    spec = tmp_path / "late.yaml"
    spec.write_text(
        "kind: batch\nmodel: meta-llama/Llama-3.1-8B-Instruct\n"
        "load: {requests: 400000, output_tokens: 120}\nsla: {run_p90_h: 0.2}\n"
    )
    loaded = load_any(spec, load())
    assert isinstance(loaded, LoadedRun)
    assert run_outlook(loaded, load_speed()).sensitivities == ()
