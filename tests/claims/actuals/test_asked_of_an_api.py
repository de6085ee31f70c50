"""A bill may be asked for, read-only: of Cost Explorer with one's credentials, of an OpenCost by address."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from plimsoll.catalog.refresh import account
from tests.claims.actuals.asked import Asking, row_of
from tests.make.aws_answers import Fault, StubbedAccount
from tests.make.bills import NODE_TYPE, NODE_USD, opencost

CALL = ("ce", "get_cost_and_usage")


def page(day: str, *groups: dict[str, Any], by: str = "USAGE_TYPE", **more: str) -> dict[str, Any]:
    """A page of the answer, of one day."""
    end = f"{day[:-2]}{int(day[-2:]) + 1:02d}"
    metrics = ("UnblendedCost", "AmortizedCost", "UsageQuantity")
    listed = [
        {
            "Keys": group["keys"],
            "Metrics": {
                name: {"Amount": str(group.get(name, group["UnblendedCost"])), "Unit": unit}
                for name, unit in zip(metrics, ("USD", "USD", "Hrs"), strict=True)
            },
        }
        for group in groups
    ]
    period = {"TimePeriod": {"Start": day, "End": end}, "Total": {}, "Groups": listed, "Estimated": False}
    tags = [{"Type": "TAG", "Key": "plimsoll.dev/workload"}, {"Type": "DIMENSION", "Key": by}]
    return {"GroupDefinitions": tags, "ResultsByTime": [period], **more}


NODE = {
    "keys": ["plimsoll.dev/workload$chat-8b", f"BoxUsage:{NODE_TYPE}"],
    "UnblendedCost": f"{24 * NODE_USD}",
    "UsageQuantity": "24",
}
CREDIT = {"keys": ["plimsoll.dev/workload$", "Credit"], "UnblendedCost": "-20", "UsageQuantity": "0"}
PAGES = [
    page("2026-10-01", NODE, NextPageToken="more"),
    page("2026-10-02", NODE),
    page("2026-10-01", CREDIT, by="RECORD_TYPE"),
]


def of_account(answers: StubbedAccount, monkeypatch: pytest.MonkeyPatch) -> list[str | None]:
    profiles: list[str | None] = []

    def made(profile: str | None = None) -> StubbedAccount:
        profiles.append(profile)
        return answers

    monkeypatch.setattr(account, "AwsAccount", made)
    return profiles


def test_cost_explorer_is_asked_for_usage_and_apart_for_credits(
    asking: Asking, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = StubbedAccount({CALL: PAGES})
    profiles = of_account(answers, monkeypatch)
    found = asking.answer("ce", "aws:finance", window="2026-10-01..2026-10-03")
    assert profiles == ["finance"]
    assert answers.calls == ["get_cost_and_usage us-east-1"] * 3
    assert row_of(found, "chat-8b")["actual"] == f"{48 * NODE_USD:.2f}"
    assert row_of(found, "chat-8b")["variance"]["quantity"] == "0.00"
    assert found["outside"]["credits"] == "-20.00"
    assert found["reading"]["notes"] == []


class KeepingAccount(StubbedAccount):
    """It keeps what it was asked."""

    def answer(self, service: str, operation: str, region: str, asked: dict[str, Any]) -> Any:
        self.asked = [*getattr(self, "asked", []), asked]
        return super().answer(service, operation, region, asked)


def test_what_would_hide_the_price_of_an_hour_is_asked_for_apart(
    asking: Asking, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A covered hour and what takes it back from the invoice have one usage type: summed they are $0."""
    account = KeepingAccount({CALL: PAGES})
    of_account(account, monkeypatch)
    asking.answer("ce", "aws", window="2026-10-01..2026-10-03")
    by_type = next(each for each in account.asked if each["GroupBy"][1]["Key"] == "USAGE_TYPE")
    by_record = next(each for each in account.asked if each["GroupBy"][1]["Key"] == "RECORD_TYPE")
    left_out = set(by_type["Filter"]["Not"]["Dimensions"]["Values"])
    assert {"SavingsPlanNegation", "RIFee", "EdpDiscount", "SavingsPlanRecurringFee", "Credit"} <= left_out
    assert not left_out & {"Usage", "SavingsPlanCoveredUsage", "DiscountedUsage"}
    assert set(by_record["Filter"]["Dimensions"]["Values"]) == left_out


def test_an_account_is_asked_exactly_what_a_saved_answer_would_hold(
    asking: Asking, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved = tmp_path / "ce.json"
    saved.write_text(json.dumps([{**each, "NextPageToken": None} for each in PAGES]))
    of_account(StubbedAccount({CALL: PAGES}), monkeypatch)
    window = "2026-10-01..2026-10-03"
    asked, read = (asking.answer("ce", bill, window=window) for bill in ("aws", saved))
    assert asked["workloads"] == read["workloads"]


@pytest.mark.parametrize(("fault", "said"), [("denied", "AccessDenied"), ("throttle", "ThrottlingException")])
def test_an_account_that_refuses_is_told_by_its_own_words(
    asking: Asking, monkeypatch: pytest.MonkeyPatch, fault: Fault, said: str
) -> None:
    of_account(StubbedAccount({CALL: PAGES}, fault=fault, at=1), monkeypatch)
    told = asking.refused(5, "ce", "aws")
    assert f"ce:GetCostAndUsage in us-east-1: {said}" in told


def test_without_boto3_the_line_that_installs_it_is_told(
    asking: Asking, monkeypatch: pytest.MonkeyPatch
) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "boto3", None)
    assert "plimsoll-iac[aws]" in asking.refused(2, "ce", "aws")


@pytest.fixture
def server(tmp_path: Path) -> Iterator[tuple[str, list[dict[str, list[str]]]]]:
    asked: list[dict[str, list[str]]] = []
    node = {"gpuHours": 24, "gpuCount": 1, "gpuCost": 60.0, "cpuCost": 10.0, "ramCost": 10.71}
    body = opencost(tmp_path / "oc.json", {"chat-8b": node}).read_bytes()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(parse_qs(urlsplit(self.path).query))
            self.send_response(200 if self.path.startswith("/allocation?") else 404)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *arguments: object) -> None:
            pass

    found = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=found.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{found.server_port}", asked
    found.shutdown()
    found.server_close()


def test_an_opencost_is_asked_for_the_days_by_workload(
    asking: Asking, server: tuple[str, list[dict[str, list[str]]]]
) -> None:
    address, asked = server
    found = asking.answer("opencost", address, window="2026-10-01..2026-10-02")
    assert row_of(found, "chat-8b")["actual"] == "80.71"
    (query,) = asked
    assert query["window"] == ["2026-10-01T00:00:00Z,2026-10-02T00:00:00Z"]
    assert (query["step"], query["includeIdle"]) == (["1d"], ["true"])
    assert "404" in asking.refused(5, "opencost", f"{address}/x")


def test_addresses_that_lead_to_no_bill_are_named(asking: Asking) -> None:
    assert "cannot be asked" in asking.refused(5, "opencost", "http://127.0.0.1:1")
    assert "only an OpenCost is asked" in asking.refused(2, "focus", "https://example.com/bill.csv")
    assert "only an OpenCost is asked" in asking.refused(2, "opencost", "file:///etc/passwd")
