"""An amount allowed for a cost that nobody knows counts in the budget, whatever it is of."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from plimsoll.catalog.tables import load
from plimsoll.gate import Exemption
from plimsoll.gate.case import Case
from plimsoll.gate.judge import judge_case
from plimsoll.gate.settings import read_settings
from plimsoll.gate.verdict import Verdict
from plimsoll.graph.resource import Graph
from plimsoll.pricing import CannotPrice, Charge, Priced, price
from tests.make.graphs import graph, pool

ALLOWED = Exemption(
    policy="unpriced-cost",
    owner="ml-platform",
    approved_by="finance-lead",
    reason="a digest without --show-sames",
    expires="2026-12-31",
    allow_up_to_usd=Decimal(50_000),
)
COMMITMENT = Charge(
    "", "savings plan", "ceiling", Decimal(1), "month", Decimal(700), Decimal(700), "", "", kind="commitment"
)


def judged(config: Mapping[str, Any], urn: str, *lines: Charge, of: Graph | None = None) -> Verdict:
    """Judge a graph beside something that an input leaves out."""
    seen = of or Graph(())
    unseen = CannotPrice(urn, "unknown_value", "12 resources are left out")
    found = price(seen, load(), beside=Priced(lines=lines, cannot_price=(unseen,)))
    case = Case(seen, found, load(), "2026-11-28", frozenset({"unpriced-cost"}))
    return judge_case(case, read_settings({"budget": config}), (ALLOWED,))


def codes(found: Verdict) -> set[str]:
    return {violation.code for violation in found.violations if violation.blocks}


@pytest.mark.parametrize("urn", ["urn:unchanged", ""])
@pytest.mark.parametrize("basis", ["ceiling", "expected"])
def test_the_amount_allowed_for_what_an_input_leaves_out_counts_in_the_stack(urn: str, basis: str) -> None:
    assert codes(judged({"usdPerMonth": 49_999, "basis": basis}, urn)) == {"over_budget"}
    assert codes(judged({"usdPerMonth": 50_000, "basis": basis}, urn)) == set()


def test_it_counts_beside_what_is_shown_and_is_named_as_the_largest() -> None:
    shown = graph(pool("search"))
    alone = price(shown, load()).ceiling
    assert alone is not None
    enough = float(alone) + 50_000
    assert codes(judged({"usdPerMonth": enough}, "urn:unchanged", of=shown)) == set()
    found = judged({"usdPerMonth": enough - 1}, "urn:unchanged", of=shown)
    [violation] = [each for each in found.violations if each.code == "over_budget"]
    assert violation.usd_per_month == alone + 50_000
    assert "largest: urn:unchanged allowed amount $50,000.00" in violation.message


def test_a_budget_of_one_team_is_not_asked_for_what_nobody_owns() -> None:
    config: Mapping[str, Any] = {"scopes": [{"team": "ads", "usdPerMonth": 49_999}]}
    assert codes(judged(config, "urn:unchanged")) == set()


def test_a_commitment_is_paid_beside_an_amount_that_is_of_no_resource() -> None:
    found = judged({"usdPerMonth": 10**6}, "", COMMITMENT, replace(COMMITMENT, of="floor"))
    assert found.usd_per_month.ceiling == 50_700
