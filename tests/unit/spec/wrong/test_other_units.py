"""Advice on a foreign key comes true: what it says to write is the same amount in our unit."""

from typing import Any

import pytest

from plimsoll.spec.wrong.hints import number_meant
from plimsoll.spec.wrong.other_units import UNTOLD, in_our_unit, same_but_for_its_unit

MONTHLY, RATE, PARAMS = "US dollars per month", "requests per second", "10^9 parameters"


@pytest.mark.parametrize(
    ("name", "value", "unit", "ours"),
    [
        ("usd_per_year", 1200, MONTHLY, "100"),
        ("annual", 1200, MONTHLY, "100"),
        ("usd_per_day", 12, MONTHLY, "365"),
        ("usd_per_hour", 2, MONTHLY, "1460"),
        ("cents_per_month", 1200, MONTHLY, "12"),
        ("monthly", 1200, MONTHLY, 1200),
        ("usd", "1,200", MONTHLY, "1,200"),
        ("eur_per_month", 1200, MONTHLY, UNTOLD),
        ("rpm", 300, RATE, "5"),
        ("requests_per_hour", 18000, RATE, "5"),
        ("requests_per_day", 86400.0, RATE, "1"),
        ("rps", 5, RATE, 5),
        ("run_p50_d", 2, "hours", "48"),
        ("run_p50_min", 90, "hours", "1.5"),
        ("startup_ms", 15000, "seconds", "15"),
        ("task_s", 3, "milliseconds", "3000"),
        ("save_steps", 500, "seconds", UNTOLD),
        ("memory_gb", 16, "GiB", "14.901161"),
        ("memory_mib", 512, "GiB", "0.5"),
        ("params", 13_000_000_000, PARAMS, "13"),
        ("params", 13, PARAMS, 13),
        ("params_m", 330, PARAMS, "0.33"),
        ("tokens", 26e9, "10^9 tokens", "26"),
        ("prompt_tokens", 1000, "tokens", 1000),
        ("rpm", True, RATE, True),
    ],
)
def test_a_value_is_told_in_the_unit_of_the_key_that_is_meant(
    name: str, value: Any, unit: str, ours: Any
) -> None:
    assert in_our_unit(name, value, unit) == ours


@pytest.mark.parametrize(
    ("name", "found"),
    [("startup_ms", "startup_s"), ("drain_min", "drain_s"), ("drain", ""), ("x_ms", ""), ("both_h", "")],
)
def test_a_key_with_another_unit_is_the_one_with_ours(name: str, found: str) -> None:
    assert same_but_for_its_unit(name, ["startup_s", "drain_s", "both_s", "both_ms", "qps"]) == found


@pytest.mark.parametrize(
    ("text", "unit", "number"),
    [
        ("300/min", RATE, "5"),
        ("300 rpm", RATE, "5"),
        ("1.5M/day", RATE, "17.361111"),
        ("90m", "hours", "1.5"),
        ("16GB", "GiB", "14.901161"),
        ("$4000", MONTHLY, "4000"),
        ("€4000", MONTHLY, ""),
    ],
)
def test_a_number_with_a_unit_is_exact_and_in_dollars(text: str, unit: str, number: str) -> None:
    assert number_meant(text, unit) == number
