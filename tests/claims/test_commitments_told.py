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
from plimsoll.show.formats import write
from plimsoll.show.plan.answer import planned
from plimsoll.show.text import PIPED
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
