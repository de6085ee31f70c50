"""A change of money is split by cause exactly: to the cent, whatever facts are here and whatever is refused.

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
from plimsoll.ground.units import to_cent
from plimsoll.plan.plan import Plan
from plimsoll.plan.size import size
from plimsoll.review.diff.diff import diff
from plimsoll.review.solved.entry import Entry
from plimsoll.review.solved.facts import CAUSES, FactNames, Here
from plimsoll.review.solved.solution import Solver
from plimsoll.review.solved.stored_plan import BASES, StoredPlan
from plimsoll.speed.facts import SpeedFacts
from plimsoll.speed.read import load_speed
from tests.make.exact import assert_exact
from tests.make.pairs import BEFORE, TODAY, entry, here, pairs
from tests.make.worlds import Spec

ALL = 500
COUNT = ALL if os.environ.get("PLIMSOLL_PROOFS") else ALL // 10

OLD_DAY, NEW_DAY = "2025-01-15", "2026-11-27"

CHAT: Spec = {
    "name": "chat",
    "model": "meta-llama/Llama-3.1-8B-Instruct",
    "load": {"qps": 150},
    "capacity": {"allow": ["p5"]},
    "sla": {"ttft_p95_ms": 800, "tpot_p95_ms": 12},
}


@cache
def catalogs() -> tuple[Catalog, Catalog]:
    return load(OLD_DAY), load(NEW_DAY)


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


def stored(spec: Spec) -> StoredPlan | None:
    """What an older tool chose: the same, but it counted a tenth more of everything."""
    loaded = entry(spec, catalogs()[1], replace(BEFORE, tool=TODAY.tool))
    found = Solver(world()).at(loaded.facts, loaded)
    if found is None or found.choice is None:
        return None
    lines = tuple(
        replace(
            line,
            quantity=str(Decimal(line.quantity) * Decimal("1.1")),
            usd_per_month=f"{to_cent(Decimal(line.usd_per_month) * Decimal('1.1'))}",
        )
        for line in found.choice.lines
    )
    sums = {
        of: sum((Decimal(line.usd_per_month) for line in lines if line.of == of), Decimal(0)) for of in BASES
    }
    return replace(found.choice, lines=lines, usd_per_month=sums)


@cache
def drawn() -> tuple[tuple[Entry, Entry], ...]:
    return tuple(_entries())


def _entries() -> Iterator[tuple[Entry, Entry]]:
    for spec, later in pairs(COUNT):
        was = stored(spec)
        facts = BEFORE if was is not None else TODAY
        yield entry(spec, catalogs()[1], facts, was), entry(later, catalogs()[1])


def test_causes_of_drawn_pairs_add_up_to_the_change() -> None:
    seen: set[str] = set()
    for was, now in drawn():
        document = diff([was], [now], world())
        assert_exact(document)
        (each,) = document.workloads
        for cause in CAUSES:
            money = getattr(each.causes, cause)
            if money is not None and Decimal(money.ceiling):
                seen.add(cause)
    assert seen == set(CAUSES)


def test_the_last_answer_is_the_plan_of_the_later_spec_without_its_budget() -> None:
    """By another road: `size` plans it anew."""
    new = catalogs()[1]
    for was, now in drawn()[:: max(len(drawn()) // 25, 1)]:
        (each,) = diff([was], [now], world()).workloads
        free = now.workload.model_copy(update={"budget": None})
        answer = size(free, now.architecture, new, load_speed())
        assert each.now is not None
        if not isinstance(answer, Plan):
            assert each.now.outcome == "refusal"
            continue
        assert each.now.id == answer.chosen.id
        for of in BASES:
            assert getattr(each.now.usd_per_month, of) == getattr(answer.cost.usd_per_month, of)
        held = size(now.workload, now.architecture, new, load_speed())
        assert each.now.outcome == ("plan" if isinstance(held, Plan) else "over_budget")


@pytest.mark.parametrize(
    ("facts", "null"),
    [
        (FactNames("1", "gone", "old"), {"tool"}),
        (FactNames("1", "old", "gone"), {"tool", "speed"}),
        (FactNames("1", None, None), {"tool", "speed"}),
        (FactNames(None, "gone", "gone"), {"tool", "speed"}),
        (FactNames("2", "new", "gone"), set()),
        (FactNames("2", "gone", "new"), set()),
    ],
)
def test_facts_that_are_not_here_lie_in_the_next_cause(facts: FactNames, null: set[str]) -> None:
    for was, now in drawn()[:: max(len(drawn()) // 50, 1)]:
        if was.stored is None:
            continue
        document = diff([replace(was, facts=facts)], [now], world())
        assert_exact(document)
        (each,) = document.workloads
        if each.now is not None and each.now.outcome != "refusal" and each.causes.prices is not None:
            assert {cause for cause in CAUSES if getattr(each.causes, cause) is None} == null


def test_all_workloads_of_a_change_add_up_together() -> None:
    """The cluster that they share counts once in the total, and in each of its causes."""
    kept = [(was, now) for was, now in drawn()[:20] if was.stored is not None]
    before, after = [was for was, _ in kept[2:]], [now for _, now in kept[:-2]]
    document = diff(before, after, world())
    assert {each.state for each in document.workloads} >= {"new", "removed", "changed"}
    assert_exact(document)


def test_four_causes_each_have_a_share() -> None:
    was = entry(CHAT, catalogs()[1], BEFORE, stored(CHAT))
    now = entry({**CHAT, "load": {"qps": 400}}, catalogs()[1])
    document = diff([was], [now], world())
    assert_exact(document)
    (each,) = document.workloads
    for cause in CAUSES:
        money = getattr(each.causes, cause)
        assert money is not None, cause
        assert Decimal(money.ceiling), cause
