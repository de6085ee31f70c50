"""An edit shows where one number does not fit the others."""

import json
from typing import Any

import pytest

from plimsoll.review.lock.edited import edited_at
from tests.make.locks import example_lock


def document() -> dict[str, Any]:
    return json.loads(example_lock())


def test_nothing_shows_in_what_was_written() -> None:
    for name in ("chat-8b", "recommendations", "call-transcripts"):
        assert edited_at(json.loads(example_lock(name))) == ""


@pytest.mark.parametrize("of", ["floor", "expected", "ceiling"])
def test_a_sum(of: str) -> None:
    data = document()
    data["plan"]["cost"]["usd_per_month"][of] = "1.00"
    assert edited_at(data) == f"plan.cost.usd_per_month.{of}"


@pytest.mark.parametrize("key", ["quantity", "usd_per_unit", "usd_per_month"])
@pytest.mark.parametrize("value", ["7777", "x", None, "1" * 50, "NaN"])
def test_a_line_of_the_bill(key: str, value: object) -> None:
    data = document()
    data["plan"]["cost"]["lines"][3][key] = value
    assert edited_at(data) == "plan.cost.lines[3]"


@pytest.mark.parametrize("key", ["usd_per_unit", "source", "as_of"])
def test_a_row_of_the_prices(key: str) -> None:
    data = document()
    data["rows"][2][key] = "2019-01-01"
    assert edited_at(data) == "rows[2]"


def test_the_spec() -> None:
    data = document()
    data["plan"]["workload"]["budget"]["usd_per_month"] = 9999.0
    assert edited_at(data) == "plan.workload"


@pytest.mark.parametrize("data", [{}, {"plan": 3}, {"plan": {"cost": {"lines": [None]}}, "rows": [[]]}])
def test_any_shape_is_read(data: dict[str, Any]) -> None:
    assert edited_at(data) == "plan.workload"
