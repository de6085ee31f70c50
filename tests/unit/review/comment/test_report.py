"""The report of a check is read back for what a comment says of it."""

import json
from decimal import Decimal
from typing import Any

import pytest

from plimsoll.ground.problems import SpecError
from plimsoll.review.comment.report import read_report

REPORT: dict[str, Any] = {
    "schema": "plimsoll.dev/check/v1",
    "verdict": "violation",
    "usd_per_month": {"floor": "1.00", "ceiling": "120.00"},
    "budget": {"usd_per_month": "100.00", "basis": "ceiling"},
    "violations": [
        {"policy": "budget", "level": "mandatory", "code": "over_budget", "urn": None, "message": "over"},
        {"policy": "tags", "level": "advisory", "code": "missing_tag", "urn": "urn:x", "message": "no tag"},
    ],
    "exemptions_used": [],
    "cannot_price": [],
    "a_key_of_a_later_release": 1,
}


def test_what_blocks_and_by_how_much_it_is_over() -> None:
    report = read_report(json.dumps(REPORT), "check.json")
    assert [each.policy for each in report.blocking] == ["budget"]
    assert report.over_usd == Decimal("20.00")


def test_it_is_not_over_where_nothing_says_so_of_the_whole() -> None:
    for change in ({"violations": []}, {"budget": None}, {"usd_per_month": {"ceiling": None}}):
        assert read_report(json.dumps({**REPORT, **change}), "check.json").over_usd is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "not JSON"),
        ("[]", "no report of a check"),
        ("{}", "no report of a check"),
        ('{"schema": "plimsoll.dev/plan/v1"}', "no report of a check"),
        (json.dumps({**REPORT, "verdict": "maybe"}), "verdict"),
        (json.dumps({**REPORT, "violations": [{}]}), "violations.0"),
        (json.dumps({**REPORT, "budget": {"usd_per_month": "NaN", "basis": "x"}}), "budget.usd_per_month"),
    ],
)
def test_what_is_no_report_is_refused(text: str, said: str) -> None:
    with pytest.raises(SpecError, match=said):
        read_report(text, "check.json")
