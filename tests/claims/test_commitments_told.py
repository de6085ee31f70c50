"""What a plan says of commitments is what an organisation pays: hours, dollars, and the price of a change."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from plimsoll.catalog.discounts.read import read_discounts
from plimsoll.catalog.discounts.terms import Discounts
from plimsoll.catalog.tables import load
from plimsoll.plan.plan import Plan
from plimsoll.plan.size import size
from plimsoll.savings.answer import plan_with_savings
from plimsoll.show.formats import write
from plimsoll.show.plan.answer import planned
from plimsoll.show.text import PIPED
from plimsoll.spec.read import from_data
from plimsoll.spec.workload import Workload
from plimsoll.speed.read import load_speed
from tests.make.discounts import written as discounts_file

MODEL = "meta-llama/Llama-3.1-8B-Instruct"
RESERVED: dict[str, Any] = {"kind": "reserved", "region": "us-east-1", "instance_type": "g6e.xlarge"}
ONE: dict[str, Any] = {"commitments": [RESERVED | {"count": 1, "usd_per_hour": "1.1724"}]}
SPEC: dict[str, Any] = {
    "name": "chat",
    "model": MODEL,
    "load": {"qps": 1},
    "pin": {"instance_type": "g6e.xlarge"},
}
LAST_CENT = Decimal("0.01")


def own(folder: Path, data: dict[str, Any]) -> Discounts:
    return read_discounts(discounts_file(data, folder / "discounts.yaml"), load())


def plan(discounts: Discounts | None, **changes: Any) -> Plan:
    workload = Workload.model_validate(SPEC | changes)
    found = size(workload, load().model(MODEL), load(), load_speed(), (), discounts)
    assert isinstance(found, Plan)
    return found


@pytest.mark.parametrize(
    "data",
    [
        ONE,
        {"commitments": [RESERVED | {"count": 2, "usd_per_hour": "1.1724"}]},
        {"commitments": [{"kind": "compute_sp", "usd_per_hour": "2.0", "rate_of_on_demand": 0.7}]},
        {"private_pct": {"on_demand": 20}},
    ],
    ids=["one is covered", "both are covered", "a share of both", "a percentage"],
)
@pytest.mark.parametrize(
    "cache", [None, {"exact_hit": 0.2, "entries": 100_000, "entry_kib": 2, "source": "measured"}]
)
def test_a_second_node_costs_what_the_plan_of_two_costs(
    tmp_path: Path, data: dict[str, Any], cache: dict[str, Any] | None
) -> None:
    """What covers the first node is used up by it: a second is not priced as if it were covered too."""
    terms, work = own(tmp_path, data), {"load": {"qps": 1, **({"cache": cache} if cache else {})}}
    one = plan(terms, **work)
    two = plan(terms, **work, scale={"min_replicas": 2})
    assert [pool.max_nodes for pool in two.chosen.pools] == [2]
    told = one.cost.alternatives["expected_one_more_node"]
    assert told is not None
    assert abs(Decimal(told) - Decimal(two.cost.usd_per_month.expected)) <= LAST_CENT


@pytest.mark.parametrize(
    ("entry", "most"),
    [
        (RESERVED | {"count": 4, "usd_per_hour": "1.1724"}, 2920),
        (RESERVED | {"kind": "owned", "count": 3, "usd_per_hour": "0.5", "until": None}, 2190),
        ({"kind": "compute_sp", "usd_per_hour": "9.0", "rate_of_on_demand": 0.7}, 730),
    ],
    ids=["reserved", "owned", "an amount an hour"],
)
def test_what_is_covered_and_what_is_unused_add_up_to_what_is_paid(
    tmp_path: Path, entry: dict[str, Any], most: int
) -> None:
    key = "capacity" if entry["kind"] == "owned" else "commitments"
    found = plan(own(tmp_path, {key: [entry]}))
    expected = [line for line in found.cost.lines if line.of == "expected"]
    covered = sum(Decimal(line.quantity) for line in expected if line.item.endswith(", covered"))
    if "count" not in entry:
        used = Decimal("0.7") * sum(
            Decimal(line.quantity) * Decimal(line.list_usd_per_unit or "") / Decimal(entry["usd_per_hour"])
            for line in expected
            if line.item.endswith(", covered")
        )
    else:
        used = covered
    (told,) = (each for each in found.assumptions if each.name.endswith(" unused"))
    assert told.unit is not None
    assert told.unit.split(" ")[-4:] == ["of", str(most), "a", "month"]
    assert abs(Decimal(str(told.value)) + used - most) < Decimal("0.02")
    idle = Decimal(str(told.value)) * Decimal(entry["usd_per_hour"])
    text = write("plan", "table", planned([found], load()), PIPED)
    (line,) = (line for line in text.splitlines() if "commitment unused" in line)
    assert f", ${idle:,.2f}:" in line
    assert f" of {most:,} " in line or f" of {most} " in line


FOUR: dict[str, Any] = {"commitments": [RESERVED | {"count": 4, "usd_per_hour": "1.17243"}]}


def _idle(found: Plan) -> list[str]:
    return [each.message for each in found.warnings if each.code == "idle_commitment"]


def test_commitments_that_a_plan_leaves_idle_are_named_with_what_they_cost(tmp_path: Path) -> None:
    """Four reserved nodes of another type: $3,423.50 a month are in no number of the plan."""
    terms, elsewhere = own(tmp_path, FOUR), {"pin": {"instance_type": "g7e.2xlarge"}}
    found = plan(terms, **elsewhere)
    (told,) = _idle(found)
    assert "reserved 4 × g6e.xlarge us-east-1 (commitments[0], $3,423.50 a month)" in told
    assert found.cost.usd_per_month.expected == plan(None, **elsewhere).cost.usd_per_month.expected
    assert _idle(plan(terms)) == [], "it can use them"
    assert _idle(plan(None)) == []
    ended = {"commitments": [FOUR["commitments"][0] | {"until": "2024-01-31"}]}
    assert _idle(plan(own(tmp_path, ended), **elsewhere)) == [], "nobody pays what has ended"


def test_what_would_use_an_idle_commitment_is_named_by_what_is_paid_in_all(tmp_path: Path) -> None:
    terms = own(tmp_path, FOUR)
    free: dict[str, Any] = {"pin": {}, "load": {"qps": 5}}
    found = plan(terms, **free)
    (told,) = _idle(found)
    using = plan(terms, load={"qps": 5}, pin={"instance_type": "g6e.xlarge"})
    paid, with_it = Decimal(found.cost.usd_per_month.expected), Decimal(using.cost.usd_per_month.expected)
    assert with_it > paid, "or the plan would have chosen it"
    less = paid + Decimal("3423.50") - with_it
    assert f"{using.chosen.id} can use commitments[0]: ${with_it:,.2f} expected with it" in told
    assert f"${less:,.2f} a month less paid in all" in told
    tight = {"budget": {"usd_per_month": float(with_it) - 1}}
    assert "but not within the budget" in _idle(plan(terms, **free, **tight))[0]


def _saved(terms: Discounts, **changes: Any) -> Plan:
    spec = from_data(SPEC | changes, load(), file="workload")
    found = plan_with_savings(spec, load_speed(), terms)
    assert isinstance(found, Plan)
    return found


@pytest.mark.parametrize("usd", ["0.3", "1.861"])
def test_a_lever_is_worth_what_the_organisation_pays_less(tmp_path: Path, usd: str) -> None:
    """Reserved capacity goes on being paid where a lever leads to another region or type."""
    entry = {"kind": "odcr", "instance_type": "g6e.xlarge", "region": "us-east-1", "count": 1}
    off = {"families": {"g6e": 25}}
    terms = own(tmp_path, {"private_pct": off, "capacity": [entry | {"usd_per_hour": usd}]})
    found = _saved(terms, load={"qps": 5}, pin={}, capacity={"allow": ["g6e"]})
    assert found.chosen.instance_type == "g6e.xlarge"
    now, idle = Decimal(found.cost.usd_per_month.expected), Decimal(usd) * 730
    for saving in found.savings or ():
        then = Decimal(saving.usd_per_month_expected or "")
        named = "then idle, " in saving.message
        assert named == ("then idle, " in saving.trade_off)
        assert Decimal(saving.saves_usd_per_month or "") == now - then - (idle if named else 0) > 0
    told = {each.strategy: each for each in (*(found.savings or ()), *(found.savings_not or ()))}
    assert f"odcr 1 × g6e.xlarge us-east-1 then idle, ${idle:,.2f} a month paid" in told["region"].message
    dearer = {each.strategy: each for each in found.savings_not or ()}
    if usd == "1.861":
        assert Decimal(dearer["region"].usd_per_month_expected or "") < now, "cheaper alone, dearer in all"
        assert "more than the plan" in dearer["region"].message


@pytest.mark.parametrize("peak", [17, 20, 23, 29])
def test_a_reservation_has_one_price_wherever_a_plan_tells_it(peak: int) -> None:
    hours = {"days": "mon-fri", "hours": "22-06", "min_replicas": 2, "timezone": "America/New_York"}
    work: dict[str, Any] = {"load": {"qps": {"peak": peak, "average": 6}}, "scale": {"schedule": hours}}
    alone = plan(None, **work)
    spec = from_data(SPEC | work, load(), file="workload")
    found = plan_with_savings(spec, load_speed())
    assert isinstance(found, Plan)
    (lever,) = (each for each in found.savings or () if each.strategy == "reserved")
    assert lever.to["count"] == alone.cost.reserved_1y_nodes
    assert lever.usd_per_month_expected == alone.cost.alternatives["expected_reserved_1y"]
