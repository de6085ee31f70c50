"""The verdict: what blocks, what is reported, what an exemption lets through, what a crash does."""

import re
import sys
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from plimsoll.catalog.tables import load
from plimsoll.gate import Exemption, Verdict, judge
from plimsoll.gate import rules as all_rules
from plimsoll.gate.rules import RULES
from plimsoll.gate.rules.budget import BUDGET
from plimsoll.gate.scope import Scope
from plimsoll.gate.settings import Settings, read_settings
from plimsoll.graph.resource import Graph
from plimsoll.ground.problems import SpecError
from tests.make.graphs import graph, pool, resource

TEAM = Exemption(
    policy="budget",
    owner="ml-platform",
    approved_by="finance-lead",
    reason="launch week",
    expires="2026-12-31",
    allow_up_to_usd=Decimal(4000),
)
DAY = "2026-08-10"
JUDGE = sys.modules["plimsoll.gate.judge"]
"""The module: the package has a function of the same name."""


def verdict(budget: float, *resources: Any, exemptions: tuple[Exemption, ...] = (), on: str = DAY) -> Verdict:
    settings = read_settings({"budget": {"usdPerMonth": budget}})
    return judge(graph(*resources), load(), settings, exemptions, on)


def found_graph(*resources: Any) -> Graph:
    """A graph that says nothing of where it lies."""
    return Graph(resources, "dev", "program", None)


def codes(found: Verdict) -> set[str]:
    return {violation.code for violation in found.violations if violation.blocks}


def test_the_message_has_budget_amount_overrun_lines_way_back_and_exemption_in_two_lines() -> None:
    found = verdict(3000, pool("search"), pool("ads", "2"))
    broken = next(v for v in found.violations if v.code == "over_budget")
    first, second = broken.message.split("\n")
    assert found.usd_per_month.ceiling is not None
    over = found.usd_per_month.ceiling - 3000
    assert "budget of $3,000.00" in first
    assert f"${found.usd_per_month.ceiling:,.2f}" in first
    assert f"${over:,.2f}" in first
    assert first.index("search nodes") < first.index("ads nodes")
    assert "lower the limit of search by" in second
    assert "exemption" in second
    assert "approved_by" in broken.story


def test_the_way_back_leads_back() -> None:
    found = verdict(2500, pool("search", "6"))
    broken = next(v for v in found.violations if v.code == "over_budget")
    advice = re.search(r"lower the limit of search by (\d+) × g6\.xlarge \(to (\d+)\)", broken.message)
    assert advice
    assert verdict(2500, pool("search", advice[2])).verdict == "pass"
    assert verdict(2500, pool("search", str(int(advice[2]) + 1))).verdict == "violation"


def test_nothing_of_a_secret_reaches_the_verdict() -> None:
    from plimsoll.ground.markers import Secret

    found = verdict(
        100, pool("gpu", Secret("hunter2")), resource("acme:x:Y", "z", region=None, token=Secret("hunter2"))
    )
    assert "hunter2" not in repr(found)
    assert codes(found) == {"unknown_value", "unpriced"}


def test_a_crash_inside_a_rule_blocks_whatever_its_level(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> Any:
        raise ZeroDivisionError("oops")

    rule = next(r for r in RULES if r.name == "image-digest")
    changed = tuple(replace(r, each=broken) if r is rule else r for r in RULES)
    monkeypatch.setattr(JUDGE, "RULES", changed)
    found = verdict(100_000, pool())
    assert codes(found) == {"crashed"}
    assert rule.level == "advisory"


def test_a_crash_of_pricing_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> Any:
        raise KeyError("oops")

    monkeypatch.setattr(JUDGE, "price", broken)
    assert "crashed" in codes(verdict(100_000, pool()))


def test_a_crash_is_never_exempted(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> Any:
        raise ZeroDivisionError

    rule = replace(BUDGET, whole=broken)
    monkeypatch.setattr(JUDGE, "RULES", (rule, *RULES[1:]))
    found = verdict(1, pool(), exemptions=(replace(TEAM, allow_up_to_usd=Decimal(10**9)),))
    assert codes(found) == {"crashed"}


def test_an_exemption_is_a_number_and_not_a_switch() -> None:
    assert verdict(1000, pool(), exemptions=(TEAM,)).verdict == "pass"
    assert codes(verdict(1000, pool(nodes="40"), exemptions=(TEAM,))) == {"over_budget"}


def test_a_used_exemption_is_reported_with_what_it_let_through() -> None:
    used = verdict(1000, pool(), exemptions=(TEAM,)).exemptions_used
    assert [(use.owner, use.approved_by) for use in used] == [("ml-platform", "finance-lead")]
    assert "over the budget" in used[0].message


def test_an_unused_exemption_is_reported_and_passes() -> None:
    found = verdict(100_000, pool(), exemptions=(TEAM,))
    assert found.verdict == "pass"
    assert (len(found.exemptions_unused), found.exemptions_used, found.exemptions_expired) == (1, (), ())


def test_an_expired_exemption_fails_even_where_nothing_else_does() -> None:
    assert verdict(100_000, pool(), exemptions=(TEAM,), on="2026-12-31").verdict == "pass"
    assert codes(verdict(100_000, pool(), exemptions=(TEAM,), on="2027-01-01")) == {"exemption_expired"}


def test_an_exemption_of_one_team_does_not_help_another() -> None:
    settings = read_settings({"budget": {"scopes": [{"team": "ads", "usdPerMonth": 1}]}})
    mine = replace(TEAM, scope=Scope(team="search"))
    found = judge(graph(pool(team="ads")), load(), settings, (mine,), DAY)
    assert codes(found) == {"over_budget"}


def test_an_amount_in_the_place_of_an_unknown_price_counts_in_the_budget() -> None:
    database = resource("aws:rds/instance:Instance", "db", region=None, instanceClass="db.r7i.large")
    allowed = replace(TEAM, policy="unpriced-cost", urn_glob="*::db", allow_up_to_usd=Decimal(400))
    assert codes(verdict(399, database)) == {"unpriced"}
    fits = verdict(400, database, exemptions=(allowed,))
    assert fits.verdict == "pass"
    assert fits.usd_per_month.ceiling == 400
    assert [use.urn for use in fits.exemptions_used] == [database.urn]
    assert codes(verdict(399, database, exemptions=(allowed,))) == {"over_budget"}
    assert codes(verdict(400, database, exemptions=(allowed,), on="2027-01-01")) == {
        "unpriced",
        "exemption_expired",
    }


def test_every_policy_has_a_default_level_a_severity_and_a_way_to_put_it_right() -> None:
    for rule in RULES:
        assert rule.remediation
        assert rule.description.endswith(".")
        for key, part in rule.schema.items():
            assert part["description"], f"{rule.name}.{key}"
    assert BUDGET.level == "mandatory"
    assert BUDGET.severity == "critical"
    assert len({rule.name for rule in RULES}) == len(RULES)


def test_old_prices_are_refused() -> None:
    assert codes(verdict(100_000, pool(), on="2027-07-20")) == set()
    assert codes(verdict(100_000, pool(), on="2027-07-21")) == {"stale_prices"}
    settings = read_settings({"stale-prices": {"maxAgeDays": 30}})
    assert codes(judge(graph(pool()), load(), settings, (), "2026-10-01")) == {"stale_prices"}


def test_prices_of_ordinary_types_may_be_older() -> None:
    old = pool(kind="m5.large")
    (read,) = {line.as_of for line in judge(graph(old), load()).lines if line.instance_type}
    year = int(read[:4])
    assert codes(verdict(100_000, old, on=f"{year + 1}{read[4:8]}28")) == set()
    assert codes(verdict(100_000, old, on=f"{year + 2}{read[4:8]}28")) == {"stale_prices"}


def test_prices_of_a_service_are_not_held_to_the_limit_of_accelerators() -> None:
    database = resource("aws:neptune/clusterInstance:ClusterInstance", instanceClass="db.r6g.large")
    held = resource(
        "aws:ec2/capacityReservation:CapacityReservation",
        instanceType="p4d.24xlarge",
        instanceCount=1,
        instancePlatform="Linux/UNIX",
    )
    (read,) = {line.as_of for line in judge(graph(database), load()).lines}
    year = int(read[:4])
    assert codes(verdict(100_000, database, on=f"{year + 1}{read[4:8]}28")) == set()
    assert codes(verdict(100_000, database, on=f"{year + 2}{read[4:8]}28")) == {"stale_prices"}
    assert "stale_prices" in codes(verdict(100_000, held, on="2027-11-28"))


@pytest.mark.parametrize(
    ("last", "found"),
    [("2026-11-28", set()), ("2026-11-27", {"expired"}), ("soon", {"invalid_value"}), (5, {"invalid_value"})],
)
def test_a_workload_ends_after_its_last_day(last: object, found: set[str]) -> None:
    ceiling = {"usdPerMonth": "1.00"}
    chat = resource("plimsoll:index:Workload", "chat", region=None, ceiling=ceiling, expires=last)
    component = replace(chat, custom=False)
    assert codes(verdict(100_000, component, on="2026-11-28")) - {"drift"} == found


def test_where_nobody_named_a_region_the_newest_price_of_the_type_is_judged() -> None:
    """The dearest region is in the bill, however long ago its price was read."""
    disk = {"volumeSize": 20, "volumeType": "gp3"}
    machine = resource(
        "aws:ec2/instance:Instance", region=None, instanceType="g5.xlarge", rootBlockDevice=disk
    )
    found = judge(found_graph(machine), load(), on_date="2026-11-28")
    dearest = max(line.usd_per_unit for line in found.lines if line.instance_type)
    offers = [load().offering("g5.xlarge", region) for region in load().regions]
    assert dearest == max(o.on_demand.usd for o in offers if o and o.on_demand and not o.on_demand.inferred)
    assert "stale_prices" not in codes(found)
    assert "stale_prices" in codes(judge(found_graph(machine), load(), on_date="2027-11-28"))


def test_the_day_is_a_fact_that_may_be_configured() -> None:
    assert read_settings({"facts": {"on": "2026-01-01"}}).values["facts"] == {"on": "2026-01-01"}


def test_a_component_states_its_expected_bill_between_floor_and_ceiling() -> None:
    ceiling, expected = {"usdPerMonth": "9000.00"}, {"usdPerMonth": "700.00"}
    chat = resource("plimsoll:index:Workload", "chat", region=None, ceiling=ceiling, expected=expected)
    chat = replace(chat, custom=False)
    child = replace(pool(), parent=chat.urn)

    def on_basis(budget: float) -> Verdict:
        settings = read_settings({"budget": {"usdPerMonth": budget, "basis": "expected"}})
        return judge(graph(chat, child), load(), settings)

    assert on_basis(700).verdict == "pass"
    assert codes(on_basis(699.99)) == {"over_budget"}


def test_what_is_skipped_is_listed_with_its_reason() -> None:
    found = judge(graph(pool()), load())
    reasons = {skip.policy: skip.reason for skip in found.not_applicable}
    assert reasons["budget"] == "usdPerMonth or scopes not configured"
    assert "allowed-regions" in reasons


def test_equal_inputs_give_equal_verdicts_whatever_the_order_of_keys() -> None:
    one = verdict(1000, pool("a"), pool("b"))
    two = verdict(1000, pool("a"), pool("b"))
    assert repr(one) == repr(two)


@pytest.mark.parametrize(
    ("document", "text"),
    [
        ({"budgett": {}}, "did you mean 'budget'?"),
        ({"budget": {"usdPerMont": 5}}, "did you mean 'usdPerMonth'?"),
        ({"budget": {"usdPerMonth": "5"}}, "not of type number"),
        ({"budget": {"usdPerMonth": -5}}, "not above 0"),
        ({"budget": {"usdPerMonth": float("nan")}}, "not of type number"),
        ({"budget": {"basis": "average"}}, "not one of ceiling, expected"),
        ({"budget": "mandatry"}, "did you mean 'mandatory'?"),
        ({"budget": {"scopes": [{"team": "x"}]}}, "usdPerMonth is missing"),
        ({"allowed-regions": {"regions": "us-east-1"}}, "not of type array"),
        ([], "not an object"),
    ],
)
def test_a_wrong_configuration_is_refused_with_the_nearest_name(document: Any, text: str) -> None:
    with pytest.raises(SpecError, match=re.escape(text)):
        read_settings(document)


def test_all_problems_of_a_configuration_come_at_once() -> None:
    with pytest.raises(SpecError) as caught:
        read_settings({"budget": {"usdPerMonth": 0, "basis": "x"}, "nope": {}})
    assert len(caught.value.problems) == 3


def test_no_rule_name_is_lost_between_the_list_and_the_look_up() -> None:
    assert all(all_rules.rule_named(rule.name) is rule for rule in RULES)
    assert Settings().blocking() >= {"budget", "unpriced-cost", "stale-prices"}
