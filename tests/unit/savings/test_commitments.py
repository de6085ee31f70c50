"""Commitments: the level, the entry, and why there is none."""

import json
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from plimsoll.candidates.search import search
from plimsoll.catalog.discounts.read import read_discounts
from plimsoll.catalog.facts import Catalog, Offering, Price
from plimsoll.plan.plan import Plan
from plimsoll.savings.commitments import _reservations, reserved, savings_plan
from plimsoll.savings.committed import commitment_of, year_from
from plimsoll.savings.service import ServiceCase
from plimsoll.spec.workload import Workload
from plimsoll.speed.read import load_speed
from tests.make.applied import saved
from tests.make.worlds import Spec, real

MODEL = "meta-llama/Llama-3.1-8B-Instruct"


MIXED: Spec = {
    "model": "Qwen/Qwen3-8B",
    "load": {"qps": {"peak": 14, "average": 11.2}},
    "sla": {"tpot_p95_ms": 50},
    "capacity": {"mix": 2, "allow": ["g7e", "p4de", "p5"]},
}
"""Two nodes of one type at all hours, and one of another in 9 of 24."""


def case(spec: Spec) -> ServiceCase:
    workload = Workload.model_validate({"model": MODEL, "load": {"qps": 5}} | spec)
    model = real().model(str(workload.model))
    return ServiceCase(search(workload, model, real(), load_speed()), load_speed())


def test_a_year_ends_the_day_before_it_begins_again():
    assert year_from("2026-08-10") == "2027-08-09"
    assert year_from("2024-02-29") == "2025-02-28"


def test_an_entry_is_read_as_the_discounts_file_reads_it(tmp_path: Path):
    answer = reserved(case({}))
    assert answer.change is not None
    file = tmp_path / "discounts.yaml"
    file.write_text(json.dumps({"commitments": [answer.change.new]}))
    (read,) = read_discounts(str(file), real()).commitments
    assert replace(read, path="") == replace(commitment_of(answer.change.new), path="")


def test_as_many_nodes_are_reserved_as_run_in_enough_of_the_hours():
    """Three nodes run in 6 of 24 hours, one in the others: at 0.63 of on-demand only the first pays."""
    profile = [1.0] * 6 + [0.05] * 18
    answer = reserved(case({"load": {"qps": 8, "profile": profile}, "capacity": {"allow": ["g6e.xlarge"]}}))
    assert answer.change is not None
    assert answer.change.new["count"] == 1


def test_what_runs_on_spot_alone_is_covered_by_nothing():
    """AWS never applies commitments to spot."""
    on_spot = case({"capacity": {"spot": "prefer"}})
    assert "no commitment covers spot" in reserved(on_spot).why
    assert "no commitment covers spot" in savings_plan(on_spot).why


NEARLY = Decimal("1e-6")
SYSTEM = {"compute_sp_1y": Price(Decimal("0.0726"), "read", "2026-08-01")}
OWN = {"compute_sp_1y": Price(Decimal("2.5"), "read", "2026-08-01")}


def with_rates(monkeypatch: pytest.MonkeyPatch, rates: Mapping[str, Mapping[str, Price]]) -> None:
    monkeypatch.setattr(type(real()), "plan_rates", lambda _, name, __: rates.get(name, {}))


def test_a_plan_of_anything_pays_for_system_nodes_where_the_rest_is_on_spot(monkeypatch: pytest.MonkeyPatch):
    """Two nodes of the cluster run on demand all month whatever the workload does."""
    with_rates(monkeypatch, {"m7i.large": SYSTEM})
    on_spot = case({"capacity": {"spot": "prefer"}})
    answer = savings_plan(on_spot)
    assert answer.change is not None
    assert answer.choice is not None
    assert Decimal(answer.change.new["usd_per_hour"]) == pytest.approx(2 * Decimal("0.0726"), rel=NEARLY)
    saves = on_spot.chosen.expected - answer.choice.expected
    assert saves == pytest.approx(2 * (Decimal("0.1008") - Decimal("0.0726")) * 730, abs=Decimal("0.05"))


def test_a_plan_of_anything_is_bought_for_system_nodes_too_at_the_dearest_rate(
    monkeypatch: pytest.MonkeyPatch,
):
    """One rate is all an entry has: of 0.743 and 0.72 the second is not promised."""
    with_rates(monkeypatch, {"m7i.large": SYSTEM, "g7e.2xlarge": OWN})
    entry = savings_plan(case({})).change
    assert entry is not None
    listed = Decimal("3.36312") + 2 * Decimal("0.1008")
    assert Decimal(entry.new["rate_of_on_demand"]) == pytest.approx(Decimal("2.5") / Decimal("3.36312"))
    assert Decimal(entry.new["usd_per_hour"]) == pytest.approx(
        listed * Decimal("2.5") / Decimal("3.36312"), rel=NEARLY
    )


def test_system_nodes_are_reserved_where_they_alone_run_all_day(monkeypatch: pytest.MonkeyPatch):
    """A price of a year for them is in no file of the package; an account's own folder may have one."""
    offering = type(real()).offering
    year = Price(Decimal("0.0635"), "read", "2026-08-01")

    def priced(catalog: Catalog, name: str, region: str) -> Offering | None:
        found = offering(catalog, name, region)
        return replace(found, reserved_1y=year) if found is not None and name == "m7i.large" else found

    monkeypatch.setattr(type(real()), "offering", priced)
    answer = reserved(case({"capacity": {"spot": "prefer"}}))
    assert answer.change is not None
    assert (answer.change.new["instance_type"], answer.change.new["count"]) == ("m7i.large", 2)
    assert "2 × m7i.large (system nodes) paid for 12 months" in answer.trade_off


def test_the_burst_of_a_mix_is_reserved_where_it_is_busy_enough(monkeypatch: pytest.MonkeyPatch):
    """Two of the base run at all hours, one of the burst in 9 of 24: at 0.3 of on-demand each type pays."""
    offering = type(real()).offering
    types = ("g7e.2xlarge", "g7e.4xlarge")

    def priced(catalog: Catalog, name: str, region: str) -> Offering | None:
        found = offering(catalog, name, region)
        if found is None or found.on_demand is None or name not in types:
            return found
        year = Price(found.on_demand.usd * Decimal("0.3"), "read", "2026-08-01")
        return replace(found, reserved_1y=year)

    monkeypatch.setattr(type(real()), "offering", priced)
    mixed = case(MIXED)
    assert mixed.chosen.instance_type == " + ".join(types)
    rented = mixed.rentals()[0]
    counts = {each.instance_type: sorted(each.hourly) for each in rented.nodes}
    assert counts["g7e.2xlarge"] == [2] * 24
    assert counts["g7e.4xlarge"] == [0] * 15 + [1] * 9
    entries = {entry["instance_type"]: entry["count"] for _, entry in _reservations(rented, mixed.year)}
    assert entries == {"g7e.2xlarge": 2, "g7e.4xlarge": 1}


def test_a_rate_that_was_read_makes_an_entry_of_as_many_nodes(monkeypatch):
    """Rates of Savings Plans come from an account's own folder of prices; the package has none."""
    rate = Price(Decimal("2.2"), "read", "2026-08-01")
    rates = {("g7e.2xlarge", "us-east-1"): {"ec2_instance_sp_1y": rate}}
    kind = type(real())
    monkeypatch.setattr(kind, "plan_rates", lambda _, name, region: rates.get((name, region), {}))
    answer = savings_plan(case({}))
    assert answer.change is not None
    assert answer.choice is not None
    entry = answer.change.new
    assert (entry["kind"], entry["family"], entry["region"]) == ("ec2_instance_sp", "g7e", "us-east-1")
    assert Decimal(entry["usd_per_hour"]) == Decimal("2.2").quantize(Decimal("1e-10")) or Decimal(
        entry["usd_per_hour"]
    ) - Decimal("2.2") < Decimal("1e-6")
    saves = case({}).chosen.expected - answer.choice.expected
    assert abs(saves - (Decimal("3.36312") - Decimal("2.2")) * 730) < Decimal("0.05")


def test_where_no_rate_was_read_the_command_that_reads_them_is_named():
    assert "plimsoll prices refresh --only savings-plans" in savings_plan(case({})).why


def test_a_plan_says_both(tmp_path: Path):
    spec = tmp_path / "spec.yaml"
    spec.write_text(json.dumps({"model": MODEL, "load": {"qps": 5}}))
    plan = saved(spec)
    assert isinstance(plan, Plan)
    (line,) = [each for each in plan.savings or () if each.strategy == "reserved"]
    assert (line.change, line.from_) == ("discounts.commitments", None)
