"""Every known way past the gate is refused for the right reason; no honest graph is."""

from decimal import Decimal

import pytest

from plimsoll.catalog.tables import load
from plimsoll.gate import judge
from plimsoll.gate.session import Session
from plimsoll.gate.settings import read_settings
from tests.make.adversaries.attack import attack
from tests.make.adversaries.case import Case, adversaries, honest
from tests.make.adversaries.our_own import our_examples

ADVERSARIES = adversaries()
HONEST = [*honest(), *our_examples()]


def name_of(case: Case) -> str:
    return f"{case.family}/{case.name}"


def test_the_suite_is_as_large_as_it_claims() -> None:
    assert len(ADVERSARIES) >= 300
    assert len(HONEST) >= 150
    assert len({name_of(case) for case in ADVERSARIES}) == len(ADVERSARIES)


@pytest.mark.parametrize("case", ADVERSARIES, ids=name_of)
def test_an_adversary_is_killed(case: Case) -> None:
    outcome = attack(case, load())
    if case.impossible:
        assert not outcome.killed, "it can be seen after all: take the mark away"
        return
    assert case.expect in outcome.codes, outcome.verdict.violations
    assert outcome.early, "the pack let it through"


@pytest.mark.parametrize("case", HONEST, ids=name_of)
def test_an_honest_graph_passes(case: Case) -> None:
    outcome = attack(case, load())
    assert outcome.passed, [v for v in outcome.verdict.violations if v.blocks]


@pytest.mark.parametrize("case", [c for c in HONEST if c.family == "our-examples"][:6], ids=name_of)
def test_a_cent_less_than_the_ceiling_is_refused(case: Case) -> None:
    ceiling = judge(case.graph, load()).usd_per_month.ceiling
    assert ceiling is not None
    claims = [Decimal(r.inputs["ceiling"]["usdPerMonth"]) for r in case.graph.resources if not r.custom]
    settings = read_settings({"budget": {"usdPerMonth": float(sum(claims) - Decimal("0.01"))}})
    codes = {v.code for v in judge(case.graph, load(), settings).violations if v.blocks}
    assert codes == {"over_budget"}


@pytest.mark.parametrize("case", [*ADVERSARIES, *HONEST], ids=name_of)
def test_the_pack_and_the_check_give_one_verdict(case: Case) -> None:
    settings, created = read_settings(case.config), [r for r in case.graph.resources if not r.external]
    session = Session(load(), settings, stack=case.graph.stack, region=case.graph.region)
    for resource in created:
        session.register(resource)
    whole = judge(case.graph, load(), settings)
    pack = session.finish([r for r in case.graph.resources if r.external])
    assert (pack.verdict, pack.usd_per_month) == (whole.verdict, whole.usd_per_month)
    assert pack.violations == whole.violations


def test_switching_every_rule_to_advisory_blocks_nothing_and_says_so() -> None:
    case = next(c for c in ADVERSARIES if c.name == "second-pool")
    verdict = judge(case.graph, load(), read_settings({**case.config, "all": "advisory"}))
    assert verdict.verdict == "pass"
    assert {change.policy for change in verdict.level_changes if change.lowered} >= {
        "budget",
        "unpriced-cost",
    }
