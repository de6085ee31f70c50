"""The session judges each resource as it is registered, by the running total so far."""

from decimal import Decimal

from plimsoll.catalog.tables import load
from plimsoll.gate import Exemption
from plimsoll.gate.session import Session
from plimsoll.gate.settings import read_settings
from tests.make.graphs import REGION, default_class, pool

ALLOWED = Exemption(
    policy="unpriced-cost",
    owner="ml-platform",
    approved_by="finance-lead",
    reason="its node class comes later",
    expires="2026-12-31",
    allow_up_to_usd=Decimal(50),
)


def _session(budget: float, *exemptions: Exemption) -> Session:
    settings = read_settings({"budget": {"usdPerMonth": budget}})
    return Session(load(), settings, exemptions, "2026-08-10", region=REGION)


def _codes(session: Session, *, class_first: bool) -> list[list[str]]:
    both = (default_class(), pool()) if class_first else (pool(), default_class())
    return [[violation.code for violation in session.register(each) if violation.blocks] for each in both]


def test_the_resource_that_crosses_the_budget_is_refused() -> None:
    assert _codes(_session(100), class_first=True) == [[], ["over_budget"]]


def test_a_pool_waits_for_its_node_class_and_the_budget_counts_both() -> None:
    session = _session(3000)
    assert _codes(session, class_first=False) == [[], []]
    assert session.finish().verdict == "pass"


def test_an_allowed_amount_counts_only_until_the_price_is_known() -> None:
    session = _session(1000, ALLOWED)
    assert _codes(session, class_first=False) == [[], ["over_budget"]]
    assert session.finish().verdict == "violation"
