"""A bill that is not what it should be is named, with a way out, and never counted as cheap."""

import gzip
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.claims.actuals.asked import Asking
from tests.make.bills import (
    a_month_as_planned,
    cost_explorer,
    cur_row,
    days,
    example,
    focus_row,
    opencost,
    written,
)
from tests.make.parquet import as_parquet

Make = Callable[[Path], Path]
GROUP = {"keys": ["plimsoll.dev/workload$chat-8b"], "UnblendedCost": "80"}
WHEN: dict[str, Any] = {"start": "2026-10-01", "end": "2026-11-01"}


def cut(path: Path, share: float) -> Path:
    raw = path.read_bytes()
    path.write_bytes(raw[: int(len(raw) * share)])
    return path


def csv_of(folder: Path, *rows: dict[str, str]) -> Path:
    return written(folder / "bill.csv", [*example(), *rows])


def without(folder: Path, *names: str) -> Path:
    rows = [{key: value for key, value in row.items() if key not in names} for row in example()]
    return written(folder / "bill.csv", rows)


def gzipped(folder: Path) -> Path:
    path = folder / "bill.csv.gz"
    path.write_bytes(gzip.compress(csv_of(folder).read_bytes())[:-200])
    return path


def text(name: str, content: str) -> Make:
    def make(folder: Path) -> Path:
        path = folder / name
        path.write_text(content)
        return path

    return make


def more_pages(folder: Path) -> Path:
    return cost_explorer(folder / "ce.json", [GROUP], **WHEN, answer={"NextPageToken": "abc"})


def by_team(folder: Path) -> Path:
    team = [{"Type": "TAG", "Key": "team"}]
    return cost_explorer(folder / "ce.json", [GROUP], **WHEN, answer={"GroupDefinitions": team})


def in_november(folder: Path) -> Path:
    return written(folder / "bill.csv", a_month_as_planned("2026-11-02..2026-11-30"))


def respelled(folder: Path, change: Callable[[str], str], encoding: str = "utf-8") -> Path:
    """The bill as other programs write it."""
    bill = csv_of(folder)
    bill.write_bytes(change(bill.read_text()).encode(encoding))
    return bill


def dangling(folder: Path) -> Path:
    """A folder with a part of the bill that is not there any more."""
    csv_of(folder)
    (folder / "part-2.csv").symlink_to(folder / "gone.csv")
    return folder


def row(day: int = 0, usd: object = 5, **more: object) -> dict[str, str]:
    return focus_row(days()[day], usd, **more)


CASES: dict[str, tuple[str, Make, int, tuple[str, ...]]] = {
    "no such file": ("focus", lambda folder: folder / "none.csv", 2, ("no such file",)),
    "an empty folder": ("focus", lambda folder: folder / "empty", 2, ("no bill in this folder",)),
    "Parquet cut off": ("focus", lambda f: cut(as_parquet(csv_of(f)), 0.7), 2, ("bill.parquet", "cut off")),
    "CSV cut off": ("focus", lambda f: cut(csv_of(f), 0.703), 2, ("bill.csv", "cut off")),
    "gzip cut off": ("focus", gzipped, 2, ("bill.csv.gz", "cut off")),
    "no Parquet at all": ("focus", text("bill.parquet", "hello"), 2, ("bill.parquet",)),
    "an empty file": ("focus", text("bill.csv", ""), 2, ("bill.csv",)),
    "a column of words": ("focus", lambda f: csv_of(f, row(usd="free")), 2, (" is 'free'", "1234.56")),
    "a decimal comma": (
        "focus", lambda f: csv_of(f, row(ListCost="80,71")), 2, ("ListCost is '80,71'", "a point")
    ),
    "a date of a spreadsheet": (
        "focus", lambda f: csv_of(f, row(ChargePeriodStart="05/10/2026")), 2,
        ("ChargePeriodStart is '05/10/2026'", "2026-10-31T00:00:00Z"),
    ),
    "a CUR with a decimal comma": (
        "cur", lambda f: written(f / "bill.csv", [cur_row(days()[0], 1, line_item_usage_amount="1,5")]), 2,
        ("line_item_usage_amount is '1,5'",),
    ),
    "a spreadsheet's CSV": (
        "focus", lambda f: respelled(f, lambda said: said.replace(",", ";")), 2,
        ("1 columns", "commas between values: a spreadsheet"),
    ),
    "a cost of NaN": ("focus", lambda f: csv_of(f, row(usd="NaN")), 2, ("NaN", "a point")),
    "another encoding": (
        "focus", lambda f: respelled(f, lambda said: said.replace("USD", "\xdcSD"), "latin-1"), 2,
        ("not text in UTF-8",),
    ),
    "two bytes a letter": ("focus", lambda f: respelled(f, str, "utf-16"), 2, ("in UTF-8",)),
    "an American date": (
        "focus", lambda f: respelled(f, lambda said: said.replace("2026-10-01T00:00:00Z", "10/01/2026")), 2,
        ("10/01/2026", "2026-10-31T00:00:00Z"),
    ),
    "a link that leads to nothing": ("focus", dangling, 2, ("leads to nothing", "would look cheap")),
    "FOCUS without list prices": ("focus", lambda f: without(f, "ListCost", "Tags"), 2, ("ListCost, Tags",)),
    "CUR given as FOCUS": (
        "focus", lambda f: written(f / "bill.csv", [cur_row(days()[0], 1)]), 2, ("--from cur",)
    ),
    "FOCUS given as CUR": ("cur", csv_of, 2, ("--from focus",)),
    "CUR of the first version": (
        "cur", text("bill.csv", "lineItem/UsageStartDate,lineItem/UnblendedCost\n2026-10-01,1\n"), 2,
        ("first version",),
    ),
    "another currency": ("focus", lambda f: csv_of(f, row(BillingCurrency="EUR")), 2, ("1 rows are in EUR",)),
    "another cloud": (
        "focus", lambda f: csv_of(f, row(ProviderName="Microsoft", workload="")), 2, ("are of Microsoft",)
    ),
    "a category that nobody knows": (
        "focus", lambda f: csv_of(f, row(ChargeCategory="Gift")), 2, ("'Gift'", "Usage")
    ),
    "nothing of the window": ("focus", in_november, 5, ("nothing in 2026-10-01..2026-11-01",)),
    "Cost Explorer without an answer": ("ce", text("ce.json", "{}"), 2, ("GetCostAndUsage",)),
    "Cost Explorer cut off": ("ce", text("ce.json", '{"ResultsByTime": ['), 2, ("ce.json",)),
    "Cost Explorer with more pages": ("ce", more_pages, 2, ("NextPageToken",)),
    "Cost Explorer by team": ("ce", by_team, 2, ("grouped by team",)),
    "Cost Explorer in euro": (
        "ce", lambda f: cost_explorer(f / "ce.json", [GROUP], **WHEN, currency="EUR"), 2,
        ("amounts are in EUR",),
    ),
    "Cost Explorer of two months": (
        "ce", lambda f: cost_explorer(f / "ce.json", [GROUP], start="2026-09-01", end="2026-11-01"), 2,
        ("DAILY",),
    ),
    "Cost Explorer without amounts": (
        "ce", lambda f: cost_explorer(f / "ce.json", [GROUP | {"UnblendedCost": "lots"}], **WHEN), 2,
        ("Amount", "'lots'"),
    ),
    "OpenCost with an error": (
        "opencost", text("oc.json", '{"code": 500, "data": null}'), 2, ("allocations",)
    ),
    "OpenCost without GPU prices": (
        "opencost", lambda f: opencost(f / "oc.json", {"chat-8b": {"gpuHours": 24, "gpuCost": 0}}), 5,
        ("no GPU price", "not cheap"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_it_is_named(asking: Asking, tmp_path: Path, case: str) -> None:
    kind, make, code, words = CASES[case]
    (tmp_path / "empty").mkdir()
    said = asking.refused(code, kind, make(tmp_path))
    for word in words:
        assert word in said, said
    assert len(said.splitlines()) <= 3


@pytest.mark.parametrize(
    ("window", "word"),
    [
        ("2026-10", "is no window"),
        ("2026-10-01..2026-10-01", "holds no day"),
        ("2026-10-02..2026-10-01", "holds no day"),
        ("2026-02-30..2026-03-01", "is no window"),
        ("0001-01-01..9999-12-31", "at most"),
    ],
)
def test_a_window_that_is_none_is_told(asking: Asking, tmp_path: Path, window: str, word: str) -> None:
    code, _, err = asking.call("focus", csv_of(tmp_path), window=window)
    assert code == 2
    assert word in err
    assert "TO excluded" in err


def test_two_locks_of_one_workload_are_refused(asking: Asking, tmp_path: Path) -> None:
    other = tmp_path / "copy.lock.json"
    other.write_bytes(asking.lock.read_bytes())
    said = asking.refused(2, "focus", csv_of(tmp_path), "--plan", str(other))
    assert "two locks hold the workload 'chat-8b'" in said


def test_a_spec_without_a_lock_is_told_how_to_get_one(asking: Asking, tmp_path: Path) -> None:
    asking.lock.unlink()
    asking.lock = tmp_path / "chat-8b.yaml"
    assert f"plimsoll lock {asking.lock}" in asking.refused(2, "focus", csv_of(tmp_path))


def test_without_duckdb_the_line_that_installs_it_is_told(
    asking: Asking, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "duckdb", None)
    said = asking.refused(2, "focus", csv_of(tmp_path))
    assert "duckdb is not installed" in said
    assert "plimsoll-iac[actuals]" in said
    group = cost_explorer(tmp_path / "ce.json", [GROUP], **WHEN)
    assert json.loads(asking.call("ce", group, "--format", "json")[1])["basis"] == "list"


def test_the_bill_of_the_documentation_is_the_one_that_is_made() -> None:
    from tests.make.bills import EXAMPLE

    assert EXAMPLE.read_text().count("\n") == len(example()) + 1
