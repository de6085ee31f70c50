"""Candidates that hold can be compared: replicas, latency and the price of tokens, as of a choice."""

from plimsoll.plan.plan import Plan
from tests.make.worlds import answer, real

SPEC = {"model": "meta-llama/Llama-3.1-8B-Instruct", "load": {"qps": 20}, "sla": {"ttft_p95_ms": 1000}}


def plan() -> Plan:
    made = answer(SPEC, real())
    assert isinstance(made, Plan)
    return made


def test_the_chosen_row_says_what_the_plan_says() -> None:
    made = plan()
    row = made.candidates[0]
    assert row.replicas == made.chosen.replicas
    assert row.latency == made.latency
    assert row.usd_per_million_output_tokens == made.cost.usd_per_million_output_tokens


def test_what_holds_has_figures_and_what_fails_has_replicas_where_it_has_a_price() -> None:
    for row in plan().candidates:
        holds = row.verdict != "rejected"
        assert (row.latency is not None) == (row.usd_per_million_output_tokens is not None) == holds
        assert (row.replicas is not None) == (row.usd_per_month_expected is not None)


def test_another_candidate_has_the_figures_it_would_have_as_the_choice() -> None:
    other = next(row for row in plan().candidates[1:] if row.instance_type != plan().chosen.instance_type)
    pinned = answer(SPEC | {"pin": {"instance_type": other.instance_type}}, real())
    assert isinstance(pinned, Plan)
    assert pinned.chosen.id == other.id
    assert pinned.latency == other.latency
    assert pinned.cost.usd_per_million_output_tokens == other.usd_per_million_output_tokens


def test_what_generates_nothing_has_no_price_of_tokens() -> None:
    made = answer({"model": "BAAI/bge-m3", "load": {"qps": 20}}, real())
    assert isinstance(made, Plan)
    assert {row.usd_per_million_output_tokens for row in made.candidates} == {None}
