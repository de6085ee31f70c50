"""A refresh keeps all that it has read, or nothing: whatever call fails, and however."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from plimsoll.catalog.refresh import account
from plimsoll.catalog.tables import load
from plimsoll.cli.main import main
from tests.make.aws_answers import (
    CODES,
    FAULTS,
    NOW,
    REGION,
    Fault,
    StubbedAccount,
    paged,
    product,
    spot_row,
    two_pages_each,
)

CALLS = 10
"""Two pages of each of the five operations."""
SPOT = ("ec2", "describe_spot_price_history")
PRICING = ("pricing", "get_products")


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLIMSOLL_TODAY", NOW.date().isoformat())


def run(out: Path, answers: StubbedAccount, *more: str, region: str = REGION) -> int:
    """Refresh through the command line, with the stubs for an account."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(account, "AwsAccount", lambda _: answers)
        with pytest.raises(SystemExit) as ending:
            main(["prices", "refresh", "--out", str(out), "--region", region, *more])
    return int(ending.value.code or 0)


def tree(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def everything(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """A folder with one good snapshot."""
    folder = tmp_path / "prices"
    assert run(folder, StubbedAccount(two_pages_each())) == 0
    return folder


def test_a_good_refresh_is_read_by_the_next_plan(out: Path) -> None:
    offering = load(None, str(out)).offering("g6.xlarge", REGION)
    assert offering is not None
    assert offering.on_demand is not None
    assert offering.spot is not None
    assert (offering.on_demand.usd, offering.spot.usd) == (Decimal("0.8985"), Decimal("0.5"))
    assert (offering.on_demand.as_of, offering.zones) == ("2026-11-28", 3)
    assert load(None, str(out)).priced_on == "2026-11-28"
    newer = load(None, str(out)).instance_types["m99.2xlarge"]
    assert (newer.vcpus, newer.quota_code_on_demand, newer.max_pods) == (8, "L-1216C47A", 58)
    fresh = load(None, str(out)).offering("m99.2xlarge", REGION)
    assert fresh is not None
    assert fresh.on_demand is not None
    assert "m99.2xlarge" not in load().instance_types


def test_the_calls_of_a_refresh_are_these(out: Path) -> None:
    answers = StubbedAccount(two_pages_each())
    assert run(out, answers) == 0
    assert len(answers.calls) == CALLS
    manifest = json.loads((out / (out / "CURRENT").read_text().strip() / "manifest.json").read_text())
    assert [(each["call"], each["region"], each["pages"], each["rows"]) for each in manifest["calls"]] == [
        ("ec2:DescribeInstanceTypes", REGION, 2, 2),
        ("ec2:DescribeInstanceTypeOfferings", REGION, 2, 5),
        ("pricing:GetProducts", REGION, 2, 3),
        ("ec2:DescribeSpotPriceHistory", REGION, 2, 3),
        ("savingsplans:DescribeSavingsPlansOfferingRates", REGION, 2, 2),
    ]


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("at", range(1, CALLS + 1))
def test_any_failure_at_any_call_changes_nothing(
    out: Path, at: int, fault: Fault, capsys: pytest.CaptureFixture[str]
) -> None:
    before, names = tree(out), everything(out)
    answers = StubbedAccount(two_pages_each(), fault, at)
    capsys.readouterr()
    assert run(out, answers) == 5
    assert (tree(out), everything(out.parent)) == (before, [out.name, *(f"{out.name}/{n}" for n in names)])
    said = capsys.readouterr().err
    operation = answers.calls[at - 1].partition(" ")[0]
    assert operation.replace("_", "") in said.lower()
    assert REGION in said
    assert CODES.get(fault, "") in said
    assert "Traceback" not in said


def test_a_first_refresh_that_fails_leaves_no_folder(tmp_path: Path) -> None:
    assert run(tmp_path / "a" / "prices", StubbedAccount(two_pages_each(), "denied", CALLS)) == 5
    assert everything(tmp_path) == []


def test_two_skus_of_a_type_are_refused_and_both_named(out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = tree(out)
    two = [product("g6.xlarge", "0.8985"), product("g6.xlarge", "0.7", sku="OTHER")]
    assert run(out, StubbedAccount({PRICING: paged("PriceList", two)}), "--only", "on-demand") == 5
    said = capsys.readouterr().err
    assert "SKUg6.xlarge at 0.8985" in said
    assert "OTHER at 0.7" in said
    assert tree(out) == before


@pytest.mark.parametrize(
    ("other", "code"),
    [
        ({"unit": "Quantity"}, "UnexpectedUnit"),
        ({"currency": "CNY"}, "UnexpectedUnit"),
        ({"usd": "0.0000000000"}, "InvalidPrice"),
        ({"usd": "-1"}, "InvalidPrice"),
        ({"usd": "Infinity"}, "InvalidPrice"),
        ({"usd": "a lot"}, "InvalidPrice"),
    ],
)
def test_a_price_that_is_none_is_never_kept(
    out: Path, other: dict[str, str], code: str, capsys: pytest.CaptureFixture[str]
) -> None:
    before = tree(out)
    item = product("g6.xlarge", other.pop("usd", "0.8985"), **other)
    answers = StubbedAccount({PRICING: paged("PriceList", [item])})
    assert run(out, answers, "--only", "on-demand", "--accept") == 5
    assert code in capsys.readouterr().err
    assert tree(out) == before


def test_spot_is_weighted_by_time_in_each_zone_and_the_median_zone_is_taken(tmp_path: Path) -> None:
    """Zone c costs 1.0 for half of the window and 3.0 for the other: 2.0."""
    rows = [
        spot_row("g6.12xlarge", "a", "1.0"),
        spot_row("g6.12xlarge", "b", "1.2"),
        spot_row("g6.12xlarge", "c", "1.0"),
        spot_row("g6.12xlarge", "c", "3.0", hours_ago=84),
    ]
    assert run(tmp_path, StubbedAccount({SPOT: paged("SpotPriceHistory", rows)}), "--only", "spot") == 0
    snapshot = tmp_path / (tmp_path / "CURRENT").read_text().strip()
    offering = load(None, str(tmp_path)).offering("g6.12xlarge", REGION)
    assert offering is not None
    assert offering.spot is not None
    assert offering.spot.usd == Decimal("1.2")
    zones = (snapshot / f"spot_zones/{REGION}.csv").read_text().splitlines()[1:]
    assert [line.rpartition(",")[2] for line in zones] == ["1", "1.2", "2"]


def test_a_disabled_region_keeps_its_older_prices_where_that_is_allowed(
    out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    held = load(None, str(out)).offering("g6.xlarge", REGION)
    capsys.readouterr()
    answers = StubbedAccount(
        two_pages_each() | {PRICING: paged("PriceList", [product("m7i.large", "0.1", "us-east-1")])}
    )
    more = ("--only", "on-demand", "--allow-missing", REGION, "--region", "us-east-1", "--accept")
    refusing = _Refusing(answers, REGION)
    assert run(out, refusing, *more) == 0  # type: ignore[arg-type]
    assert f"not read: {REGION}" in capsys.readouterr().out
    catalog = load(None, str(out))
    offering = catalog.offering("g6.xlarge", REGION)
    assert offering == held
    assert catalog.prices is not None
    assert catalog.prices.missing == (REGION,)
    assert f"not read then: {REGION}" in str(catalog.prices)
    snapshot = out / (out / "CURRENT").read_text().strip()
    (missed,) = json.loads((snapshot / "manifest.json").read_text())["missing"]
    assert missed == {
        "region": REGION, "call": "pricing:GetProducts", "code": "OptInRequired", "as_of": "2026-11-28",
    }  # fmt: skip
    before = tree(out)
    assert run(out, _Refusing(answers, REGION), "--only", "on-demand") == 5  # type: ignore[arg-type]
    assert "OptInRequired" in capsys.readouterr().err
    assert tree(out) == before


class _Refusing:
    """An account in which one region is not enabled."""

    def __init__(self, answers: StubbedAccount, region: str) -> None:
        self.answers, self.disabled = answers, region

    def client(self, service: str, region: str) -> Any:
        return self

    def get_products(self, **asked: Any) -> Any:
        (region,) = [each["Value"] for each in asked["Filters"] if each["Field"] == "regionCode"]
        if region != self.disabled:
            return self.answers.client("pricing", "us-east-1").get_products(**asked)
        error: Any = RuntimeError("You are not subscribed to this service")
        error.response = {"Error": {"Code": "OptInRequired", "Message": "not enabled"}}
        raise error


@pytest.mark.parametrize(
    ("name", "usd", "said"),
    [
        ("p6-b200.48xlarge", "0.08", "per hour of one B200"),
        ("p5.48xlarge", "79.808", "(× 1.45); moved by more than 30%"),
    ],
)
def test_an_odd_price_is_held_back_and_listed_until_it_is_accepted(
    tmp_path: Path, name: str, usd: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    answers = {PRICING: paged("PriceList", [product(name, usd, "us-east-1")])}
    arguments = ("--only", "on-demand")
    assert run(tmp_path, StubbedAccount(answers), *arguments, region="us-east-1") == 5
    text = capsys.readouterr().err
    assert name in text
    assert f"→ {usd}" in text
    assert said in text
    assert everything(tmp_path) == []
    assert run(tmp_path, StubbedAccount(answers), *arguments, "--accept", region="us-east-1") == 0
    offering = load(None, str(tmp_path)).offering(name, "us-east-1")
    assert offering is not None
    assert offering.on_demand is not None
    assert offering.on_demand.usd == Decimal(usd)
    assert said.partition("(")[0] in capsys.readouterr().out


def test_a_type_that_vanished_is_held_back_and_withdrawn_once_accepted(
    out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    answers = StubbedAccount({PRICING: paged("PriceList", [product("m7i.large", "0.11235")])})
    before = tree(out)
    assert run(out, answers, "--only", "on-demand") == 5
    assert "g6.xlarge on_demand in eu-west-1: 0.8985 → no price; it vanished" in capsys.readouterr().err
    assert tree(out) == before
    answers.calls.clear()
    assert run(out, answers, "--only", "on-demand", "--accept") == 0
    offering = load(None, str(out)).offering("g6.xlarge", REGION)
    assert offering is not None
    assert offering.on_demand is None


def test_spot_above_on_demand_is_held_back(out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    answers = {SPOT: paged("SpotPriceHistory", [spot_row("g6.xlarge", "a", "0.99")])}
    assert run(out, StubbedAccount(answers), "--only", "spot") == 5
    assert "above 1.1 × the on-demand price of 0.8985" in capsys.readouterr().err


def test_a_spot_price_of_nearly_nothing_is_held_back(out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It is what a broken source gives: $0.00001 for every type."""
    answers = {SPOT: paged("SpotPriceHistory", [spot_row("g6e.xlarge", "a", "0.00001")])}
    before = tree(out)
    assert run(out, StubbedAccount(answers), "--only", "spot") == 5
    assert "per hour of one L40S" in capsys.readouterr().err
    assert tree(out) == before


def test_a_series_is_appended_to_and_never_rewritten(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    older = out / (out / "CURRENT").read_text().strip()
    monkeypatch.setenv("PLIMSOLL_TODAY", "2026-12-05")
    pages = two_pages_each() | {
        PRICING: paged(
            "PriceList",
            [product("g6.xlarge", "0.95"), product("m7i.large", "0.11235"), product("m99.2xlarge", "0.4")],
        )
    }
    kept = tree(older)
    assert run(out, StubbedAccount(pages), "--only", "on-demand") == 0
    assert tree(older) == kept
    newer = out / (out / "CURRENT").read_text().strip()
    for path in ("prices", "savings_plans", "spot_zones", "offerings"):
        lines = [(folder / path / f"{REGION}.csv").read_text().splitlines() for folder in (older, newer)]
        assert set(lines[0]) <= set(lines[1]), path
    then, now = load("2026-11-30", str(out)), load(None, str(out))
    prices = [found.on_demand for at in (then, now) if (found := at.offering("g6.xlarge", REGION))]
    assert [price.usd for price in prices if price] == [Decimal("0.8985"), Decimal("0.95")]


def test_no_account_data_is_kept(out: Path) -> None:
    for path, raw in tree(out).items():
        assert not any(word in raw.decode() for word in ("arn:", "testing", "requestId", str(out))), path
