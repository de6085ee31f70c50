"""Each lever: what it tries, and what it says where it does nothing."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from plimsoll.catalog.discounts.read import read_discounts
from plimsoll.catalog.tables import load
from plimsoll.plan.beside.saving import NoSaving, Saving
from plimsoll.plan.plan import Plan, Refusal
from plimsoll.show.formats import write
from plimsoll.show.plan.answer import planned
from plimsoll.show.text import PIPED
from tests.make.applied import bare, saved, usd_of
from tests.make.discounts import written
from tests.make.worlds import Spec, real

MODEL = "meta-llama/Llama-3.1-8B-Instruct"


def answered(folder: Path, spec: Spec) -> Any:
    path = folder / "spec.yaml"
    path.write_text(json.dumps({"model": MODEL, "load": {"qps": 5}} | spec))
    return saved(path)


def saving(folder: Path, strategy: str, spec: Spec) -> Saving:
    answer = answered(folder, spec)
    (found,) = [each for each in answer.savings if each.strategy == strategy]
    return found


def idle(folder: Path, strategy: str, spec: Spec) -> NoSaving:
    answer = answered(folder, spec)
    (found,) = [each for each in answer.savings_not if each.strategy == strategy]
    return found


def test_the_next_precision_down_and_spot_have_their_price_in_every_plan(tmp_path: Path):
    """The small plan: $2,728 in bf16, $1,631 in fp8."""
    plan = answered(tmp_path, {"sla": {"ttft_p95_ms": 1000, "tpot_p95_ms": 50}})
    assert isinstance(plan, Plan)
    assert plan.cost.usd_per_month.expected == "2727.75"
    told = {each.strategy: each for each in plan.savings or ()}
    assert (told["precision"].to, told["precision"].usd_per_month_expected) == ("fp8", "1631.20")
    assert told["spot"].usd_per_month_expected == "1629.18"


def test_where_the_best_precision_is_not_the_next_down_both_are_priced(tmp_path: Path):
    found = saving(tmp_path, "precision", {"load": {"qps": 40}})
    assert "the next down, " in found.message or found.to in ("fp8", "int8")


def test_spot_that_is_dearer_says_by_how_much(tmp_path: Path):
    spec = {"capacity": {"spot": "allow", "allow": ["p5"]}, "region": "us-east-1"}
    answer = answered(tmp_path, spec)
    told = [each for each in (*answer.savings, *answer.savings_not) if each.strategy == "spot"]
    assert len(told) == 1
    assert told[0].usd_per_month_expected is not None


def test_a_base_on_demand_is_what_spot_gives_up(tmp_path: Path):
    spec = {"load": {"qps": 40}, "capacity": {"spot": "allow", "on_demand_base": 0.5}}
    found = saving(tmp_path, "spot", spec)
    assert (found.change, found.from_, found.to) == ("capacity.on_demand_base", 0.5, 0)


def test_hours_without_load_are_slept_through(tmp_path: Path):
    load = {"qps": 5, "profile": [1.0] * 12 + [0.0] * 12}
    found = saving(tmp_path, "scale_to_zero", {"load": load})
    assert "asleep 50 % of the hours" in found.trade_off
    why = idle(tmp_path, "scale_to_zero", {"load": {"qps": 5, "profile": [1.0] * 12 + [0.1] * 12}})
    assert "the quietest has 10 % of the peak" in why.message


def test_a_base_on_demand_never_sleeps(tmp_path: Path):
    load = {"qps": 40, "profile": [1.0] * 12 + [0.0] * 12}
    base = {"spot": "allow", "on_demand_base": 1}
    answer = answered(tmp_path, {"load": load, "capacity": base, "scale": {"min_replicas": 2}})
    told = {each.strategy: each for each in (*answer.savings, *answer.savings_not)}["scale_to_zero"]
    text = told.trade_off if isinstance(told, Saving) else told.message
    assert "asleep" not in text
    assert "capacity.on_demand_base" in text


def test_a_region_shows_the_prices_that_make_the_saving(tmp_path: Path):
    """On spot the difference lies in spot prices, whatever on-demand does."""
    spec = {"capacity": {"spot": "prefer", "allow": ["g6e"]}, "region": "us-east-1"}
    found = saving(tmp_path, "region", spec)
    hours = re.findall(r"spot \$([\d.]+) → \$([\d.]+), on demand", found.trade_off)
    assert [float(was) > float(now) for was, now in hours] == [True]


def test_a_schedule_beside_scale_to_zero_is_told_as_what_it_is(tmp_path: Path):
    load = {"qps": 5, "profile": [1.0] * 12 + [0.0] * 12}
    scale = {"to_zero": True, "min_replicas": 0}
    assert "it scales to zero" in idle(tmp_path, "schedule", {"load": load, "scale": scale}).message
    base = {"spot": "allow", "on_demand_base": 1}
    why = idle(tmp_path, "schedule", {"load": load, "capacity": base})
    assert "capacity.on_demand_base runs at all hours" in why.message


def test_the_family_that_is_allowed_beside_is_named(tmp_path: Path):
    found = saving(tmp_path, "family", {"capacity": {"allow": ["p5"]}})
    assert found.change == "capacity.allow"
    assert found.from_ == ["p5"]
    assert found.to[0] == "p5"
    assert len(found.to) == 2


def test_a_denial_that_costs_is_the_one_that_is_dropped(tmp_path: Path):
    found = saving(tmp_path, "family", {"capacity": {"deny": ["g7e", "p4d"]}})
    assert (found.change, found.to) == ("capacity.deny", ["p4d"])


@pytest.mark.parametrize(
    ("spec", "change", "to"),
    [
        ({"scale": {"min_replicas": 4}}, "scale.min_replicas", 1),
        ({"pin": {"replicas": 6}}, "pin.replicas", None),
        ({"pin": {"tensor_parallel": 8}}, "pin.tensor_parallel", None),
    ],
)
def test_what_the_spec_holds_larger_than_the_load_is_set_free(
    tmp_path: Path, spec: Spec, change: str, to: object
):
    found = saving(tmp_path, "right_size", spec)
    assert (found.change, found.to) == (change, to)


def test_no_saving_leaves_the_continent(tmp_path: Path):
    """Other continents are cheaper than this one; none of them is tried."""
    answer = answered(tmp_path, {"region": "ap-southeast-2"})
    regions = [each.to for each in answer.savings if each.strategy == "region"]
    assert regions == []


def test_weights_and_adapters_belong_to_their_model(tmp_path: Path):
    spec = {"model": "meta-llama/Llama-3.1-70B-Instruct", "adapters": {"count": 2, "rank": 16}}
    assert "adapters are made for this model" in idle(tmp_path, "smaller_model", spec).message


def test_a_smaller_model_is_told_with_what_both_reach(tmp_path: Path):
    found = saving(tmp_path, "smaller_model", {"model": "meta-llama/Llama-3.1-70B-Instruct"})
    assert found.to == MODEL
    assert "MMLU-Pro 66.4 → 48.3" in found.trade_off
    assert "TIGER-Lab" in found.trade_off


def test_a_cache_that_nobody_measured_is_never_assumed(tmp_path: Path):
    assert "your own log" in idle(tmp_path, "cache", {}).message


def test_a_lever_that_mends_a_refusal_is_a_way_out_alone(tmp_path: Path):
    spec = {"budget": {"usd_per_month": 2000}, "sla": {"ttft_p95_ms": 1000, "tpot_p95_ms": 50}}
    answer = answered(tmp_path, spec)
    assert isinstance(answer, Refusal)
    assert "precision" in {way.change for way in answer.ways_out}
    (told,) = [each for each in answer.savings_not or () if each.strategy == "precision"]
    assert "it is a way out: $" in told.message
    text = write("plan", "table", planned([answer], load()), PIPED)
    assert "WHAT SAVES NOTHING HERE, or is a way out" in text, "a heading says nothing false of it"
    assert f"{told.usd_per_month_expected}" in told.message.replace(",", "")
    assert "precision" not in {each.strategy for each in answer.savings or ()}


def test_a_commitment_that_mends_a_refusal_is_told_in_full_and_is_no_path_into_the_spec(tmp_path: Path):
    spec = {"budget": {"usd_per_month": 2500}, "sla": {"ttft_p95_ms": 1000, "tpot_p95_ms": 50}}
    answer = answered(tmp_path, spec)
    assert isinstance(answer, Refusal)
    assert not [way for way in answer.ways_out if way.change.startswith("discounts")]
    assert "reserved" not in {each.strategy for each in answer.savings or ()}
    (told,) = [each for each in answer.savings_not or () if each.strategy == "reserved"]
    said = re.match(
        r"discounts\.commitments with (.*) mends the refusal: it is a way out, beside", told.message
    )
    assert said is not None
    entry: dict[str, Any] = dict(each.split(" ", 1) for each in said[1].split(", "))
    entry["count"] = int(entry["count"])
    own = read_discounts(written({"commitments": [entry]}, tmp_path / "discounts.yaml"), real())
    plan = bare(tmp_path / "spec.yaml", terms=own)
    assert isinstance(plan, Plan)
    expected, ceiling = usd_of(plan)
    assert f"${expected:,.2f} a month expected, ceiling ${ceiling:,.2f}" in told.message
    assert told.usd_per_month_expected == f"{expected:.2f}"


def test_a_refusal_that_has_no_plan_without_its_budget_has_no_list(tmp_path: Path):
    answer = answered(tmp_path, {"sla": {"tpot_p95_ms": 0.5}})
    assert isinstance(answer, Refusal)
    assert answer.savings is None
    assert answer.savings_not is None


def test_a_run_is_told_by_the_run(tmp_path: Path):
    spec = tmp_path / "run.yaml"
    spec.write_text(
        json.dumps(
            {
                "kind": "batch",
                "model": MODEL,
                "load": {"requests": 200_000, "input_tokens": 256, "output_tokens": 128},
                "runs_per_month": 4,
            }
        )
    )
    answer = saved(spec)
    (found,) = [each for each in answer.savings if each.strategy == "precision"]
    run = float(found.saves_usd_per_run)
    assert run > 0
    assert abs(float(found.saves_usd_per_month) - 4 * run) < 0.05
