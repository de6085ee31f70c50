"""Forty bills of an adversary: cut off, of other versions, currencies and clouds, with GPUs for nothing.

Each is named with its file and a way out, by exit code 2 or 5; none is compared as if it were cheap.
"""

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.claims.actuals.asked import Asking
from tests.make.bills import NODE_TYPE, a_month_as_planned, cur_row, days, focus_row, opencost, written
from tests.make.parquet import as_parquet

Make = Callable[[Path], Path]
NODE = {"type": NODE_TYPE, "ResourceId": "i-1"}
FREE = {"gpuHours": 24, "gpuCount": 1, "cpuCost": 3.5, "ramCost": 1.25}


def raw(name: str, content: bytes) -> Make:
    def make(folder: Path) -> Path:
        path = folder / name
        path.write_bytes(content)
        return path

    return make


def focus(*more: dict[str, str], **changed: str) -> Make:
    """A month as planned whose rows are changed, and more rows."""
    return lambda folder: written(
        folder / "bill.csv", [*({**row, **changed} for row in a_month_as_planned()), *more]
    )


def edited(*pairs: tuple[str, str], encoding: str = "utf-8") -> Make:
    """The text of a month with some of it replaced."""

    def make(folder: Path) -> Path:
        path = focus()(folder)
        text = path.read_text(encoding="utf-8")
        for old, new in pairs:
            assert old in text
            text = text.replace(old, new)
        path.write_text(text, encoding=encoding)
        return path

    return make


def node(**more: Any) -> dict[str, str]:
    return focus_row(days()[2], more.pop("usd", 80), **{**NODE, **more})


def cur(*more: dict[str, str], **changed: str) -> Make:
    rows = [cur_row(day, 80.5, product_instance_type=NODE_TYPE, **changed) for day in days()]
    return lambda folder: written(folder / "bill.csv", [*rows, *more])


def edited_cur(folder: Path) -> Path:
    """A CUR whose list prices stand in a column of another name."""
    path = cur()(folder)
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("pricing_public_on_demand_cost", "pricing_cost"), encoding="utf-8")
    return path


def parquet_cut(folder: Path) -> Path:
    path = as_parquet(focus()(folder))
    path.write_bytes(path.read_bytes()[:-64])
    return path


def one_of_two_cut(folder: Path) -> Path:
    both = folder / "export"
    both.mkdir()
    as_parquet(focus()(folder)).rename(both / "a.parquet")
    (both / "b.parquet").write_bytes((both / "a.parquet").read_bytes()[:900])
    return both


def two_forms(folder: Path) -> Path:
    both = folder / "export"
    both.mkdir()
    as_parquet(focus()(folder)).rename(both / "a.parquet")
    written(both / "b.csv", a_month_as_planned()[:5])
    return both


def header(folder: Path) -> Path:
    path = focus()(folder)
    path.write_bytes(path.read_bytes().partition(b"\n")[0] + b"\n")
    return path


def cut_in_a_text(folder: Path) -> Path:
    path = focus()(folder)
    path.write_bytes(path.read_bytes().rstrip()[:-9])
    return path


def a_free_day(folder: Path) -> Path:
    """One day of a month in which the price of the GPU node is missing."""
    rows = a_month_as_planned()
    first = next(row for row in rows if row["SkuPriceDetails"])
    first.update(ListCost="0", EffectiveCost="0", BilledCost="0")
    return written(folder / "bill.csv", rows)


def cut_gzip(folder: Path) -> Path:
    packed = gzip.compress(focus()(folder).read_bytes())
    return raw("bill.csv.gz", packed[: len(packed) // 2])(folder)


def ce(change: Callable[[dict[str, Any]], object]) -> Make:
    """An answer of Cost Explorer of one day, changed."""
    metrics = {name: {"Amount": "80.7", "Unit": "USD"} for name in ("UnblendedCost", "AmortizedCost")}
    group = {"Keys": ["plimsoll.dev/workload$chat-8b"], "Metrics": metrics}
    period = {
        "TimePeriod": {"Start": "2026-10-01", "End": "2026-10-02"}, "Total": {}, "Groups": [group],
        "Estimated": False,
    }  # fmt: skip
    answer = {
        "ResultsByTime": [period],
        "GroupDefinitions": [{"Type": "TAG", "Key": "plimsoll.dev/workload"}],
    }

    def make(folder: Path) -> Path:
        found = json.loads(json.dumps(answer))
        change(found)
        return raw("ce.json", json.dumps(found).encode())(folder)

    return make


def metric(answer: dict[str, Any]) -> dict[str, Any]:
    return answer["ResultsByTime"][0]["Groups"][0]["Metrics"]["UnblendedCost"]


def period(answer: dict[str, Any]) -> dict[str, Any]:
    return answer["ResultsByTime"][0]["TimePeriod"]


def oc(**values: Any) -> Make:
    return lambda folder: opencost(folder / "oc.json", {"chat-8b": {**FREE, **values}})


BILLS: dict[str, tuple[str, Make, int, str]] = {
    "a header alone": ("focus", header, 5, "nothing in"),
    "semicolons": ("focus", edited((",", ";")), 2, "ListCost"),
    "UTF-16": ("focus", edited(encoding="utf-16"), 2, "bill.csv"),
    "cut in a quoted text": ("focus", cut_in_a_text, 2, "bill.csv"),
    "a page of HTML": (
        "focus", raw("bill.csv", b"<html><body>403 Forbidden</body></html>\n"), 2, "FOCUS 1.2",
    ),
    "JSON with the name of a CSV": ("focus", raw("bill.csv", b'{"error": "expired"}\n'), 2, "FOCUS 1.2"),
    "a spreadsheet": (
        "focus", raw("bill.csv", b"PK\x03\x04\x14\x00\x06\x00" + bytes(range(256)) * 8), 2, "bill.csv",
    ),
    "no currency": ("focus", focus(BillingCurrency=""), 2, "no currency"),
    "one row of euros": ("focus", focus(node(BillingCurrency="EUR")), 2, "1 rows are in EUR"),
    "all in yen": ("focus", focus(BillingCurrency="JPY"), 2, "are in JPY"),
    "Google's rows": ("focus", focus(node(ProviderName="Google Cloud")), 2, "are of Google Cloud"),
    "Oracle's rows": ("focus", focus(node(ProviderName="Oracle")), 2, "are of Oracle"),
    "a GPU node for nothing": (
        "focus", focus(node(usd=0), ListCost="0", EffectiveCost="0"), 5,
        "no price for",
    ),
    "a GPU node for nothing on one day": ("focus", a_free_day, 5, "24 g7e.2xlarge instance-hour for $0.00"),
    "NaN": ("focus", focus(node(usd="NaN")), 2, "NaN"),
    "infinity": ("focus", focus(node(usd="inf")), 2, "inf"),
    "more digits than money has": ("focus", focus(node(usd="1e30")), 2, "1e30"),
    "thousands apart": ("focus", focus(node(usd="1,234.50")), 2, "1,234.50"),
    "a dollar sign": ("focus", focus(node(usd="$80")), 2, "$80"),
    "an American day": ("focus", focus(node(ChargePeriodStart="31/10/2026")), 2, "31/10/2026"),
    "tags that are no JSON": ("focus", focus(node(Tags="{plimsoll")), 2, "bill.csv"),
    "a refund as a category of its own": ("focus", focus(node(ChargeCategory="Refunds")), 2, "'Refunds'"),
    "FOCUS 0.5": ("focus", raw("bill.csv", b"ChargeType,BilledCost\nUsage,1\n"), 2, "FOCUS 0.5"),
    "Parquet without its end": ("focus", parquet_cut, 2, "bill.parquet"),
    "Parquet's first word alone": ("focus", raw("bill.parquet", b"PAR1"), 2, "bill.parquet"),
    "one file of two cut off": ("focus", one_of_two_cut, 2, "export"),
    "two forms in a folder": ("focus", two_forms, 2, "export"),
    "a packed file cut off": ("focus", cut_gzip, 2, "bill.csv.gz"),
    "CUR in yuan": ("cur", cur(line_item_currency_code="CNY"), 2, "are in CNY"),
    "CUR with a type that nobody knows": (
        "cur", cur(cur_row(days()[0], 5, line_item_line_item_type="Gift")), 2, "'Gift'"
    ),
    "CUR with GPU nodes for nothing": (
        "cur", cur(pricing_public_on_demand_cost="0", line_item_unblended_cost="0"), 5, "no price for",
    ),
    "CUR without list prices": (
        "cur",
        edited_cur,
        2, "pricing_public_on_demand_cost",
    ),
    "Cost Explorer: null": ("ce", raw("ce.json", b"null"), 2, "GetCostAndUsage"),
    "Cost Explorer: no pages": ("ce", raw("ce.json", b"[]"), 5, "nothing in"),
    "Cost Explorer: a totally nested page": ("ce", raw("ce.json", b"[" * 100_000), 2, "ce.json"),
    "Cost Explorer in pounds": ("ce", ce(lambda found: metric(found).update(Unit="GBP")), 2, "GBP"),
    "Cost Explorer: words for money": (
        "ce", ce(lambda found: metric(found).update(Amount="lots")), 2, "'lots'",
    ),
    "Cost Explorer: infinite money": (
        "ce", ce(lambda found: metric(found).update(Amount="Infinity")), 2, "Infinity",
    ),
    "Cost Explorer: a day that is none": (
        "ce", ce(lambda found: period(found).update(Start="2026-02-30")), 2, "2026-02-30"
    ),
    "Cost Explorer by service alone": (
        "ce", ce(lambda found: found.update(GroupDefinitions=[{"Type": "DIMENSION", "Key": "SERVICE"}])), 2,
        "whose it is",
    ),
    "OpenCost: forbidden": ("opencost", raw("oc.json", b'{"code": 403, "data": []}'), 2, "403"),
    "OpenCost: nothing": ("opencost", raw("oc.json", b'{"code": 200, "data": []}'), 5, "oc.json"),
    "OpenCost: a GPU for 0": ("opencost", oc(gpuCost=0), 5, "not cheap"),
    "OpenCost: a GPU for '0.00'": ("opencost", oc(gpuCost="0.00"), 5, "not cheap"),
    "OpenCost: a GPU without a word of its cost": ("opencost", oc(), 5, "not cheap"),
    "OpenCost: a GPU for less than nothing": ("opencost", oc(gpuCost=-5), 5, "not cheap"),
    "OpenCost: a GPU that was only asked for": (
        "opencost", oc(gpuHours=0, gpuCount=0, gpuRequestAverage=1, gpuCost=0), 5, "no GPU price"
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", BILLS)
def test_a_bad_bill_is_named_and_never_cheap(asking: Asking, tmp_path: Path, name: str) -> None:
    kind, make, code, word = BILLS[name]
    folder = tmp_path / "bills"
    folder.mkdir()
    found, out, err = asking.call(kind, make(folder), window="2026-10-01..2026-11-01")
    assert (found, "Traceback" in err) == (code, False), (out[:500], err)
    assert out == ""
    assert word in err, err
    assert "bills/" in err, "the file is named"
