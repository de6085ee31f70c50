"""A refusal is honest: every offer it makes was sized, and holds when a program applies it."""

from decimal import Decimal
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from plimsoll.catalog.facts import Catalog, Offering
from plimsoll.plan.plan import Plan, Refusal
from plimsoll.spec.contradictions import contradictions
from tests.make.worlds import Spec, answer, changed, offerings, real, specs, world

ANY_SPOT = ("never", "allow", "prefer")

STRICT: list[tuple[str, Any]] = [
    ("budget", {"usd_per_month": 900}),
    ("budget", {"usd_per_month": 3000, "basis": "expected"}),
    ("scale", {"max_replicas": 1}),
    ("capacity.deny", ["g1", "p1", "c1"]),
    ("capacity.allow", ["g1.xlarge"]),
    ("pin", {"instance_type": "g1.xlarge", "replicas": 2}),
    ("pin", {"tensor_parallel": 4}),
    ("sla.tpot_p95_ms", 3),
    ("sla.ttft_p95_ms", 5),
]


def valid(spec: Spec) -> bool:
    """Whether the spec agrees with itself: a type may not be pinned and denied, for example."""
    return not contradictions(spec)


def check_ways_out(spec: Spec, document: Refusal, catalog: Catalog) -> None:
    """Put each `to` at its path, plan again, compare the price."""
    for way in document.ways_out:
        again = answer(changed(spec, way.change, way.to), catalog)
        assert isinstance(again, Plan), way.message
        assert again.cost.usd_per_month.ceiling == way.usd_per_month_ceiling, way.message


@given(
    offerings(), specs(spot=ANY_SPOT, base=True), st.lists(st.sampled_from(STRICT), min_size=1, max_size=2)
)
def test_13_every_way_out_leads_to_a_plan_at_its_price(
    found: list[Offering], spec: Spec, strict: list[tuple[str, Any]]
) -> None:
    for path, value in strict:
        if "model" in spec or not path.startswith(("sla", "pin")):
            spec = changed(spec, path, value)
    assume(valid(spec))
    catalog = world(found)
    document = answer(spec, catalog)
    assume(isinstance(document, Refusal))
    assert document.binding
    assert all(row.reasons for row in document.candidates)
    check_ways_out(spec, document, catalog)


@given(offerings(), specs(spot=ANY_SPOT))
def test_over_budget_is_said_only_where_a_plan_exists_without_the_budget(
    found: list[Offering], spec: Spec
) -> None:
    """And raising the budget to what is offered costs no more than the cheapest plan without one."""
    catalog = world(found)
    free = answer(spec, catalog)
    document = answer(changed(spec, "budget", {"usd_per_month": 1}), catalog)
    assert isinstance(document, Refusal)
    assert (document.exit_code == 4) == isinstance(free, Plan)
    if isinstance(free, Plan):
        offered = [way for way in document.ways_out if way.change == "budget.usd_per_month"]
        assert 1 <= len(offered) <= 2
        assert all(Decimal(way.to) >= Decimal(way.usd_per_month_ceiling) for way in offered)
        least = min(offered, key=lambda way: Decimal(way.to))
        assert Decimal(least.to) < Decimal(least.usd_per_month_ceiling) + 1


@given(offerings(), specs(spot=ANY_SPOT))
def test_the_binding_set_meets_every_candidate_within_reach(found: list[Offering], spec: Spec) -> None:
    """Every candidate that facts allow fails a binding code, and no code stands there for nothing."""
    spec = changed(spec, "budget", {"usd_per_month": 700})
    document = answer(spec, world(found))
    assume(isinstance(document, Refusal))
    facts = {"memory", "host", "not_offered", "no_price", "no_speed"}
    failed = [{reason.code for reason in row.reasons} for row in document.candidates]
    binding = set(document.binding)
    assert all(codes & binding for codes in failed if not codes & facts)
    for code in binding:
        assert any(codes & binding == {code} for codes in failed), code


REAL_MODELS = [
    "meta-llama/Llama-3.1-8B-Instruct",
    "meta-llama/Llama-3.3-70B-Instruct",
    "Qwen/Qwen2.5-32B-Instruct",
    "openai/gpt-oss-120b",
    "BAAI/bge-m3",
]

REAL_STRICT: list[tuple[str, Any]] = [
    ("budget", {"usd_per_month": 1500}),
    ("budget", {"usd_per_month": 20000, "basis": "expected"}),
    ("scale", {"max_replicas": 1}),
    ("capacity.allow", ["g6"]),
    ("capacity.deny", ["p5", "p5en", "g6e", "g7e"]),
    ("pin.instance_type", "g6.xlarge"),
    ("sla.e2e_p95_ms", 900),
    ("sla.availability", 0.999),
]


@settings(max_examples=12)
@given(
    st.sampled_from(REAL_MODELS),
    st.sampled_from([0.5, 5.0, 60.0]),
    st.sampled_from(["us-east-1", "eu-central-1", "ap-south-1"]),
    st.lists(st.sampled_from(REAL_STRICT), min_size=2, max_size=3),
)
def test_13_ways_out_hold_on_the_catalogue_that_ships(
    model: str, qps: float, region: str, strict: list[tuple[str, Any]]
) -> None:
    spec: Spec = {"model": model, "load": {"qps": qps}, "region": region}
    for path, value in strict:
        if not (path.startswith("sla.e2e") and model == "BAAI/bge-m3"):
            spec = changed(spec, path, value)
    assume(valid(spec))
    document = answer(spec, real())
    assume(isinstance(document, Refusal))
    check_ways_out(spec, document, real())


def test_the_cheapest_plan_beyond_the_bound_is_offered_beside_the_fewest_replicas() -> None:
    """Few large replicas are the smallest change of the spec, and seldom the cheapest."""
    spec: Spec = {"model": "meta-llama/Llama-3.1-8B-Instruct", "load": {"qps": 300}}
    free = answer(spec, real())
    document = answer(changed(spec, "scale", {"max_replicas": 2}), real())
    assert isinstance(free, Plan)
    assert isinstance(document, Refusal)
    offered = {
        way.to: way.usd_per_month_ceiling for way in document.ways_out if way.change == "scale.max_replicas"
    }
    assert offered[free.chosen.replicas.max] == free.cost.usd_per_month.ceiling
    assert min(offered) < free.chosen.replicas.max
