"""A plan says what one really pays: net beside list, commitments whole and once, what has ended named."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from plimsoll.catalog.discounts.read import read_discounts
from plimsoll.catalog.discounts.terms import Discounts
from plimsoll.catalog.tables import load
from plimsoll.gate.check import check
from plimsoll.gate.inputs.asked import Asked, read_asked
from plimsoll.gate.judge import judge
from plimsoll.gate.session import Session
from plimsoll.gate.settings import read_settings
from plimsoll.ground.units import HOURS_PER_MONTH
from plimsoll.plan.plan import Plan, Refusal
from plimsoll.plan.size import size
from plimsoll.plan.total import total, total_at_list
from plimsoll.plan.write import written
from plimsoll.pricing import price
from plimsoll.pricing.own.prices import OwnPrices
from plimsoll.show.formats import write
from plimsoll.show.plan.answer import planned
from plimsoll.show.text import PIPED
from plimsoll.spec.workload import Workload
from plimsoll.speed.read import load_speed
from tests.make.command import plimsoll
from tests.make.discounts import written as discounts_file
from tests.make.places import ROOT
from tests.make.program import graph_of

MODEL = "meta-llama/Llama-3.1-8B-Instruct"
DAY = load().priced_on
SP = {"kind": "ec2_instance_sp", "family": "g6e", "region": "us-east-1", "rate_of_on_demand": 0.63}
CENT = Decimal("0.01")


def own(folder: Path, **data: Any) -> Discounts:
    return read_discounts(discounts_file(data, folder / "discounts.yaml"), load())


def answer(discounts: Discounts | None, name: str = "chat", **changes: Any) -> Plan | Refusal:
    spec = {"name": name, "model": MODEL, "load": {"qps": 5}, "capacity": {"allow": ["g6e"]}, **changes}
    workload = Workload.model_validate(spec)
    return size(workload, load().model(MODEL), load(), load_speed(), (), discounts)


def plan(discounts: Discounts | None, name: str = "chat", **changes: Any) -> Plan:
    found = answer(discounts, name, **changes)
    assert isinstance(found, Plan)
    return found


def usd(found: Plan, of: str, *kinds: str) -> Decimal:
    lines = (line for line in found.cost.lines if line.of == of and line.kind in kinds)
    return sum((Decimal(line.usd_per_month) for line in lines), Decimal(0))


def test_a_percentage_is_taken_off_instance_hours_and_nothing_else(tmp_path: Path) -> None:
    """g7.2xlarge at $2.52: 12 % less is $2.2176 an hour, $1,618.85 a month."""
    found = plan(own(tmp_path, private_pct={"on_demand": 12}), capacity={"allow": ["g7.2xlarge"]})
    floor = [line for line in found.cost.lines if line.of == "floor"]
    (nodes,) = (line for line in floor if line.kind == "nodes")
    assert (nodes.list_usd_per_unit, nodes.usd_per_unit) == ("2.52", "2.2176")
    each = Decimal(nodes.usd_per_month) / (Decimal(nodes.quantity) / HOURS_PER_MONTH)
    assert each.quantize(CENT) == Decimal("1618.85")
    for line in found.cost.lines:
        off = Decimal("0.88") if line.unit == "instance-hour" else 1
        assert Decimal(line.usd_per_unit) == Decimal(line.list_usd_per_unit or "") * off
    without = plan(None, capacity={"allow": ["g7.2xlarge"]})
    assert found.cost.list_usd_per_month == without.cost.usd_per_month


def test_the_budget_is_held_against_net(tmp_path: Path) -> None:
    """12 % off turns $45,000 into room for $51,136.36 at list."""
    listed = Decimal(plan(None).cost.usd_per_month.ceiling)
    budget = {"usd_per_month": float(listed - 100)}
    assert isinstance(answer(None, budget=budget, pin={"instance_type": "g6e.xlarge"}), Refusal)
    assert isinstance(answer(own(tmp_path, private_pct={"on_demand": 12}), budget=budget), Plan)
    assert (Decimal(45_000) / Decimal("0.88")).quantize(CENT) == Decimal("51136.36")


def test_a_rate_wins_over_the_percentage(tmp_path: Path) -> None:
    rate = {"instance_type": "g6e.xlarge", "region": "us-east-1", "usd_per_hour": "1.40"}
    found = plan(
        own(tmp_path, private_pct={"on_demand": 50}, rates=[rate]), pin={"instance_type": "g6e.xlarge"}
    )
    prices = {line.usd_per_unit for line in found.cost.lines if line.kind == "nodes"}
    assert prices == {"1.40"}


def test_a_commitment_is_paid_whole_and_covers_hours_that_then_cost_nothing(tmp_path: Path) -> None:
    """$0.586215 buys half of a g6e.xlarge at 0.63 of $1.861."""
    found = plan(own(tmp_path, commitments=[SP | {"usd_per_hour": "0.586215"}]))
    (paid,) = (line for line in found.cost.lines if line.kind == "commitment" and line.of == "floor")
    assert (paid.usd_per_month, paid.list_usd_per_unit, paid.pool) == ("427.94", "0", None)
    free, rest = (line for line in found.cost.lines if line.of == "floor" and line.kind == "nodes")
    assert (free.usd_per_unit, free.usd_per_month, free.list_usd_per_unit) == ("0", "0.00", "1.861")
    assert rest.usd_per_unit == "1.861"
    assert Decimal(free.quantity) + Decimal(rest.quantity) == 730
    assert 0 <= 365 - Decimal(free.quantity) < CENT, "less where both parts would not add up at list"
    for of in ("floor", "expected", "ceiling"):
        assert usd(found, of, "commitment") == Decimal("427.94")
        every = usd(found, of, *{line.kind for line in found.cost.lines})
        assert Decimal(getattr(found.cost.usd_per_month, of)) == every
    without = plan(None)
    assert found.cost.list_usd_per_month == without.cost.usd_per_month


def test_it_burdens_what_it_can_apply_to_and_nothing_else(tmp_path: Path) -> None:
    other = own(tmp_path, commitments=[SP | {"family": "p5", "usd_per_hour": "3.5"}])
    assert usd(plan(other), "ceiling", "commitment") == 0
    elsewhere = own(tmp_path, commitments=[SP | {"region": "us-west-2", "usd_per_hour": "3.5"}])
    assert usd(plan(elsewhere), "ceiling", "commitment") == 0


def test_what_is_committed_enters_the_ranking(tmp_path: Path) -> None:
    """Eight owned instances that cost nothing beat the cheapest that would be rented."""
    free = {"instance_type": "g6e.4xlarge", "region": "us-east-1", "count": 8, "usd_per_hour": "0"}
    found = own(tmp_path, capacity=[free | {"kind": "owned", "until": None}])
    assert plan(None).chosen.instance_type == "g6e.xlarge"
    assert plan(found).chosen.instance_type == "g6e.4xlarge"
    rows = {row.instance_type: row for row in plan(found).candidates if row.verdict != "rejected"}
    assert Decimal(rows["g6e.4xlarge"].usd_per_month_expected or "") < Decimal(
        rows["g6e.xlarge"].usd_per_month_expected or ""
    )


def test_spot_hours_are_not_covered_and_the_unused_commitment_is_told(tmp_path: Path) -> None:
    found = plan(
        own(tmp_path, commitments=[SP | {"usd_per_hour": "3.50"}]),
        capacity={"allow": ["g6e"], "spot": "prefer", "on_demand_base": 0},
    )
    assert found.chosen.capacity == "spot"
    spot = usd(found, "expected", "nodes")
    assert spot > 0
    assert usd(found, "expected", "commitment") == Decimal("2555.00")
    covered = [line for line in found.cost.lines if line.of == "expected" and line.usd_per_unit == "0"]
    assert {line.item.partition("(")[2].partition(")")[0] for line in covered} == {
        f"{found.chosen.instance_type} on-demand fallback"
    }
    text = write("plan", "table", planned([found], load()), PIPED)
    assert "commitment unused" in text
    assert "at list prices: floor" in text


def test_what_has_ended_is_ignored_with_a_notice(tmp_path: Path) -> None:
    ended = SP | {"usd_per_hour": "3.50", "until": "2024-06-30"}
    found = plan(own(tmp_path, commitments=[ended]))
    assert found.cost.usd_per_month == plan(None).cost.usd_per_month
    told = [each for each in found.assumptions if each.name == "commitments[0] ignored"]
    assert [each.value for each in told] == ["ended 2024-06-30"]
    (said,) = (each for each in found.assumptions if each.name == "discounts")
    assert str(said.value).endswith("discounts.yaml")
    assert said.source.startswith("sha256 ")


def test_several_workloads_pay_a_commitment_once(tmp_path: Path) -> None:
    """Together they use what each alone would leave; hours go to the first name first."""
    terms = own(tmp_path, commitments=[SP | {"usd_per_hour": "2.34486"}])
    plans = [plan(terms, "a"), plan(terms, "b")]
    together = total(plans)
    alone = [Decimal(each.cost.usd_per_month.floor) for each in plans]
    assert Decimal(str(together["floor"])) < sum(alone) - Decimal("1711.74")
    document = json.loads(write("plan", "json", planned(plans, load()), PIPED))["total"]
    listed = total_at_list(plans)
    assert document == {"usd_per_month": together, "list_usd_per_month": listed, "not_monthly": []}
    assert total_at_list(plans) == total([plan(None, "a"), plan(None, "b")])


def test_without_the_file_there_is_nothing_of_it() -> None:
    document = written(plan(None))
    assert document["cost"]["list_usd_per_month"] is None
    assert {line["list_usd_per_unit"] for line in document["cost"]["lines"]} == {None}
    assert total_at_list([plan(None)]) is None


def test_the_check_of_a_plan_prices_it_anew_and_judges_by_its_own_day(tmp_path: Path) -> None:
    terms = {"private_pct": {"on_demand": 12}, "commitments": [SP | {"usd_per_hour": "1.2", "until": DAY}]}
    file = discounts_file(terms, tmp_path / "discounts.yaml")
    made = plan(read_discounts(file, load()))
    path = tmp_path / "plan.json"
    path.write_text(json.dumps(written(made)))

    def verdict(today: str, discounts: str | None = file) -> Any:
        return check(read_asked(Asked((str(path),), today, discounts=discounts)))

    then = verdict(DAY)
    assert then.verdict == "pass"
    for of in ("floor", "ceiling"):
        assert getattr(then.usd_per_month, of) == Decimal(getattr(made.cost.usd_per_month, of))
        assert getattr(then.list_usd_per_month, of) == Decimal(getattr(made.cost.list_usd_per_month, of))
    for form in ("text", "md", "json"):
        assert "list" in write("check", form, then, PIPED)
    later = verdict("2026-12-31")
    assert not any(line.kind == "commitment" for line in later.lines)
    assert any("ended on" in note for note in later.notes)
    listed = verdict(DAY, None)
    assert listed.list_usd_per_month is None
    assert listed.usd_per_month.ceiling == then.list_usd_per_month.ceiling
    assert listed.verdict == "pass"


@pytest.mark.parametrize("usd_per_hour", ["1.0", "3.50"])
def test_a_stack_is_judged_on_what_one_pays_while_it_runs_and_at_its_end(
    usd_per_hour: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    terms = own(tmp_path, private_pct={"on_demand": 12}, commitments=[SP | {"usd_per_hour": usd_per_hour}])
    plans = {name: plan(terms, name) for name in ("a", "b")}
    graph = graph_of(monkeypatch, plans, gatewayQuery="sum(gateway_requests_in_flight)")
    priced = price(graph, load(), "us-east-1", OwnPrices(terms, DAY))
    ceiling = priced.ceiling
    assert ceiling == Decimal(str(total(list(plans.values()))["ceiling"]))
    assert [v.code for v in judge(graph, load(), priced=priced).violations if v.blocks] == []
    for limit, blocked in ((ceiling, set[str]()), (ceiling - CENT, {"over_budget"})):
        settings = read_settings({"budget": {"usdPerMonth": float(limit)}})
        session = Session(load(), settings, (), DAY, region="us-east-1").paying(terms)
        said = {v.code for r in graph.resources for v in session.register(r) if v.blocks}
        verdict = session.finish()
        assert verdict.usd_per_month.ceiling == ceiling
        assert said == {v.code for v in verdict.violations if v.blocks} == blocked


def test_a_wrong_file_is_told_with_line_and_column_by_every_command(tmp_path: Path) -> None:
    file = tmp_path / "discounts.yaml"
    file.write_text("private_pct: {on_demand: 112}\ncommitments: [{kind: ec2_instance_sp}]\n")
    spec = str(ROOT / "workloads/chat-8b.yaml")
    for command in (
        ("plan", spec),
        ("why-not", spec, "g6"),
        ("check", str(ROOT / "tests/cases/plans/half-on-spot/plan.json")),
        ("preview",),
    ):
        ended = plimsoll(*command, "--discounts", str(file), cwd=ROOT)
        assert ended.returncode == 2, ended.stderr
        assert f"{file}:1:26: private_pct.on_demand: 112 % is more than the whole" in ended.stderr
        assert f"{file}:2:15: commitments[0]: rate_of_on_demand is missing" in ended.stderr
        assert not ended.stdout


def test_a_project_and_a_policy_configuration_name_the_file_once(tmp_path: Path) -> None:
    spec = ROOT / "workloads/chat-8b.yaml"
    discounts_file({"private_pct": {"on_demand": 12}}, tmp_path / "discounts.yaml")
    (tmp_path / "plimsoll.toml").write_text('discounts = "discounts.yaml"\n')
    made = plimsoll("plan", str(spec), "--format", "json", cwd=tmp_path)
    document = json.loads(made.stdout)
    assert document["cost"]["list_usd_per_month"] is not None
    (tmp_path / "plan.json").write_text(made.stdout)
    checked = json.loads(plimsoll("check", "plan.json", "--format", "json", cwd=tmp_path).stdout)
    assert checked["usd_per_month"]["ceiling"] == document["cost"]["usd_per_month"]["ceiling"]
    discounts_file({"private_pct": {"on_demand": 50}}, tmp_path / "half.yaml")
    (tmp_path / "policy.json").write_text(json.dumps({"facts": {"discounts": "half.yaml"}}))
    told = ("check", "plan.json", "--policy-config", "policy.json", "--format", "json")
    half = json.loads(plimsoll(*told, cwd=tmp_path).stdout)
    assert Decimal(half["usd_per_month"]["ceiling"]) < Decimal(checked["usd_per_month"]["ceiling"])
    assert half["list_usd_per_month"] == checked["list_usd_per_month"]
