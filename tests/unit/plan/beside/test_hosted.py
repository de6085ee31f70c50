"""A hosted price beside a plan: what the mean load costs there, and from which load on it is cheaper here."""

from typing import Any

import pytest

from plimsoll.plan.plan import Plan
from plimsoll.plan.write import written
from plimsoll.spec.contradictions import contradictions
from plimsoll.spec.workload import Workload
from tests.make.worlds import Spec, answer, real

MODEL = "meta-llama/Llama-3.1-8B-Instruct"
ASKED = {"usd_per_million_input_tokens": 0.2, "usd_per_million_output_tokens": 0.6, "source": "list 2026-11"}


def planned(**keys: Any) -> Plan:
    load = {"qps": 5, "input_tokens": 1000, "output_tokens": 200}
    plan = answer({"model": MODEL, "load": load} | keys, real())
    assert isinstance(plan, Plan)
    return plan


def test_the_month_is_the_mean_load_at_that_price():
    """5 requests/s × 2,628,000 s × (1,000 × $0.20 + 200 × $0.60) ÷ 10^6 = $4,204.80."""
    found = written(planned(alternative=ASKED))["alternative"]
    assert found["usd_per_month"] == "4204.80"
    assert found["usd_per_run"] is None
    assert found["source"] == "list 2026-11"


def test_at_the_break_even_both_cost_the_same():
    plan = planned(alternative=ASKED)
    assert plan.alternative is not None
    even = plan.alternative.break_even_qps
    assert even is not None
    hosted = even * 2_628_000 * (1000 * 0.2 + 200 * 0.6) / 1e6
    assert hosted == pytest.approx(float(plan.cost.usd_per_month.expected))


def test_it_is_never_chosen_and_null_where_nobody_asks():
    free = planned(
        alternative=ASKED | {"usd_per_million_input_tokens": 0, "usd_per_million_output_tokens": 0}
    )
    assert free.chosen == planned().chosen
    assert free.alternative is not None
    assert free.alternative.break_even_qps is None
    assert planned().alternative is None


USERS: Spec = {"users": 2000, "requests_per_user_per_hour": 6}


def test_users_are_requests_of_an_hour_with_three_times_the_average_at_the_peak():
    load = Workload.model_validate({"model": MODEL, "load": USERS}).load
    assert load.rate is not None
    assert load.rate.average == pytest.approx(2000 * 6 / 3600)
    assert load.rate.peak == pytest.approx(3 * 2000 * 6 / 3600)
    plan = planned(load=USERS)
    (told,) = [each for each in plan.assumptions if each.name == "load.qps.peak"]
    assert told.value == pytest.approx(10)


def test_a_profile_makes_the_peak_of_users():
    profile = [1.0] * 12 + [0.5] * 12
    load = Workload.model_validate({"model": MODEL, "load": USERS | {"profile": profile}}).load
    assert load.rate is not None
    assert load.rate.peak == pytest.approx(2000 * 6 / 3600 / 0.75)
    plan = planned(load=USERS | {"profile": profile})
    assert not [each for each in plan.assumptions if each.name == "load.qps.peak"]


def test_users_plan_as_the_rate_that_they_make():
    people, rate = planned(load=USERS), planned(load={"qps": {"peak": 10, "average": 2000 * 6 / 3600}})
    assert people.cost.usd_per_month == rate.cost.usd_per_month


@pytest.mark.parametrize(
    ("load", "what"),
    [
        ({"users": 10}, "users stands without requests_per_user_per_hour"),
        ({"requests_per_user_per_hour": 6}, "requests_per_user_per_hour stands without users"),
        (USERS | {"qps": 5}, "both users and qps are given"),
        (USERS | {"concurrency": 5}, "both users and concurrency are given"),
    ],
)
def test_half_a_rate_and_two_rates_are_refused(load: Spec, what: str):
    (problem,) = contradictions({"model": MODEL, "load": load})
    assert problem.what == what
