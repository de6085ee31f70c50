"""AWS's published offer files are read without an account: the right price of every type, or a refusal."""

import os
import subprocess
import sys
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

import pytest

from plimsoll.catalog.tables import load
from plimsoll.cli.main import main
from tests.make import offer_files
from tests.make.offer_files import NOISE, lines, row, write

REGION = "us-east-1"
PRICES = {"g6.xlarge": "0.8048000000", "m7i.large": "0.1008000000", "p5.48xlarge": "55.0400000000"}
ROWS = 100_000
MEASURED = """
import re, time
from plimsoll.cli.main import main
try:
    main(["prices", "refresh", "--from-bulk", "bulk"])
except SystemExit as ending:
    assert not ending.code
peak = re.search(r"VmHWM:\\s+([0-9]+) kB", open("/proc/self/status").read())[1]
print(time.process_time(), peak)
"""
"""The command, then its CPU seconds and its largest memory: those of a child have its parent's in them."""
MOST_CPU_S, MOST_MIB = 60, 500
"""The bar of the product for a large file."""


def refresh(bulk: Path, out: Path, *more: str) -> int:
    with pytest.raises(SystemExit) as ending:
        main(["prices", "refresh", "--from-bulk", str(bulk), "--out", str(out), *more])
    return int(ending.value.code or 0)


def on_demand(out: Path, name: str, region: str = REGION) -> Decimal:
    offering = load(None, str(out)).offering(name, region)
    assert offering is not None
    assert offering.on_demand is not None
    return offering.on_demand.usd


def test_the_price_of_a_type_is_that_of_its_ordinary_sku(tmp_path: Path) -> None:
    write(tmp_path / "bulk", REGION, lines(PRICES, REGION))
    assert refresh(tmp_path / "bulk", tmp_path / "out") == 0
    for name, usd in PRICES.items():
        assert on_demand(tmp_path / "out", name) == Decimal(usd)
    offering = load(None, str(tmp_path / "out")).offering("g6.xlarge", REGION)
    assert offering is not None
    assert offering.on_demand is not None
    assert (offering.on_demand.as_of, offering.on_demand.source) == (
        "2026-11-20",
        "AWS's published offer file of AmazonEC2",
    )


def test_reserved_prices_are_those_without_upfront_payment(tmp_path: Path) -> None:
    term = {"TermType": "Reserved", "LeaseContractLength": "1yr", "OfferingClass": "standard"}
    reserved = [
        row("g6.xlarge", "0.52", REGION, PurchaseOption="No Upfront", **term),
        row("g6.xlarge", "4000", REGION, PurchaseOption="All Upfront", **term | {"Unit": "Quantity"}),
        row(
            "g6.xlarge", "0.30", REGION, PurchaseOption="No Upfront", **term | {"LeaseContractLength": "3yr"}
        ),
    ]
    write(tmp_path / "bulk", REGION, [*lines(PRICES, REGION), *reserved])
    assert refresh(tmp_path / "bulk", tmp_path / "out") == 0
    offering = load(None, str(tmp_path / "out")).offering("g6.xlarge", REGION)
    assert offering is not None
    assert offering.reserved_1y is not None
    assert offering.reserved_1y.usd == Decimal("0.52")


def damaged(path: Path, how: str) -> None:
    text = path.read_text(encoding="utf-8")
    match how:
        case "cut off":
            path.write_text(text[: text.rindex("CapacityStatus") + 300], encoding="utf-8")
        case "no date":
            path.write_text(text.replace("Publication Date", "Published"), encoding="utf-8")
        case "no column":
            path.write_text(text.replace('"Tenancy"', '"Hosting"'), encoding="utf-8")
        case "NaN":
            path.write_text(text.replace("0.8048000000", "NaN", 1), encoding="utf-8")
        case "nothing":
            path.write_text("", encoding="utf-8")
        case "no price":
            path.write_text(text.replace('"Linux"', '"RHEL"'), encoding="utf-8")
        case "other region":
            path.write_text(text.replace('"us-east-1"', '"eu-west-1"'), encoding="utf-8")
        case "two SKUs":
            again = row("g6.xlarge", "0.9", REGION, SKU="SECOND")
            write(path.parent.parent, REGION, [*lines(PRICES, REGION), again])
        case _:
            path.unlink()


@pytest.mark.parametrize(
    ("how", "code"),
    [
        ("cut off", "PartialFile"),
        ("no date", "NoPublicationDate"),
        ("no column", "NoSuchColumn"),
        ("NaN", "InvalidPrice"),
        ("nothing", "NoPublicationDate"),
        ("no price", "NoPrice"),
        ("other region", "OtherRegion"),
        ("two SKUs", "TwoSKUs"),
        ("gone", "Unreadable"),
    ],
)
def test_a_damaged_file_changes_nothing(
    tmp_path: Path, how: str, code: str, capsys: pytest.CaptureFixture[str]
) -> None:
    bulk, out = tmp_path / "bulk", tmp_path / "out"
    path = write(bulk, REGION, lines(PRICES, REGION))
    assert refresh(bulk, out) == 0
    before = {each: each.read_bytes() for each in out.rglob("*") if each.is_file()}
    damaged(path, how)
    assert refresh(bulk, out, "--region", REGION) == 5
    said = capsys.readouterr().err
    assert f"us-east-1/index.csv in us-east-1: {code}" in said
    assert {each: each.read_bytes() for each in out.rglob("*") if each.is_file()} == before


def test_a_region_without_a_file_may_be_allowed_to_miss(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(tmp_path / "bulk", REGION, lines(PRICES, REGION))
    assert refresh(tmp_path / "bulk", tmp_path / "out", "--allow-missing", "eu-west-1") == 0
    assert "not read: eu-west-1" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--only", "spot"), "an offer file has no spot"),
        (("--only", "on-demnd"), "did you mean 'on-demand'?"),
        (("--region", "us-esat-1"), "did you mean 'us-east-1'?"),
        (("--allow-missing", "mars"), "no region 'mars'"),
    ],
)
def test_what_cannot_be_meant_is_refused(
    tmp_path: Path, arguments: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    write(tmp_path / "bulk", REGION, lines(PRICES, REGION))
    assert refresh(tmp_path / "bulk", tmp_path / "out", *arguments) == 2
    assert said in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_a_folder_without_offer_files_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert refresh(tmp_path, tmp_path / "out") == 2
    assert "holds no offer file" in capsys.readouterr().err
    assert refresh(tmp_path / "none", tmp_path / "out") == 2


def test_the_same_files_give_the_same_bytes(tmp_path: Path) -> None:
    write(tmp_path / "bulk", REGION, lines(PRICES, REGION))
    for out in ("one", "two"):
        assert refresh(tmp_path / "bulk", tmp_path / out) == 0
    one, two = (
        {str(each.relative_to(tmp_path / out)): each.read_bytes() for each in (tmp_path / out).rglob("*.*")}
        for out in ("one", "two")
    )
    assert one == two


def many(count: int) -> Mapping[str, str]:
    return {f"m7i.t{number}": f"{number % 997 + 1}.5" for number in range(count)}


@pytest.mark.slow
def test_a_file_of_a_hundred_thousand_rows_takes_little(tmp_path: Path) -> None:
    """Every sixth line is a price that is kept; the file is as wide as it needs to be to be read."""
    rows = lines(many(ROWS), REGION)
    assert len(rows) == ROWS * (len(NOISE) + 1)
    write(tmp_path / "bulk", REGION, rows)
    done = subprocess.run(
        [sys.executable, "-c", MEASURED],
        cwd=tmp_path, env=os.environ, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    cpu_s, peak_kib = done.stdout.split()[-2:]
    assert float(cpu_s) <= MOST_CPU_S
    assert int(peak_kib) / 1024 <= MOST_MIB


def test_the_noise_of_a_real_file_is_in_ours() -> None:
    """Without it, the test of the ordinary SKU would pass whatever is filtered."""
    assert {key for noise in NOISE for key in noise} >= {
        "Operating System", "Tenancy", "CapacityStatus", "Pre Installed S/W", "MarketOption",
    }  # fmt: skip
    assert set(offer_files.ORDINARY) <= set(offer_files.COLUMNS)
