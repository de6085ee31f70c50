"""A change of a run's money is split by cause exactly: per run, per month where it has one, and in totals.

A tenth of the drawn pairs is tried in every run, all of them under PLIMSOLL_PROOFS=1. The stored answers are
those of an older tool that counts a tenth more, with older speed data and prices.
"""

import os
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from functools import cache

import pytest

from plimsoll.catalog.facts import Catalog
from plimsoll.catalog.tables import load
from plimsoll.plan.runs.plan import RunPlan
from plimsoll.plan.runs.size import size_run
from plimsoll.plan.total import total
from plimsoll.review.diff.diff import diff
from plimsoll.review.solved.entry import Entry
from plimsoll.review.solved.facts import CAUSES, FactNames, Here
from plimsoll.review.solved.stored_plan import BASES
from plimsoll.speed.facts import SpeedFacts
from plimsoll.speed.read import load_speed
from tests.make.exact import assert_exact
from tests.make.pairs import BEFORE, TODAY, entry, here
from tests.make.run_pairs import run_entry, run_pairs, stored_before
from tests.make.worlds import Spec

ALL = 300
COUNT = ALL if os.environ.get("PLIMSOLL_PROOFS") else ALL // 10

OLD_DAY, NEW_DAY = "2026-02-15", "2026-11-27"

CHAT: Spec = {"name": "chat", "model": "meta-llama/Llama-3.1-8B-Instruct", "load": {"qps": 5}}
TUNE: Spec = {
    "name": "tune",
    "kind": "training",
    "model": "meta-llama/Llama-3.1-8B",
    "method": "lora",
    "load": {"tokens_b": 0.1},
    "runs_per_month": 4,
}


@cache
def catalogs() -> tuple[Catalog, Catalog]:
    return load(OLD_DAY), load(NEW_DAY)


@cache
def slower() -> SpeedFacts:
    """Speed data of before: every part reached less of its bandwidth and compute."""
    now = load_speed()
    devices = {
        name: replace(device, bandwidth=device.bandwidth * 0.7, compute=device.compute * 0.7)
        for name, device in now.devices.items()
    }
    return replace(now, devices=devices)


@cache
def world() -> Here:
    return here(*catalogs(), (slower(), load_speed()))


@cache
def drawn() -> tuple[tuple[Entry, Entry], ...]:
    return tuple(_entries())


def _entries() -> Iterator[tuple[Entry, Entry]]:
    new = catalogs()[1]
    for spec, later in run_pairs(COUNT, new):
        was = stored_before(spec, new, world())
        yield run_entry(spec, new, BEFORE if was is not None else TODAY, was), run_entry(later, new)


def test_causes_of_drawn_pairs_add_up_to_the_change() -> None:
    seen: set[str] = set()
    months = 0
    for was, now in drawn():
        document = diff([was], [now], world())
        assert_exact(document)
        (each,) = document.workloads
        assert each.per == "run"
        both = was.has_month and now.has_month
        assert (each.month is not None) == (both and each.change.ceiling is not None)
        assert document.total.not_monthly == (() if both else (each.name,))
        months += both
        seen |= {
            cause
            for cause in CAUSES
            if (money := getattr(each.causes, cause)) is not None and Decimal(money.ceiling)
        }
    assert seen == set(CAUSES)
    assert months


def test_the_last_answer_is_the_plan_of_the_later_spec_without_its_budget() -> None:
    """By another road: `size_run` plans it anew."""
    new, kinds = catalogs()[1], set[str]()
    for was, now in drawn()[:: max(len(drawn()) // 25, 1)]:
        (each,) = diff([was], [now], world()).workloads
        free = now.workload.model_copy(update={"budget": None})
        answer = size_run(free, now.architecture, new, load_speed())
        assert each.now is not None
        if not isinstance(answer, RunPlan):
            assert each.now.outcome == "refusal"
            continue
        assert each.now.id == answer.chosen.id
        assert each.now.run is not None
        assert each.now.run.nodes == answer.chosen.nodes
        assert each.now.run.enforced_h == answer.run.enforced_h
        for of in BASES:
            assert getattr(each.now.usd_per_run, of) == getattr(answer.cost.usd_per_run, of)
            month = answer.cost.usd_per_month
            assert getattr(each.now.usd_per_month, of) == (None if month is None else getattr(month, of))
        held = size_run(now.workload, now.architecture, new, load_speed())
        assert each.now.outcome == ("plan" if isinstance(held, RunPlan) else "over_budget")
        kinds.add(str(now.spec["kind"]))
    assert kinds == {"training", "batch"}


@pytest.mark.parametrize(
    ("facts", "null"),
    [
        (FactNames("1", "gone", "old"), {"tool"}),
        (FactNames("1", "old", "gone"), {"tool", "speed"}),
        (FactNames(None, "gone", "gone"), {"tool", "speed"}),
        (FactNames("2", "new", "gone"), set()),
    ],
)
def test_facts_that_are_not_here_lie_in_the_next_cause(facts: FactNames, null: set[str]) -> None:
    for was, now in drawn()[:: max(len(drawn()) // 30, 1)]:
        if was.stored is None:
            continue
        document = diff([replace(was, facts=facts)], [now], world())
        assert_exact(document)
        (each,) = document.workloads
        if each.now is not None and each.now.outcome != "refusal" and each.causes.prices is not None:
            assert {cause for cause in CAUSES if getattr(each.causes, cause) is None} == null


def test_services_and_runs_add_up_together_by_the_month() -> None:
    """The cluster counts once for all of them; a run of no month is named, and no dollar of it is added."""
    new = catalogs()[1]
    alone = {key: value for key, value in TUNE.items() if key != "runs_per_month"} | {"name": "alone"}
    before = [entry(CHAT, new), run_entry(TUNE, new)]
    later = [run_entry({**TUNE, "load": {"tokens_b": 0.3}}, new), run_entry(alone, new)]
    document = diff(before, [before[0], *later], world())
    assert_exact(document)
    assert {each.name: each.state for each in document.workloads} == {
        "tune": "changed",
        "alone": "new",
        "chat": "same",
    }
    assert document.total.not_monthly == ("alone",)
    plans = [each.now.usd_per_month for each in document.workloads if each.now is not None]
    assert [money.ceiling for money in plans].count(None) == 1
    assert Decimal(document.total.now.ceiling or 0) < sum(Decimal(each.ceiling or 0) for each in plans)


def test_the_totals_are_those_of_planning_each_side() -> None:
    new, speed = catalogs()[1], load_speed()
    others = ({"name": "other", "method": "qlora"}, {"name": "third", "region": "eu-west-1"})
    entries = [run_entry({**TUNE, **changes}, new) for changes in ({}, *others)]
    document = diff(entries[:2], entries[1:], world())
    answers = [size_run(each.workload, each.architecture, new, speed) for each in entries]
    for side, kept in ((document.total.was, answers[:2]), (document.total.now, answers[1:])):
        assert {of: getattr(side, of) for of in BASES} == total(kept)


def test_a_service_that_becomes_a_run_is_compared_by_the_month_where_it_has_one() -> None:
    new = catalogs()[1]
    became = {**TUNE, "name": "chat"}
    (each,) = diff([entry(CHAT, new)], [run_entry(became, new)], world()).workloads
    assert (each.state, each.per, each.month) == ("changed", "month", None)
    assert each.change.ceiling is not None
    del became["runs_per_month"]
    (each,) = diff([entry(CHAT, new)], [run_entry(became, new)], world()).workloads
    assert (each.change.ceiling, each.causes.spec) == (None, None)
