"""A report shows work that ends: its money by the run, its hours, its candidates, and what it cannot draw."""

import re
from decimal import Decimal
from functools import cache
from html import unescape
from itertools import pairwise
from pathlib import Path

import pytest

from plimsoll.catalog.tables import load
from plimsoll.plan.outlook.run import RunOutlook, run_outlook
from plimsoll.plan.outlook.steps import amount_of, steps_of_run
from plimsoll.plan.runs.plan import RunPlan
from plimsoll.savings.answer import run_with_savings
from plimsoll.show.report.answer import reported
from plimsoll.show.report.page import as_html
from plimsoll.show.report.runs.timeline import moments_of, spans_of
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
    for heading in ("The hours of a run", "A month of runs", "Cost and hours of every", "What is not drawn"):
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
