"""A rate under another name is one problem: that there is no rate follows from it, and is not told too."""

import pytest

from plimsoll.catalog.tables import load
from plimsoll.ground.problems import SpecError
from plimsoll.spec.read import from_data

RATES = {
    "requests_per_hour": 3600,
    "requests_per_user": 36,
    "requests_per_minute": 60,
    "daily_requests": 86400,
    "rps": 5,
    "qsp": 5,
    "concurent": 4,
    "usres": 40,
    "dau": 500,
    "active_users": 500,
    "arrival_rate": 2,
    "queue_depth": 100,
}


def problems_of(given: dict[str, object]) -> list[str]:
    spec = {"name": "s", "model": "meta-llama/Llama-3.1-8B-Instruct", "load": given}
    with pytest.raises(SpecError) as caught:
        from_data(spec, load(), file="s.yaml")
    return [each.what for each in caught.value.problems]


@pytest.mark.parametrize("key", RATES)
def test_a_rate_of_another_name_is_told_once(key: str) -> None:
    assert problems_of({key: RATES[key], "input_tokens": 1000}) == [f"unknown key {key!r}"]


@pytest.mark.parametrize("key", ["prompt_tokens", "colour"])
def test_a_load_without_any_rate_is_told_so(key: str) -> None:
    assert "neither qps nor concurrency is given" in problems_of({key: 3})


def test_what_one_user_asks_for_is_never_told_as_all_requests() -> None:
    spec = {"name": "s", "model": "meta-llama/Llama-3.1-8B-Instruct", "load": {"requests_per_user": 36}}
    with pytest.raises(SpecError) as caught:
        from_data(spec, load(), file="s.yaml")
    (problem,) = caught.value.problems
    assert problem.fix == "write requests_per_user_per_hour: 36"
